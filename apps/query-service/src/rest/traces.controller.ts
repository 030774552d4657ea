import { Controller, Get, Inject, Param, Query, Req, Res, UseInterceptors, type StreamableFile } from '@nestjs/common';
import {
  answered,
  CurrentCaller,
  JSON_TYPE,
  parametersOf,
  QueryLatencyInterceptor,
  RequestSignal,
  type Caller,
  type HttpReply,
  type HttpRequest,
  type RawQuery,
} from '#platform';
import { SpanList, messageToJson } from '#proto';
import { LogQueries } from '../queries/log-queries.js';
import { SpanQueries } from '../queries/span-queries.js';
import { TraceQueries } from '../queries/trace-queries.js';
import { answer } from './answer.js';
import { limitOf } from './limit.js';
import { exported } from './ndjson.js';
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

  /** All records, one `query.Log` a line, oldest first; see `exported` for what an error on the way looks like. */
  @Get('logs/export')
  async exportTraceLogs(
    @Param('traceId') traceId: string,
    @Query() query: RawQuery,
    @CurrentCaller() caller: Caller,
    @RequestSignal() signal: AbortSignal,
    @Req() request: HttpRequest,
    @Res({ passthrough: true }) reply: HttpReply,
  ): Promise<StreamableFile> {
    const { pageToken } = parametersOf(query, ['pageToken']);
    const parts = this.logs.allOfTrace(caller, traceId, pageToken, signal);
    return exported(parts, { request, reply, signal, failure: 'traceLogsFailed' });
  }
}
