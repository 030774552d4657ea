import type { BusSource, FetchedBatch, StoredPosition } from '#domain';
import type { LogWriter, StoreOutcome } from '../api/log-writer.js';
import { StoreUnavailableError } from '../api/store-unavailable.js';
import { holdsSpans } from '#proto';
import { BatchEncoder } from './copy/batch-encoder.js';
import type { RecordTable } from './copy/encoded-rows.js';
import { compareKeys } from './compare-keys.js';
import type { Database } from './database.js';
import { Gathering } from './gathering.js';
import { DEFAULT_PARTITION_DAYS } from './partition-ranges.js';
import { isConflict, isDataFault, isMissingPartition } from './sql-state.js';
import { receiptTime } from './receipt-time.js';
import { Replays, type ReplayEvent } from './replays.js';
import { ensurePartition, startOfDay } from './sql/partitions.js';
import { readEpoch, readPositions } from './sql/read-positions.js';
import { storeAtOnce, type EncodedBatch, type StoredAtOnce } from './sql/store-at-once.js';
import { storeBatch, type OnUnstorable } from './store-batch.js';
import type { RecentBatches } from './tail/recent-batches.js';

export interface LogWriterOptions {
  /** Whole UTC days that a new partition spans (partitionWidthDays); default: that of a retention of 30 days. */
  readonly partitionDays?: number;
  /** Told of replays; they happen where a position was wiped or put back only. */
  readonly onReplay?: (event: ReplayEvent) => void;
  /** Keeps what is stored for the live tails of this process. */
  readonly recent?: RecentBatches;
}

const CONFLICT_TRIES = 5;
/** Somebody may wipe a position again just after it was scanned for; not this often. */
const SCAN_TRIES = 5;
/** One transaction fills a connection with rows while PostgreSQL writes the other's; more of them would only be smaller. */
const GATHER_LIMITS = { runs: 2, weight: 8 * 1024 * 1024 };

/**
 * LogWriter on PostgreSQL. One transaction a batch, in this order:
 *
 * 1. the position moves from `batch.from` to `batch.next`: the fence, and a lock on the partition until the end. Where it was
 *    wiped or put back, this is a replay, and what is stored is found out (enterPosition);
 * 2. retry keys are claimed; slices that were stored before are left out;
 * 3. rows go in by binary COPY, those of spans by a second one; where the database refuses one, everything is rolled back and
 *    done again carefully: each record checked by the contract, then runs of rows under savepoints, halved until the bad one
 *    stands alone;
 * 4. traces with errors are raised for the DAG builder;
 * 5. records that can't be stored are handed over; what was stored is noted for live tail; commit.
 *
 * Batches go a short way first: those that wait at the same time, of any partitions, share one such transaction in one round
 * trip, or two where there are retry keys (storeAtOnce). Where anything in it is unusual, nothing was stored, and each goes the
 * long way.
 */
export class PostgresLogWriter implements LogWriter {
  private readonly epochs = new Map<string, number>();
  private readonly knownDays = { logs: new Set<number>(), spans: new Set<number>() };
  private readonly idleEncoders: BatchEncoder[] = [];
  private readonly gathering = new Gathering(
    (batches: readonly FetchedBatch[]) => this.withEncoder((encoder) => this.storeTogether(encoder, batches)),
    GATHER_LIMITS,
  );
  private readonly replays: Replays;

  constructor(
    private readonly database: Database,
    private readonly options: LogWriterOptions = {},
  ) {
    this.replays = new Replays(database, (event) => options.onReplay?.(event));
  }

  async store(batch: FetchedBatch, onUnstorable: OnUnstorable): Promise<StoreOutcome> {
    // What is stored of a replay has to be asked first.
    if (!this.replays.isUnderWay(batch)) {
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
    for (let conflicts = 0, scans = 0; ;) {
      try {
        const epoch = await this.epochOf(batch.source);
        await this.ensurePartitions('logs', batch, now);
        if (batch.slices.some(({ value }) => holdsSpans(value))) await this.ensurePartitions('spans', batch, now);
        const options = { epoch, now, careful, onUnstorable };
        const step = await this.database.transaction((client) => storeBatch(client, encoder, batch, options));
        if (step.kind === 'stored') {
          this.replays.note(batch, step.replay);
          return step.outcome;
        }
        if (step.kind === 'fenced') {
          this.replays.forget(batch);
          return step;
        }
        if (++scans > SCAN_TRIES)
          throw new Error(`The position of ${batch.source.topic}/${batch.partition} doesn't stand still.`);
        await this.replays.scan(batch, epoch);
      } catch (error) {
        if (isDataFault(error) && !careful) careful = true;
        else if (isMissingPartition(error) && conflicts++ < CONFLICT_TRIES) this.forgetDays();
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
    const encoded: EncodedBatch[] = [];
    let stored: StoredAtOnce;
    try {
      encoder.begin(false);
      let firstSlice = 0;
      for (const batch of inLockOrder(batches)) {
        const epoch = await this.epochOf(batch.source);
        await this.ensurePartitions('logs', batch, now);
        encoder.enter(batch, epoch);
        const from = { logs: encoder.logs.count, spans: encoder.spans.count };
        for (const slice of batch.slices) encoder.add(slice, receiptTime(slice.receivedAt, now));
        const logs = { from: from.logs, to: encoder.logs.count };
        const spans = { from: from.spans, to: encoder.spans.count };
        if (spans.to > spans.from) await this.ensurePartitions('spans', batch, now);
        encoded.push({ batch, epoch, firstSlice, logs, spans });
        firstSlice += batch.slices.length;
      }
      if (encoder.rows === 0 || encoder.unstorable.length > 0) return nothing;
      stored = await this.storeAtOnce(encoded, encoder, now);
    } catch (error) {
      if (error instanceof StoreUnavailableError) throw error;
      return nothing;
    }
    const outcomes = new Map<FetchedBatch, StoreOutcome>();
    for (const { batch, firstSlice, logs, spans } of encoded) {
      outcomes.set(batch, {
        kind: 'stored',
        records: encoder.logs.kept(logs.from, logs.to) + encoder.spans.kept(spans.from, spans.to),
        duplicates: batch.slices.map((_, i) => stored.known[firstSlice + i] === true),
        errorTraces: stored.raised > 0,
      });
    }
    return batches.map((batch) => outcomes.get(batch) ?? null);
  }

  private async storeAtOnce(batches: readonly EncodedBatch[], encoder: BatchEncoder, now: number): Promise<StoredAtOnce> {
    const { recent } = this.options;
    const store = (): Promise<StoredAtOnce> => this.database.withClient((client) => storeAtOnce(client, batches, encoder, now));
    if (recent === undefined) return store();
    return recent.keep(batches, store, ({ logs }) => encoder.logs.keptBytes(logs.from, logs.to));
  }

  private async epochOf(source: BusSource): Promise<number> {
    const key = `${source.clusterId}/${source.topicId}/${source.topic}`;
    const known = this.epochs.get(key);
    if (known !== undefined) return known;
    const epoch = await readEpoch(this.database, source);
    this.epochs.set(key, epoch);
    return epoch;
  }

  private forgetDays(): void {
    this.knownDays.logs.clear();
    this.knownDays.spans.clear();
  }

  private async ensurePartitions(table: RecordTable, batch: FetchedBatch, now: number): Promise<void> {
    const known = this.knownDays[table];
    for (const slice of batch.slices) {
      const day = startOfDay(receiptTime(slice.receivedAt, now));
      if (known.has(day)) continue;
      const width = this.options.partitionDays ?? DEFAULT_PARTITION_DAYS;
      await this.database.withClient((client) => ensurePartition(client, table, day, width));
      known.add(day);
    }
  }
}

/** Two processors that both believe to own some partitions lock their positions in the same order. */
function inLockOrder(batches: readonly FetchedBatch[]): readonly FetchedBatch[] {
  return [...batches].sort((a, b) => compareKeys(a.source.topic, b.source.topic) || a.partition - b.partition);
}
