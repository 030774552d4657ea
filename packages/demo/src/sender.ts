import { Client, credentials, Metadata, status, type ServiceError } from '@grpc/grpc-js';
import { setTimeout as pause } from 'node:timers/promises';
import { LogBatch, LogBatchAck, LogIngestionServiceService } from '#proto';
import type { Part } from './story.js';

const BATCH = 500;
const DEADLINE_MS = 30_000;
const PAUSES_MS = [200, 400, 800, 1_600, 3_200];
const RETRYABLE: readonly number[] = [status.UNAVAILABLE, status.RESOURCE_EXHAUSTED, status.DEADLINE_EXCEEDED];

/** Sends records and spans as keyed batches, so that one that is sent again is stored once. */
export class Sender {
  private readonly client: Client;
  private readonly metadata = new Metadata();
  private waiting: Part[] = [];
  private batches = 0;
  /** Records and spans that were acknowledged. */
  sent = 0;

  /** @param run makes this run's keys its own */
  constructor(
    address: string,
    tenant: string,
    private readonly run: string,
  ) {
    this.client = new Client(address, credentials.createInsecure(), { 'grpc.enable_http_proxy': 0 });
    if (tenant !== '') this.metadata.set('tenant-id', tenant);
  }

  /** Sends as soon as there is a batch of them. */
  async add(parts: readonly Part[]): Promise<void> {
    this.waiting.push(...parts);
    while (this.waiting.length >= BATCH) await this.send(this.waiting.splice(0, BATCH));
  }

  async flush(): Promise<void> {
    if (this.waiting.length > 0) await this.send(this.waiting.splice(0));
  }

  close(): void {
    this.client.close();
  }

  private async send(parts: readonly Part[]): Promise<void> {
    const logs = parts.flatMap(({ log }) => (log === undefined ? [] : [log]));
    const spans = parts.flatMap(({ span }) => (span === undefined ? [] : [span]));
    const batch: LogBatch = { ...LogBatch.decode(new Uint8Array(0)), logs, spans, batchId: `${this.run}-${this.batches++}` };
    for (let attempt = 0; ; attempt++) {
      try {
        const { rejections } = await this.call(batch);
        const [first] = rejections;
        if (first !== undefined) throw new Error(`A record was refused: ${first.field}: ${first.reason}`);
        this.sent += parts.length;
        return;
      } catch (error) {
        const wait = PAUSES_MS[attempt];
        const code = error instanceof Error && 'code' in error ? (error as ServiceError).code : -1;
        if (wait === undefined || !RETRYABLE.includes(code)) throw error;
        await pause(wait);
      }
    }
  }

  private call(batch: LogBatch): Promise<LogBatchAck> {
    const { path, requestSerialize } = LogIngestionServiceService.sendLogs;
    const deadline = Date.now() + DEADLINE_MS;
    return new Promise((resolve, reject) => {
      const decode = (bytes: Buffer): LogBatchAck => LogBatchAck.decode(bytes);
      this.client.makeUnaryRequest(path, requestSerialize, decode, batch, this.metadata, { deadline }, (error, ack) => {
        if (error !== null) reject(error);
        else if (ack === undefined) reject(new Error('The answer is empty.'));
        else resolve(ack);
      });
    });
  }
}
