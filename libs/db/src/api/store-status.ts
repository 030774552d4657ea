import type { Instant } from '#domain';

/** How much is stored, of all tenants together, as far as the store knows without counting. */
export interface StoreStatus {
  readonly logs: {
    /** An estimate: the store counts while it writes, and may be behind or have forgotten. */
    readonly rows: number;
    /** With indexes. */
    readonly bytes: number;
    /** Parts that the records lie in, by time of receipt. */
    readonly partitions: number;
    /** Days that records are kept from their receipt, as the processor last noted it; null where it did not yet. */
    readonly retentionDays: number | null;
    /** What `bytes` is to stay below; null where there is no bound. */
    readonly maxBytes: number | null;
    /** When the record was received that was stored first among the oldest; null where there is none. */
    readonly oldestReceivedAt: Instant | null;
  };
  readonly spans: {
    /** An estimate, as that of logs. */
    readonly rows: number;
    /** With indexes. */
    readonly bytes: number;
  };
  readonly dags: {
    /** An estimate. */
    readonly rows: number;
    readonly bytes: number;
    /** Failed traces whose DAG is not up to date yet. */
    readonly pending: number;
  };
}

export interface StoreStatusReader {
  /** Takes a few milliseconds, whatever is stored. Rejects as LogReader does. */
  read(signal?: AbortSignal): Promise<StoreStatus>;
}

/** The provider's token. */
export const STORE_STATUS_READER = Symbol('StoreStatusReader');
