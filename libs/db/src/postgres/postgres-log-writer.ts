import type { BusSource, DeadLetter, FetchedBatch, StoredPosition } from '#domain';
import type { PoolClient } from 'pg';
import type { LogWriter, StoreOutcome } from '../api/log-writer.js';
import { StoreUnavailableError } from '../api/store-unavailable.js';
import { BatchEncoder, type UnstorableRecord } from './copy/batch-encoder.js';
import type { Database } from './database.js';
import { Gathering } from './gathering.js';
import { DEFAULT_PARTITION_DAYS } from './partition-ranges.js';
import { isConflict, isDataFault, isMissingPartition } from './sql-state.js';
import { receiptTime } from './receipt-time.js';
import { claimRetryKeys } from './sql/claim-retry-keys.js';
import { copyRows } from './sql/copy-rows.js';
import { movePosition } from './sql/move-position.js';
import { ensurePartition, startOfDay } from './sql/partitions.js';
import { raiseErrorTraces } from './sql/raise-error-traces.js';
import { readEpoch, readPositions } from './sql/read-positions.js';
import { storeAtOnce } from './sql/store-at-once.js';
import { storableRows } from './storable-rows.js';

export interface LogWriterOptions {
  /** Whole UTC days that a new partition spans (partitionWidthDays); default: that of a retention of 30 days. */
  readonly partitionDays?: number;
}

type OnUnstorable = (letters: readonly DeadLetter[]) => Promise<void>;
type SqlStep = (client: PoolClient) => Promise<StoreOutcome>;

const CONFLICT_TRIES = 5;
/** One transaction fills a connection with rows while PostgreSQL writes the other's; more of them would only be smaller. */
const GATHER_LIMITS = { runs: 2, weight: 8 * 1024 * 1024 };

/**
 * LogWriter on PostgreSQL. One transaction a batch, in this order:
 *
 * 1. the position moves from `batch.from` to `batch.next`: the fence, and a lock on the partition until the end;
 * 2. retry keys are claimed; slices that were stored before are left out;
 * 3. rows go in by binary COPY; where the database refuses one, everything is rolled back and done again carefully:
 *    each record checked by the contract, then runs of rows under savepoints, halved until the bad one stands alone;
 * 4. traces with errors are raised for the DAG builder;
 * 5. records that can't be stored are handed over; commit.
 *
 * Batches without retry keys go a short way first: those that wait at the same time, of any partitions, share one such
 * transaction in one round trip (storeAtOnce). Where anything in it is unusual, nothing was stored, and each goes the long way.
 */
export class PostgresLogWriter implements LogWriter {
  private readonly epochs = new Map<string, number>();
  private readonly knownDays = new Set<number>();
  private readonly idleEncoders: BatchEncoder[] = [];
  private readonly gathering = new Gathering(
    (batches: readonly FetchedBatch[]) => this.withEncoder((encoder) => this.storeTogether(encoder, batches)),
    GATHER_LIMITS,
  );

  constructor(
    private readonly database: Database,
    private readonly options: LogWriterOptions = {},
  ) {}

  async store(batch: FetchedBatch, onUnstorable: OnUnstorable): Promise<StoreOutcome> {
    // Retry keys are known only after an answer of the database.
    if (batch.slices.every(({ retryKey }) => retryKey === undefined)) {
      const weight = batch.slices.reduce((sum, { value }) => sum + value.length, 0);
      const outcome = await this.gathering.add(batch, weight);
      if (outcome !== null) return outcome;
    }
    return this.withEncoder((encoder) => this.storeAlone(encoder, batch, onUnstorable));
  }

  async readPositions(source: BusSource, partitions: readonly number[]): Promise<ReadonlyMap<number, StoredPosition>> {
    return readPositions(this.database, source, partitions);
  }

  private async withEncoder<T>(work: (encoder: BatchEncoder) => Promise<T>): Promise<T> {
    const encoder = this.idleEncoders.pop() ?? new BatchEncoder();
    try {
      return await work(encoder);
    } finally {
      this.idleEncoders.push(encoder);
    }
  }

  private async storeAlone(encoder: BatchEncoder, batch: FetchedBatch, onUnstorable: OnUnstorable): Promise<StoreOutcome> {
    const now = Date.now();
    let careful = false;
    for (let conflicts = 0; ;) {
      try {
        const epoch = await this.epochOf(batch.source);
        await this.ensurePartitions(batch, now);
        return await this.database.transaction(this.steps(encoder, batch, epoch, now, careful, onUnstorable));
      } catch (error) {
        if (isDataFault(error) && !careful) careful = true;
        else if (isMissingPartition(error) && conflicts++ < CONFLICT_TRIES) this.knownDays.clear();
        else if (!isConflict(error) || conflicts++ >= CONFLICT_TRIES) throw error;
      }
    }
  }

  /** The short way of batches in which all is as usual; nulls where each has to go the long way, and nothing was stored. */
  private async storeTogether(
    encoder: BatchEncoder,
    batches: readonly FetchedBatch[],
  ): Promise<readonly (StoreOutcome | null)[]> {
    const now = Date.now();
    const nothing = batches.map(() => null);
    const rows: number[] = [];
    let raised: number;
    try {
      encoder.begin(false);
      for (const batch of batches) {
        encoder.enter(batch, await this.epochOf(batch.source));
        await this.ensurePartitions(batch, now);
        const before = encoder.rows;
        for (const slice of batch.slices) encoder.add(slice, receiptTime(slice.receivedAt, now));
        rows.push(encoder.rows - before);
      }
      if (encoder.rows === 0 || encoder.unstorable.length > 0) return nothing;
      raised = await this.database.withClient((client) => storeAtOnce(client, inLockOrder(batches), encoder));
    } catch (error) {
      if (error instanceof StoreUnavailableError) throw error;
      return nothing;
    }
    return batches.map(({ slices }, i) => ({
      kind: 'stored',
      records: rows[i] ?? 0,
      duplicates: slices.map(() => false),
      errorTraces: raised > 0,
    }));
  }

  private steps(
    encoder: BatchEncoder,
    batch: FetchedBatch,
    epoch: number,
    now: number,
    careful: boolean,
    onUnstorable: OnUnstorable,
  ): SqlStep {
    return async (client) => {
      const moved = await movePosition(client, batch);
      if (moved.kind === 'fenced') return moved;
      const duplicates = await claimRetryKeys(client, batch.slices);
      encoder.begin(careful);
      encoder.enter(batch, epoch);
      batch.slices.forEach((slice, i) => {
        if (duplicates[i] !== true) encoder.add(slice, receiptTime(slice.receivedAt, now));
      });
      const refused = careful ? await storableRows(client, encoder) : [];
      if (!careful && encoder.rows > 0) await copyRows(client, encoder.buffer.bytes.subarray(0, encoder.buffer.length));
      const raised = await raiseErrorTraces(client, encoder.traces.byTenant);
      const unstorable = [...encoder.unstorable, ...refused];
      if (unstorable.length > 0) await onUnstorable(unstorable.map((record) => deadLetterOf(record, batch)));
      return { kind: 'stored', records: encoder.rows - refused.length, duplicates, errorTraces: raised > 0 };
    };
  }

  private async epochOf(source: BusSource): Promise<number> {
    const key = `${source.clusterId}/${source.topicId}/${source.topic}`;
    const known = this.epochs.get(key);
    if (known !== undefined) return known;
    const epoch = await readEpoch(this.database, source);
    this.epochs.set(key, epoch);
    return epoch;
  }

  private async ensurePartitions(batch: FetchedBatch, now: number): Promise<void> {
    for (const slice of batch.slices) {
      const day = startOfDay(receiptTime(slice.receivedAt, now));
      if (this.knownDays.has(day)) continue;
      const width = this.options.partitionDays ?? DEFAULT_PARTITION_DAYS;
      await this.database.withClient((client) => ensurePartition(client, day, width));
      this.knownDays.add(day);
    }
  }
}

/** Two processors that both believe to own some partitions lock their positions in the same order. */
function inLockOrder(batches: readonly FetchedBatch[]): readonly FetchedBatch[] {
  return [...batches].sort((a, b) => a.source.topic.localeCompare(b.source.topic) || a.partition - b.partition);
}

function deadLetterOf(record: UnstorableRecord, batch: FetchedBatch): DeadLetter {
  return {
    tenant: record.slice.tenant,
    topic: batch.source.topic,
    partition: batch.partition,
    offset: record.slice.offset,
    index: record.index,
    reason: record.reason,
    bytes: record.bytes,
  };
}
