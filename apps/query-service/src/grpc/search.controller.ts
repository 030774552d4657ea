import { Controller, Inject, UseInterceptors } from '@nestjs/common';
import { GrpcMethod, Payload } from '@nestjs/microservices';
import { CallSignal, CurrentCaller, DecodePipe, QueryLatencyInterceptor, type Caller } from '#platform';
import { GetFieldValuesRequest, GetLogHistogramRequest, type FieldValues, type LogHistogram } from '#proto';
import { AggregateQueries } from '../queries/aggregate-queries.js';
import { answer } from './answer.js';

/** The rpcs of `query.QueryService` that count records. */
@Controller()
@UseInterceptors(QueryLatencyInterceptor)
export class SearchController {
  constructor(@Inject(AggregateQueries) private readonly aggregates: AggregateQueries) {}

  @GrpcMethod('QueryService', 'GetLogHistogram')
  getLogHistogram(
    @Payload(new DecodePipe(GetLogHistogramRequest)) request: GetLogHistogramRequest,
    @CurrentCaller() caller: Caller,
    @CallSignal() signal: AbortSignal,
  ): Promise<LogHistogram> {
    return answer('logsFailed', signal, this.aggregates.histogram(caller, request, signal));
  }

  @GrpcMethod('QueryService', 'GetFieldValues')
  getFieldValues(
    @Payload(new DecodePipe(GetFieldValuesRequest)) request: GetFieldValuesRequest,
    @CurrentCaller() caller: Caller,
    @CallSignal() signal: AbortSignal,
  ): Promise<FieldValues> {
    return answer('logsFailed', signal, this.aggregates.fieldValues(caller, request, signal));
  }
}
