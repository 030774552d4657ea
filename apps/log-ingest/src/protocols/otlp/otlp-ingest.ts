import { setImmediate as immediate } from 'node:timers/promises';
import { Inject, Injectable } from '@nestjs/common';
import { Metrics, secondsSince, type Caller } from '#platform';
import type { RecordLimits } from '#proto';
import { IngestService, RECORD_LIMITS } from '../../ingest.service.js';
import { digestKey } from '../records/foreign-ingest.js';
import type { RowFault } from '../records/record-batch.js';
import { ExportEncoder, type ExportPart, type OpenExport, type Signal } from './encode-export.js';

/** What became of an export request. */
export interface TakenExport {
  /** Log records or spans that were refused for good. */
  readonly rejected: number;
  /** What was refused and why; empty where nothing was. */
  readonly message: string;
}

export interface ExportOptions {
  /** For metrics: the label rpc. */
  readonly rpc: string;
  /** What is to be recognized when it comes again: the bytes that were sent, without compression; null: nothing. */
  readonly sent: Buffer | null;
}

const NAMES: Readonly<Record<Signal, string>> = { logs: 'log records', traces: 'spans' };

/** What the OTLP receivers share: export requests are encoded as `logs.LogBatch` and go through the same service as gRPC's. */
@Injectable()
export class OtlpIngest {
  private readonly encoder: ExportEncoder;

  constructor(
    @Inject(IngestService) private readonly ingest: IngestService,
    @Inject(RECORD_LIMITS) limits: RecordLimits,
    @Inject(Metrics) private readonly metrics: Metrics,
  ) {
    this.encoder = new ExportEncoder(limits);
  }

  /**
   * Resolves once all good records are durable.
   *
   * Requests that grow large go to the store in several parts, one after the other. Where one fails, the request has failed
   * and is to be sent again; parts that were stored are recognized then.
   *
   * @param body serialized ExportLogsServiceRequest or ExportTraceServiceRequest
   * @throws RootspanError: bytes that are no such request (permanent), overload and unavailability (send again)
   */
  async export(caller: Caller, signal: Signal, body: Buffer, { rpc, sent }: ExportOptions): Promise<TakenExport> {
    const start = process.hrtime.bigint();
    const request = this.encoder.open(signal, body);
    const refusals = new Refusals(signal, request.index.records.length);
    let digest: string | null = null;
    let number = 0;
    for (let part = this.encoder.next(request); part !== null; part = this.encoder.next(request), number++) {
      if (number === 0) await this.checkRest(request);
      refusals.count(part.refusedCount, part.firstRefused);
      this.metrics.rejected.inc(part.refusedCount);
      if (part.batch.length === 0) continue;
      if (sent !== null && part.isRecognizable) digest ??= digestKey(sent);
      const retryKey = digest !== null && part.isRecognizable ? `otlp-${signal}:${digest}:${number}` : '';
      const { rejected } = await this.ingest.ingestBatch(caller, part.batch, { requireTrace: false, retryKey });
      for (const { index, field, reason } of rejected) refusals.add(part, index, `${field} ${reason}`);
    }
    this.metrics.ackLatency.observe({ rpc }, secondsSince(start));
    return refusals.taken();
  }

  /** Nothing of a request is stored before all of it was read: bytes that are none may follow in a later part. */
  private async checkRest(request: OpenExport): Promise<void> {
    const rest = { ...request };
    while (this.encoder.next(rest) !== null) await immediate();
  }
}

/** Counts what was refused of a request and keeps the first reason of each kind. */
class Refusals {
  private refused = 0;
  private lost = 0;
  private firstRefused = '';
  private firstLost = '';

  constructor(
    private readonly signal: Signal,
    private readonly records: number,
  ) {}

  count(refused: number, first: RowFault | null): void {
    this.refused += refused;
    if (first !== null && this.firstRefused === '') this.firstRefused = `number ${first.row}: ${first.field} ${first.reason}`;
  }

  /** @param index in the part's batch: spans count after logs */
  add({ logRows, spanRows }: ExportPart, index: number, reason: string): void {
    const row = index < logRows.length ? (logRows[index] ?? -1) : (spanRows[index - logRows.length] ?? -1);
    if (row >= 0) {
      this.refused++;
      if (this.firstRefused === '') this.firstRefused = `number ${row}: ${reason}`;
    } else {
      this.lost++;
      if (this.firstLost === '') this.firstLost = reason;
    }
  }

  taken(): TakenExport {
    const { refused, lost, records, signal, firstRefused, firstLost } = this;
    const sentences = [
      ...(refused === 0
        ? []
        : [`${refused} of ${records} ${NAMES[signal]} were refused, the others are kept; counted from 0, ${firstRefused}.`]),
      ...(lost === 0
        ? []
        : [`${lost} exceptions were not made records of their own, they are kept as events of their spans: ${firstLost}.`]),
    ];
    return { rejected: refused, message: sentences.join(' ') };
  }
}
