import { Controller, Inject, UseInterceptors } from '@nestjs/common';
import { GrpcMethod, Payload } from '@nestjs/microservices';
import { CallSignal, CurrentCaller, DecodePipe, QueryLatencyInterceptor, type Caller } from '#platform';
import { GetDagsRequest, GetLogsRequest, TraceIdRequest, type Dag, type DagList, type SpanList } from '#proto';
import { DagQueries } from '../queries/dag-queries.js';
import { LogQueries } from '../queries/log-queries.js';
import { SearchQueries } from '../queries/search-queries.js';
import { SpanQueries } from '../queries/span-queries.js';
import { answer } from './answer.js';

/** `query.QueryService` (proto/query.proto). Lists of records are answered as bytes: see query-service.ts. */
@Controller()
@UseInterceptors(QueryLatencyInterceptor)
export class QueryController {
  constructor(
    @Inject(LogQueries) private readonly logs: LogQueries,
    @Inject(DagQueries) private readonly dags: DagQueries,
    @Inject(SearchQueries) private readonly searches: SearchQueries,
    @Inject(SpanQueries) private readonly spans: SpanQueries,
  ) {}

  @GrpcMethod('QueryService', 'GetLogs')
  getLogs(
    @Payload(new DecodePipe(GetLogsRequest)) request: GetLogsRequest,
    @CurrentCaller() caller: Caller,
    @CallSignal() signal: AbortSignal,
  ): Promise<Buffer> {
    return answer('logsFailed', signal, this.searches.list(caller, request, signal));
  }

  @GrpcMethod('QueryService', 'GetDags')
  getDags(
    @Payload(new DecodePipe(GetDagsRequest)) request: GetDagsRequest,
    @CurrentCaller() caller: Caller,
    @CallSignal() signal: AbortSignal,
  ): Promise<DagList> {
    return answer('dagsFailed', signal, this.dags.list(caller, request.pageSize, request.pageToken, signal));
  }

  @GrpcMethod('QueryService', 'GetLogsByTraceId')
  getLogsByTraceId(
    @Payload(new DecodePipe(TraceIdRequest)) request: TraceIdRequest,
    @CurrentCaller() caller: Caller,
    @CallSignal() signal: AbortSignal,
  ): Promise<Buffer> {
    return answer(
      'traceLogsFailed',
      signal,
      this.logs.ofTrace(caller, request.traceId, request.pageSize, request.pageToken, signal),
    );
  }

  @GrpcMethod('QueryService', 'GetSpansByTraceId')
  getSpansByTraceId(
    @Payload(new DecodePipe(TraceIdRequest)) request: TraceIdRequest,
    @CurrentCaller() caller: Caller,
    @CallSignal() signal: AbortSignal,
  ): Promise<SpanList> {
    const { traceId, pageSize, pageToken } = request;
    return answer('traceSpansFailed', signal, this.spans.ofTrace(caller, traceId, pageSize, pageToken, signal));
  }

  @GrpcMethod('QueryService', 'GetDagByTraceId')
  getDagByTraceId(
    @Payload(new DecodePipe(TraceIdRequest)) request: TraceIdRequest,
    @CurrentCaller() caller: Caller,
    @CallSignal() signal: AbortSignal,
  ): Promise<Dag> {
    return answer('traceDagFailed', signal, this.dags.ofTrace(caller, request.traceId, signal));
  }
}
