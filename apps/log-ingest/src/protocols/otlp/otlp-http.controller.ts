import { Body, Controller, Headers, HttpCode, Inject, Post, Res } from '@nestjs/common';
import type { IncomingHttpHeaders } from 'node:http';
import { CurrentCaller, TakesRawBody, notImplemented, type Caller, type HttpReply } from '#platform';
import { ForeignIngest } from '../records/foreign-ingest.js';
import type { Signal } from './encode-export.js';
import { readJsonExport } from './json/read-export.js';
import { encodingOf, responseBody, statusAnswer, typeOf } from './otlp-answer.js';
import { OtlpIngest } from './otlp-ingest.js';
import { NO_METRICS, isDedupeOff } from './otlp-words.js';

/**
 * OTLP/HTTP: POST /v1/logs and /v1/traces, protobuf or JSON by their content type, with gzip, deflate or zstd. Served on
 * OTLP_HTTP_PORT and on HTTP_PORT.
 *
 * Answers 200 in the encoding of the request, also where some records were refused (partial_success); 400, 413 and 415 are
 * permanent, 429 and 503 are to be sent again.
 *
 * Source: OpenTelemetry Protocol Specification 1.x, "OTLP/HTTP".
 */
@Controller('v1')
export class OtlpHttpController {
  constructor(
    @Inject(OtlpIngest) private readonly otlp: OtlpIngest,
    @Inject(ForeignIngest) private readonly bodies: ForeignIngest,
  ) {}

  @Post('logs')
  @HttpCode(200)
  @TakesRawBody(statusAnswer)
  logs(
    @Body() sent: unknown,
    @Headers() headers: IncomingHttpHeaders,
    @CurrentCaller() caller: Caller,
    @Res({ passthrough: true }) reply: HttpReply,
  ): Promise<Buffer> {
    return this.export('logs', sent, headers, caller, reply);
  }

  @Post('traces')
  @HttpCode(200)
  @TakesRawBody(statusAnswer)
  traces(
    @Body() sent: unknown,
    @Headers() headers: IncomingHttpHeaders,
    @CurrentCaller() caller: Caller,
    @Res({ passthrough: true }) reply: HttpReply,
  ): Promise<Buffer> {
    return this.export('traces', sent, headers, caller, reply);
  }

  @Post('metrics')
  @TakesRawBody(statusAnswer)
  metrics(): never {
    throw notImplemented(NO_METRICS);
  }

  private async export(
    signal: Signal,
    sent: unknown,
    headers: IncomingHttpHeaders,
    caller: Caller,
    reply: HttpReply,
  ): Promise<Buffer> {
    const encoding = encodingOf(headers);
    const bytes = await this.bodies.inflated(sent, headers);
    const body = encoding === 'json' ? readJsonExport(signal, bytes) : bytes;
    const options = { rpc: `otlp-http-${signal}`, sent: isDedupeOff(headers['x-rootspan-dedupe']) ? null : bytes };
    const taken = await this.otlp.export(caller, signal, body, options);
    reply.headers({ 'content-type': typeOf(encoding) });
    return responseBody(signal, taken, encoding);
  }
}
