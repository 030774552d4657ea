import { Inject, Injectable } from '@nestjs/common';
import { LOG_PUBLISHER, type LogPublisher, type OutgoingSlice } from '#bus';
import type { RetryKey } from '#domain';
import {
  Metrics,
  fieldTooLarge,
  invalidField,
  malformed,
  overloaded,
  unavailable,
  type Caller,
  type RootspanError,
} from '#platform';
import {
  LogFields,
  SLICE_BYTES,
  WireCursor,
  callDigest,
  readLog,
  sliceBatch,
  wrapLog,
  type BatchSlice,
  type RecordFault,
  type RecordLimits,
  type RejectedRecord,
} from '#proto';

/** The token of the limits that records must keep. */
export const RECORD_LIMITS = Symbol('RecordLimits');

/** What became of a batch. */
export interface IngestedBatch {
  readonly accepted: number;
  readonly rejected: readonly RejectedRecord[];
  /** True where the batch is known to have been stored before. */
  readonly duplicate: boolean;
  /** Empty where the sender gave none. */
  readonly batchId: string;
}

/** What a protocol asks of its batches beyond the limits. */
export interface BatchRules {
  /** Whether a record must name its trace and span; true where nothing is said. */
  readonly requireTrace?: boolean;
  /** Makes a retry safe where the protocol has no batch_id. At most 256 bytes. */
  readonly retryKey?: string;
}

/**
 * Takes serialized records of any protocol: checks them, cuts them by partition, and resolves once they are durable.
 *
 * Throws RootspanError: invalid or too large input (permanent), overload and unavailability (send again).
 */
@Injectable()
export class IngestService {
  private readonly cursor = new WireCursor();
  private readonly fields = new LogFields();

  constructor(
    @Inject(LOG_PUBLISHER) private readonly publisher: LogPublisher,
    @Inject(RECORD_LIMITS) private readonly limits: RecordLimits,
    @Inject(Metrics) private readonly metrics: Metrics,
  ) {}

  /** @param body serialized `logs.LogBatch`; must not be changed before the promise settles. */
  async ingestBatch(caller: Caller, body: Buffer, { requireTrace = true, retryKey }: BatchRules = {}): Promise<IngestedBatch> {
    const { accepted, rejected, slices, cutFor, batchId } = this.slice(body, requireTrace);
    this.metrics.rejected.inc(rejected.length);
    const batchKey = retryKey ?? batchId;
    const key = batchKey === '' ? undefined : { batchKey, digest: callDigest(body, cutFor) };
    const duplicate = await this.publish(caller, slices, key);
    this.metrics.accepted.inc(accepted);
    return { accepted, rejected, duplicate, batchId };
  }

  /** @param log one serialized `logs.Log`; its `id`, where given, makes a retry safe. */
  async ingestOne(caller: Caller, log: Buffer): Promise<void> {
    const body = wrapLog(log);
    const { rejected, slices, cutFor } = this.slice(body, true);
    const fault = rejected[0];
    if (fault !== undefined) {
      this.metrics.rejected.inc();
      throw errorOf(fault);
    }
    const id = this.idOf(log);
    await this.publish(caller, slices, id === '' ? undefined : { batchKey: id, digest: callDigest(body, cutFor) });
    this.metrics.accepted.inc();
  }

  private slice(body: Buffer, requireTrace: boolean) {
    const partitions = this.publisher.partitionCount();
    const sliced = sliceBatch(body, { partitions, limits: this.limits, requireTrace, sliceBytes: SLICE_BYTES });
    if (sliced.kind === 'malformed') throw malformed(`The bytes are no message of this call: ${sliced.reason}.`);
    if (sliced.kind === 'bad-batch-id') throw errorOf(sliced.fault);
    return sliced;
  }

  /** @returns whether all of it is known to have been stored before. */
  private async publish(
    caller: Caller,
    slices: readonly BatchSlice[],
    key: Pick<RetryKey, 'batchKey' | 'digest'> | undefined,
  ): Promise<boolean> {
    if (slices.length === 0) return false;
    const receivedAt = Date.now();
    const outgoing: OutgoingSlice[] = slices.map((slice, index) => ({
      ...slice,
      tenant: caller.tenant,
      receivedAt,
      ...(key && { retryKey: { ...key, slice: index, sliceCount: slices.length } }),
    }));
    const outcome = await this.publisher.publish(outgoing);
    switch (outcome.kind) {
      case 'durable':
        return outcome.duplicate;
      case 'overloaded':
        throw overloaded(outcome.retryAfterMs);
      case 'unavailable':
        throw unavailable('The log store', { cause: outcome.reason });
    }
  }

  private idOf(log: Buffer): string {
    this.cursor.open(log, 0, log.length);
    readLog(this.cursor, this.fields);
    return log.toString('utf8', this.fields.idStart, this.fields.idEnd);
  }
}

function errorOf(fault: RecordFault): RootspanError {
  return fault.kind === 'invalid' ? invalidField(fault.field, fault.reason) : fieldTooLarge(fault.field, fault.reason);
}
