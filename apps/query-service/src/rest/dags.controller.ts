import { Controller, Get, Inject, Query, Res, UseInterceptors } from '@nestjs/common';
import {
  answered,
  CurrentCaller,
  JSON_TYPE,
  parametersOf,
  QueryLatencyInterceptor,
  RequestSignal,
  type Caller,
  type HttpReply,
  type RawQuery,
} from '#platform';
import { DagList, messageToJson } from '#proto';
import { DagQueries } from '../queries/dag-queries.js';
import { answer } from './answer.js';
import { limitOf } from './limit.js';

/** Error DAGs of all traces. */
@Controller('api/v1/dags')
@UseInterceptors(QueryLatencyInterceptor)
export class DagsController {
  constructor(@Inject(DagQueries) private readonly dags: DagQueries) {}

  /** `query.DagList`. */
  @Get()
  async getDags(
    @Query() query: RawQuery,
    @CurrentCaller() caller: Caller,
    @RequestSignal() signal: AbortSignal,
    @Res({ passthrough: true }) reply: HttpReply,
  ): Promise<string> {
    const { limit, pageToken } = parametersOf(query, ['limit', 'pageToken']);
    const list = await answer('dagsFailed', signal, this.dags.list(caller, limitOf(limit), pageToken, signal));
    return answered(reply, JSON_TYPE, messageToJson('query.DagList', DagList.encode(list).finish()));
  }
}
