import type { BusSource, FetchedBatch, StoredPosition } from '#domain';

/** What the store says of a batch. */
export type BatchOutcome =
  /** The rows and the position `batch.next` are committed. `duplicates[i]` tells of slice i whether it had been stored before. */
  | { readonly kind: 'stored'; readonly duplicates: readonly boolean[] }
  /** Nothing was written: the stored position is not `batch.from`. Null: there is none. */
  | { readonly kind: 'fenced'; readonly position: bigint | null };

/** Stores a batch. Rejects where the store is away: nothing is known to be written, hand the batch over again. */
export type BatchHandler = (batch: FetchedBatch) => Promise<BatchOutcome>;

/**
 * Reads positions from where the rows are; by partition, absent where there is none. Rejects where the store is away.
 *
 * Looks by topic name and partition only: a row that was written under another cluster or topic id is to be returned,
 * else a topic that was made anew would pass for one that was never read.
 */
export type PositionReader = (source: BusSource, partitions: readonly number[]) => Promise<ReadonlyMap<number, StoredPosition>>;

/**
 * Hands the records on the bus to the store, at least once and in order per partition.
 *
 * - Per partition one batch is under way at a time; several partitions run in parallel.
 * - A partition starts at the stored position, or at its beginning where there is none. Broker-side offsets are hints only.
 * - Handler rejects: on a bus that keeps records (Kafka), the same records are handed over again after a growing pause; on one
 *   that doesn't (in-process) their calls are answered `unavailable`, for whether they were stored is unknown.
 * - `fenced`: the source goes on from `position`; null: from what `PositionReader` says then. Records are never lost by it.
 * - A position that doesn't fit the topic (another topic id, outside what the broker keeps) stops that partition;
 *   `problems()` names it and the repair. Nothing is skipped in silence.
 * - Messages that can't be read go to the dead letters before the batch that steps over them is handed on.
 * - A partition may be read by two processes for a short while (one was given it before the other noticed): the
 *   stored position decides, the loser is fenced.
 * - `start` resolves once consuming has begun (it waits for a bus that is not there yet); `stop` lets the batch under way end.
 */
export interface LogSource {
  start(handler: BatchHandler, readPositions: PositionReader): Promise<void>;
  stop(): Promise<void>;
  /** Sentences that say what keeps this source from working; empty when all is well. */
  problems(): readonly string[];
  /** Of each partition read here, as far as it is known. For metrics. */
  lag(): readonly PartitionLag[];
}

/** How many offsets the bus has beyond what is stored. */
export interface PartitionLag {
  readonly topic: string;
  readonly partition: number;
  readonly offsets: bigint;
}

/** The provider's token. */
export const LOG_SOURCE = Symbol('LogSource');
