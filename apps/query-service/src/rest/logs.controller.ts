import { Controller, Get, Inject, Query, Req, Res, UseInterceptors, type StreamableFile } from '@nestjs/common';
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
import { FieldValues, LogHistogram, messageToJson } from '#proto';
import { AggregateQueries } from '../queries/aggregate-queries.js';
import { SearchQueries } from '../queries/search-queries.js';
import { answer } from './answer.js';
import { limitOf } from './limit.js';
import { exported } from './ndjson.js';

/** What only gRPC's clients name by fields of their own; here the query says it. */
const SAID_BY_QUERY = { minLevel: '', services: [], traceId: '', spanId: '', attributes: {} } as const;

/** Records of all traces. The handlers are named as the rpcs that answer the same, which is how metrics know them. */
@Controller('api/v1/logs')
@UseInterceptors(QueryLatencyInterceptor)
export class LogsController {
  constructor(
    @Inject(SearchQueries) private readonly searches: SearchQueries,
    @Inject(AggregateQueries) private readonly aggregates: AggregateQueries,
  ) {}

  /** `query.LogList`. */
  @Get()
  async getLogs(
    @Query() raw: RawQuery,
    @CurrentCaller() caller: Caller,
    @RequestSignal() signal: AbortSignal,
    @Res({ passthrough: true }) reply: HttpReply,
  ): Promise<string> {
    const { q: query, limit, ...asked } = parametersOf(raw, ['q', 'from', 'to', 'order', 'limit', 'pageToken']);
    const request = { ...SAID_BY_QUERY, services: [], ...asked, query, pageSize: limitOf(limit) };
    const list = await answer('logsFailed', signal, this.searches.list(caller, request, signal));
    return answered(reply, JSON_TYPE, messageToJson('query.LogList', list));
  }

  /** All records that the query asks for, one `query.Log` a line; see `exported` for what an error on the way looks like. */
  @Get('export')
  async exportLogs(
    @Query() raw: RawQuery,
    @CurrentCaller() caller: Caller,
    @RequestSignal() signal: AbortSignal,
    @Req() http: HttpRequest,
    @Res({ passthrough: true }) reply: HttpReply,
  ): Promise<StreamableFile> {
    const { q: query, ...asked } = parametersOf(raw, ['q', 'from', 'to', 'order', 'pageToken']);
    const request = { ...SAID_BY_QUERY, services: [], ...asked, query, pageSize: 0 };
    return exported(this.searches.all(caller, request, signal), { request: http, reply, signal, failure: 'logsFailed' });
  }

  /** `query.LogHistogram`. */
  @Get('histogram')
  async getLogHistogram(
    @Query() raw: RawQuery,
    @CurrentCaller() caller: Caller,
    @RequestSignal() signal: AbortSignal,
    @Res({ passthrough: true }) reply: HttpReply,
  ): Promise<string> {
    const { q: query, ...asked } = parametersOf(raw, ['q', 'from', 'to', 'by', 'step']);
    const histogram = await answer('logsFailed', signal, this.aggregates.histogram(caller, { ...asked, query }, signal));
    return answered(reply, JSON_TYPE, messageToJson('query.LogHistogram', LogHistogram.encode(histogram).finish()));
  }

  /** `query.FieldValues`. */
  @Get('fields')
  async getFieldValues(
    @Query() raw: RawQuery,
    @CurrentCaller() caller: Caller,
    @RequestSignal() signal: AbortSignal,
    @Res({ passthrough: true }) reply: HttpReply,
  ): Promise<string> {
    const { q: query, limit, ...asked } = parametersOf(raw, ['q', 'from', 'to', 'field', 'prefix', 'limit']);
    const question = { ...asked, query, limit: limitOf(limit, 1_000) };
    const values = await answer('logsFailed', signal, this.aggregates.fieldValues(caller, question, signal));
    return answered(reply, JSON_TYPE, messageToJson('query.FieldValues', FieldValues.encode(values).finish()));
  }
}
