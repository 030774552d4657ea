import { Controller, Get, Inject, Query, Res, UseInterceptors } from '@nestjs/common';
import { CurrentCaller, QueryLatencyInterceptor, RequestSignal, type Caller, type HttpReply } from '#platform';
import { messageToJson } from '#proto';
import { LogQueries } from '../queries/log-queries.js';
import { answer } from './answer.js';
import { limitOf, parametersOf, type RawQuery } from './parameters.js';
import { answered, JSON_TYPE } from './reply.js';

/** Records of all traces. The handlers are named as the rpcs that answer the same, which is how metrics know them. */
@Controller('api/v1/logs')
@UseInterceptors(QueryLatencyInterceptor)
export class LogsController {
  constructor(@Inject(LogQueries) private readonly logs: LogQueries) {}

  /** `query.LogList`. Filters (q, from, to, order) belong here and, as fields, into GetLogsRequest. */
  @Get()
  async getLogs(
    @Query() query: RawQuery,
    @CurrentCaller() caller: Caller,
    @RequestSignal() signal: AbortSignal,
    @Res({ passthrough: true }) reply: HttpReply,
  ): Promise<string> {
    const { limit, pageToken } = parametersOf(query, ['limit', 'pageToken']);
    const list = await answer('logsFailed', signal, this.logs.list(caller, limitOf(limit), pageToken, signal));
    return answered(reply, JSON_TYPE, messageToJson('query.LogList', list));
  }
}
