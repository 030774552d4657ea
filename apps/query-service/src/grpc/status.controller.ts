import { Controller, Inject, UseInterceptors } from '@nestjs/common';
import { GrpcMethod, Payload } from '@nestjs/microservices';
import { formatInstant } from '#domain';
import { CallSignal, DecodePipe, QueryLatencyInterceptor } from '#platform';
import { GetStatusRequest, type Status } from '#proto';
import { StatusQueries, type Status as StatusOfStore } from '../queries/status-queries.js';
import { answer } from './answer.js';

/** The rpc of `query.QueryService` about the store as a whole. */
@Controller()
@UseInterceptors(QueryLatencyInterceptor)
export class StatusGrpcController {
  constructor(@Inject(StatusQueries) private readonly status: StatusQueries) {}

  @GrpcMethod('QueryService', 'GetStatus')
  async getStatus(
    @Payload(new DecodePipe(GetStatusRequest)) _request: GetStatusRequest,
    @CallSignal() signal: AbortSignal,
  ): Promise<Status> {
    return statusToWire(await answer('statusFailed', signal, this.status.read(signal)));
  }
}

function statusToWire({ logs, spans, dags, lag }: StatusOfStore): Status {
  const { oldestReceivedAt, retentionDays, maxBytes } = logs;
  return {
    logs: {
      rows: String(logs.rows),
      bytes: String(logs.bytes),
      partitions: logs.partitions,
      oldestReceivedAt: oldestReceivedAt === null ? '' : formatInstant(oldestReceivedAt),
      retentionDays: retentionDays ?? 0,
      maxBytes: String(maxBytes ?? 0),
    },
    spans: { rows: String(spans.rows), bytes: String(spans.bytes) },
    dags: { rows: String(dags.rows), bytes: String(dags.bytes), pending: String(dags.pending) },
    lagMessages: lag.messages === null ? undefined : String(lag.messages),
  };
}
