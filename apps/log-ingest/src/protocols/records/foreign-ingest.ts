import { createHash } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { Inject, Injectable } from '@nestjs/common';
import { Metrics, invalidField, secondsSince, type Caller } from '#platform';
import type { RecordLimits } from '#proto';
import { IngestService, RECORD_LIMITS } from '../../ingest.service.js';
import { inflatedBody } from './inflated-body.js';
import type { RecordBatch, RowFault } from './record-batch.js';

/** What became of a request of a foreign protocol. */
export interface TakenRequest {
  readonly accepted: number;
  readonly rejected: number;
  /** The rejected rows in order; not more than twice the number that the batch tells of. */
  readonly faults: readonly RowFault[];
  /** True where the request is known to have been stored before. */
  readonly duplicate: boolean;
}

export interface SendOptions {
  /** For metrics: the label rpc. */
  readonly protocol: string;
  /** What makes a retry of the same records recognizable; empty: nothing. */
  readonly retryKey: string;
}

/** What all HTTP protocols share: bodies within the limit, and records sent on through the same ingest service as gRPC's. */
@Injectable()
export class ForeignIngest {
  constructor(
    @Inject(IngestService) private readonly ingest: IngestService,
    @Inject(RECORD_LIMITS) private readonly limits: RecordLimits,
    @Inject(Metrics) private readonly metrics: Metrics,
  ) {}

  /** Bytes that a body, inflated, and its records may take. */
  get callBytes(): number {
    return this.limits.callBytes;
  }

  /** The body without its Content-Encoding. @throws RootspanError 400, 413, 415 */
  inflated(body: unknown, headers: IncomingHttpHeaders): Promise<Buffer> {
    return inflatedBody(body, headers['content-encoding'], this.limits.callBytes);
  }

  /** Resolves once the good records are durable. @throws RootspanError as the ingest service does */
  async send(caller: Caller, batch: RecordBatch, { protocol, retryKey }: SendOptions): Promise<TakenRequest> {
    const start = process.hrtime.bigint();
    if (/[\0\ufffd]/.test(retryKey) || Buffer.byteLength(retryKey) > this.limits.idBytes) {
      throw invalidField('idempotency-key', `must be text of at most ${this.limits.idBytes} bytes`);
    }
    const rules = { requireTrace: false, retryKey: retryKey === '' ? '' : `${protocol}:${retryKey}` };
    const { accepted, rejected, duplicate } = await this.ingest.ingestBatch(caller, batch.body(), rules);
    this.metrics.rejected.inc(batch.refusedCount);
    this.metrics.ackLatency.observe({ rpc: protocol }, secondsSince(start));
    const refusedLater = rejected
      .slice(0, batch.faultsTold)
      .map(({ index, field, reason }) => ({ row: batch.rowOf(index), field, reason }));
    return {
      accepted,
      rejected: rejected.length + batch.refusedCount,
      faults: [...batch.faults, ...refusedLater].sort((a, b) => a.row - b.row),
      duplicate,
    };
  }
}

/** A key of a request whose protocol has none: a digest of what it holds. */
export function digestKey(body: Buffer): string {
  return createHash('sha256').update(body).digest('base64url');
}
