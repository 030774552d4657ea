import { Controller, Inject } from '@nestjs/common';
import { GrpcMethod, GrpcStreamCall, Payload } from '@nestjs/microservices';
import { CurrentCaller, Metrics, secondsSince, type Caller } from '#platform';
import type { LogAck, LogBatchAck } from '#proto';
import { IngestService } from '../../ingest.service.js';
import { serveLogStream, type BatchStream } from './serve-log-stream.js';

const OK: LogAck = { status: 'ok' };

/** `logs.LogIngestionService` (proto/log.proto). Requests come as raw bytes: the ingest service walks them once. */
@Controller()
export class LogIngestionController {
  constructor(
    @Inject(IngestService) private readonly ingest: IngestService,
    @Inject(Metrics) private readonly metrics: Metrics,
  ) {}

  @GrpcMethod('LogIngestionService', 'SendLog')
  async sendLog(@Payload() log: Buffer, @CurrentCaller() caller: Caller): Promise<LogAck> {
    const start = process.hrtime.bigint();
    await this.ingest.ingestOne(caller, log);
    this.metrics.ackLatency.observe({ rpc: 'SendLog' }, secondsSince(start));
    return OK;
  }

  @GrpcMethod('LogIngestionService', 'SendLogs')
  async sendLogs(@Payload() batch: Buffer, @CurrentCaller() caller: Caller): Promise<LogBatchAck> {
    return this.ingestBatch(caller, batch, 'SendLogs');
  }

  @GrpcStreamCall('LogIngestionService', 'StreamLogs')
  async streamLogs(@Payload() call: BatchStream, @CurrentCaller() caller: Caller): Promise<number> {
    return serveLogStream(call, (batch) => this.ingestBatch(caller, batch, 'StreamLogs'));
  }

  private async ingestBatch(caller: Caller, batch: Buffer, rpc: string): Promise<LogBatchAck> {
    const start = process.hrtime.bigint();
    const { accepted, rejected, duplicate, batchId } = await this.ingest.ingestBatch(caller, batch);
    this.metrics.ackLatency.observe({ rpc }, secondsSince(start));
    return {
      status: rejected.length === 0 ? 'ok' : accepted > 0 ? 'partial' : 'rejected',
      accepted,
      rejected: rejected.length,
      rejections: rejected.map(({ index, field, reason }) => ({ index, field, reason })),
      duplicate,
      batchId,
    };
  }
}
