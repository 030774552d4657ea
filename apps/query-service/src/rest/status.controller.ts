import { Controller, Get, Inject, Query, Res, UseInterceptors } from '@nestjs/common';
import { formatInstant } from '#domain';
import {
  answered,
  JSON_TYPE,
  parametersOf,
  QueryLatencyInterceptor,
  RequestSignal,
  type HttpReply,
  type RawQuery,
} from '#platform';
import { StatusQueries } from '../queries/status-queries.js';
import { answer } from './answer.js';

/** How much is stored, and how far behind. */
@Controller('api/v1/status')
@UseInterceptors(QueryLatencyInterceptor)
export class StatusController {
  constructor(@Inject(StatusQueries) private readonly status: StatusQueries) {}

  @Get()
  async getStatus(
    @Query() query: RawQuery,
    @RequestSignal() signal: AbortSignal,
    @Res({ passthrough: true }) reply: HttpReply,
  ): Promise<string> {
    parametersOf(query, []);
    const { logs, spans, dags, lag } = await answer('statusFailed', signal, this.status.read(signal));
    const { oldestReceivedAt: oldest } = logs;
    const oldestReceivedAt = oldest === null ? null : formatInstant(oldest);
    return answered(reply, JSON_TYPE, JSON.stringify({ logs: { ...logs, oldestReceivedAt }, spans, dags, lag }));
  }
}
