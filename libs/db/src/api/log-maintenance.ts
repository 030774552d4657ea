/** What became of a run. */
export type MaintenanceOutcome =
  | {
      readonly kind: 'done';
      /** Parts that the records lie in now, by time of receipt. */
      readonly partitions: number;
      readonly partitionsDropped: number;
      /** Bytes of the records and their indexes. */
      readonly bytes: number;
      /** The bound that `bytes` is to stay below; null where there is none. */
      readonly maxBytes: number | null;
      /** Partitions that went, or are to go, before their time because of that bound. */
      readonly partitionsOverSize: number;
      /** Rows that went because they are older than what is kept. */
      readonly errorTracesSwept: number;
      readonly deadLettersSwept: number;
      readonly retryKeysSwept: number;
      /** Retry keys that are kept; an estimate. */
      readonly retryKeys: number;
      /** Sentences: what could not be done now, mostly because a long reader stood in the way. The next run tries again. */
      readonly postponed: readonly string[];
    }
  /** Another process is at it: nothing was done. */
  | { readonly kind: 'elsewhere' };

/**
 * Keeps the log store in shape. A run
 *
 * 1. makes the partitions for today and the coming days, so that writers rarely have to;
 * 2. sweeps error traces whose first error is older than everything that is kept: their DAGs stay as they are;
 * 3. drops partitions whose whole range is older than the retention: at least the retention is kept, and at most one
 *    partition's width more. Where size is bounded, the oldest go before, until the rest fits; the partition that is written
 *    now never goes;
 * 4. deletes dead letters that are older than the retention;
 * 5. forgets retry keys, by bus time behind the slowest partition of the bus.
 *
 * - A run never blocks writers or readers: short transactions, locks that they don't meet, bounded waits.
 * - Of several processes one works, the others are told `elsewhere`.
 * - Stopped or killed anywhere, the next run goes on where this one ended.
 * - Rejects with StoreUnavailableError where the database is away, with the signal's reason where it was aborted.
 */
export interface LogMaintenance {
  run(signal: AbortSignal): Promise<MaintenanceOutcome>;
}

/** The provider's token. */
export const LOG_MAINTENANCE = Symbol('LogMaintenance');
