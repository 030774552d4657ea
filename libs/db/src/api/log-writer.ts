import type { BusSource, DeadLetter, FetchedBatch, StoredPosition } from '#domain';

/** What became of a batch. */
export type StoreOutcome =
  | {
      readonly kind: 'stored';
      /** Rows written now. */
      readonly records: number;
      /** Of slice i of the batch: true where an earlier delivery or retry had stored it. */
      readonly duplicates: readonly boolean[];
      /** True where a trace with an error got a record: the DAG builder has work. */
      readonly errorTraces: boolean;
    }
  /** Nothing was written: the stored position is not `batch.from`. Null: there is none. */
  | { readonly kind: 'fenced'; readonly position: bigint | null };

/**
 * Puts batches into the store, exactly once.
 *
 * - Rows, raised error traces, retry keys and the position are one transaction: all or nothing.
 * - The position is a fence: a batch that doesn't start at the stored position writes nothing.
 *   Where no position is stored, the batch's `from` is taken as the beginning.
 * - Where the stored position was wiped or put back, messages that come again are stored only if they are not there: whole
 *   messages, known by partition and offset. Those that are left out count as duplicates. Rows that were deleted come back.
 *   A bus that keeps nothing (`BusSource.transient`) is fenced instead, with the position from which its numbers are free.
 * - Records that break the contract or that the database refuses are handed to `onUnstorable`, which is
 *   awaited before the commit; their neighbours are stored.
 * - A slice whose retry key is known is left out.
 * - Rejects with StoreUnavailableError where the database is away; whether the batch was committed is then
 *   unknown, and handing it over again is safe.
 * - The bytes of the batch are read until the promise settles and not kept after it.
 */
export interface LogWriter {
  store(batch: FetchedBatch, onUnstorable: (letters: readonly DeadLetter[]) => Promise<void>): Promise<StoreOutcome>;
  /** By partition; absent where nothing is stored. */
  readPositions(source: BusSource, partitions: readonly number[]): Promise<ReadonlyMap<number, StoredPosition>>;
}

/** The provider's token. */
export const LOG_WRITER = Symbol('LogWriter');
