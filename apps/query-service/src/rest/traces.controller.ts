import { Readable } from 'node:stream';
import { Controller, Get, Inject, Param, Query, Res, StreamableFile, UseInterceptors } from '@nestjs/common';
import { CurrentCaller, QueryLatencyInterceptor, RequestSignal, type Caller, type HttpReply } from '#platform';
import { SpanList, elementsToJson, messageToJson } from '#proto';
import { LogQueries } from '../queries/log-queries.js';
import { SpanQueries } from '../queries/span-queries.js';
import { TraceQueries } from '../queries/trace-queries.js';
import { answer } from './answer.js';
import { limitOf, parametersOf, type RawQuery } from './parameters.js';
import { answered, JSON_TYPE, NDJSON_TYPE } from './reply.js';
import { traceToJson } from './trace-json.js';

/** One trace, its records and its spans. */
@Controller('api/v1/traces/:traceId')
@UseInterceptors(QueryLatencyInterceptor)
export class TracesController {
  constructor(
    @Inject(TraceQueries) private readonly traces: TraceQueries,
    @Inject(LogQueries) private readonly logs: LogQueries,
    @Inject(SpanQueries) private readonly spans: SpanQueries,
  ) {}

  /** Counts, services and times, and the DAG or null. */
  @Get()
  async getTrace(
    @Param('traceId') traceId: string,
    @Query() query: RawQuery,
    @CurrentCaller() caller: Caller,
    @RequestSignal() signal: AbortSignal,
    @Res({ passthrough: true }) reply: HttpReply,
  ): Promise<string> {
    parametersOf(query, []);
    const overview = await answer('traceSummaryFailed', signal, this.traces.overview(caller, traceId, signal));
    return answered(reply, JSON_TYPE, traceToJson(overview));
  }

  /** `query.LogList`, oldest first. */
  @Get('logs')
  async getLogsByTraceId(
    @Param('traceId') traceId: string,
    @Query() query: RawQuery,
    @CurrentCaller() caller: Caller,
    @RequestSignal() signal: AbortSignal,
    @Res({ passthrough: true }) reply: HttpReply,
  ): Promise<string> {
    const { limit, pageToken } = parametersOf(query, ['limit', 'pageToken']);
    const work = this.logs.ofTrace(caller, traceId, limitOf(limit), pageToken, signal);
    return answered(reply, JSON_TYPE, messageToJson('query.LogList', await answer('traceLogsFailed', signal, work)));
  }

  /** `query.SpanList`, by start. */
  @Get('spans')
  async getSpansByTraceId(
    @Param('traceId') traceId: string,
    @Query() query: RawQuery,
    @CurrentCaller() caller: Caller,
    @RequestSignal() signal: AbortSignal,
    @Res({ passthrough: true }) reply: HttpReply,
  ): Promise<string> {
    const { limit, pageToken } = parametersOf(query, ['limit', 'pageToken']);
    const work = this.spans.ofTrace(caller, traceId, limitOf(limit), pageToken, signal);
    const list = SpanList.encode(await answer('traceSpansFailed', signal, work)).finish();
    return answered(reply, JSON_TYPE, messageToJson('query.SpanList', list));
  }

  /** All records, one `query.Log` a line, oldest first. An answer that could not be ended is cut off, never closed well. */
  @Get('logs/export')
  async exportTraceLogs(
    @Param('traceId') traceId: string,
    @Query() query: RawQuery,
    @CurrentCaller() caller: Caller,
    @RequestSignal() signal: AbortSignal,
    @Res({ passthrough: true }) reply: HttpReply,
  ): Promise<StreamableFile> {
    parametersOf(query, []);
    const lists = await answer('traceLogsFailed', signal, this.logs.allOfTrace(caller, traceId, signal));
    answered(reply, NDJSON_TYPE, '');
    const lines = Readable.from(linesOf(lists), { objectMode: false });
    return new StreamableFile(lines, { type: NDJSON_TYPE }).setErrorHandler((_, response) => response.destroy?.());
  }
}

async function* linesOf(lists: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  for await (const list of lists) yield Buffer.from([...elementsToJson('query.LogList', 'logs', list), ''].join('\n'));
}
