import { Body, Controller, Headers, HttpCode, Inject, Post, Query, Res } from '@nestjs/common';
import type { IncomingHttpHeaders } from 'node:http';
import { RE2JS } from 're2js';
import { CurrentCaller, TakesRawBody, invalidField, type Caller, type HttpReply } from '#platform';
import { LogBatchAck, messageToJson } from '#proto';
import { ForeignIngest } from '../records/foreign-ingest.js';
import { decodeRows } from './decode-rows.js';
import { readRows } from './read-rows.js';
import { parseTraceParent } from './trace-parent.js';

/** The service of records that name none, as OpenTelemetry and Loki call it. */
const UNKNOWN_SERVICE = 'unknown_service';
const JSON_TYPE = 'application/json; charset=utf-8';
const MAX_PATTERN = 1_000;

/**
 * POST /api/v1/logs: records as a JSON object, an array, NDJSON, or lines of text (contract section 7).
 *
 * Query: `service` for rows that name none, `start` (RE2) for text whose entries span lines. Headers: Content-Encoding,
 * `traceparent` for rows without a trace, `Idempotency-Key` to make a retry safe.
 *
 * Answers 200 with the JSON of a `logs.LogBatchAck`, also where some rows were refused; 400 with the same where none was taken.
 */
@Controller('api/v1/logs')
export class PlainHttpController {
  constructor(@Inject(ForeignIngest) private readonly ingest: ForeignIngest) {}

  @Post()
  @HttpCode(200)
  @TakesRawBody()
  async postLogs(
    @Body() sent: unknown,
    @Headers() headers: IncomingHttpHeaders,
    @Query() { service, start }: Readonly<Record<string, unknown>>,
    @CurrentCaller() caller: Caller,
    @Res({ passthrough: true }) reply: HttpReply,
  ): Promise<string> {
    const body = await this.ingest.inflated(sent, headers);
    const defaults = {
      service: parameter('service', service) || UNKNOWN_SERVICE,
      trace: parseTraceParent(headers['traceparent']),
    };
    const rows = readRows(body, headers['content-type'] ?? '', startPattern(parameter('start', start)));
    const batch = decodeRows(rows, defaults, this.ingest.callBytes);
    const key = headers['idempotency-key'];
    const taken = await this.ingest.send(caller, batch, { protocol: 'http', retryKey: typeof key === 'string' ? key : '' });
    const { accepted, rejected, faults, duplicate } = taken;
    const ack = {
      status: rejected === 0 ? 'ok' : accepted > 0 ? 'partial' : 'rejected',
      accepted,
      rejected,
      rejections: faults.map(({ row, field, reason }) => ({ index: row, field, reason })),
      duplicate,
      batchId: '',
    };
    reply.headers({ 'content-type': JSON_TYPE });
    if (ack.status === 'rejected') reply.status(400);
    return messageToJson('logs.LogBatchAck', LogBatchAck.encode(ack).finish());
  }
}

function parameter(name: string, value: unknown): string {
  if (value === undefined) return '';
  if (typeof value !== 'string') throw invalidField(name, 'comes more than once: give it once');
  return value;
}

function startPattern(pattern: string): ((line: string) => boolean) | undefined {
  if (pattern === '') return undefined;
  if (pattern.length > MAX_PATTERN) throw invalidField('start', `is longer than ${MAX_PATTERN} characters: write a shorter one`);
  try {
    const expression = RE2JS.compile(pattern);
    return (line) => expression.matcher(line).find();
  } catch (error) {
    throw invalidField('start', `is no RE2 expression: ${error instanceof Error ? error.message : String(error)}`);
  }
}
