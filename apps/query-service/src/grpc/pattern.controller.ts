import { Controller, Inject, UseInterceptors } from '@nestjs/common';
import { GrpcMethod, Payload } from '@nestjs/microservices';
import { CallSignal, CurrentCaller, DecodePipe, QueryLatencyInterceptor, type Caller } from '#platform';
import {
  GetPatternRequest,
  ListPatternsRequest,
  SetPatternStateRequest,
  type Pattern,
  type PatternDetails,
  type PatternList,
} from '#proto';
import { PatternQueries } from '../queries/pattern-queries.js';
import { answer } from './answer.js';

/** The rpcs of `query.QueryService` about failure patterns (proto/query.proto). */
@Controller()
@UseInterceptors(QueryLatencyInterceptor)
export class PatternController {
  constructor(@Inject(PatternQueries) private readonly patterns: PatternQueries) {}

  @GrpcMethod('QueryService', 'ListPatterns')
  listPatterns(
    @Payload(new DecodePipe(ListPatternsRequest)) request: ListPatternsRequest,
    @CurrentCaller() caller: Caller,
    @CallSignal() signal: AbortSignal,
  ): Promise<PatternList> {
    return answer('patternsFailed', signal, this.patterns.list(caller, request, signal));
  }

  @GrpcMethod('QueryService', 'GetPattern')
  getPattern(
    @Payload(new DecodePipe(GetPatternRequest)) request: GetPatternRequest,
    @CurrentCaller() caller: Caller,
    @CallSignal() signal: AbortSignal,
  ): Promise<PatternDetails> {
    return answer('patternFailed', signal, this.patterns.details(caller, request, signal));
  }

  @GrpcMethod('QueryService', 'SetPatternState')
  setPatternState(
    @Payload(new DecodePipe(SetPatternStateRequest)) request: SetPatternStateRequest,
    @CurrentCaller() caller: Caller,
    @CallSignal() signal: AbortSignal,
  ): Promise<Pattern> {
    return answer('patternStateFailed', signal, this.patterns.setState(caller, request, signal));
  }
}
