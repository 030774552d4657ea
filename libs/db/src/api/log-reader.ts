import type { Instant, LogRecord, RecordView, TraceRecord } from '#domain';

/** Place of a record in an order by time, then id. */
export interface LogCursor {
  readonly time: Instant;
  /** 32 hex digits. */
  readonly id: string;
}

export interface PageRequest {
  readonly tenant: string;
  /** Rows at most, 1 to 10,000. */
  readonly limit: number;
  /** Bytes of the rows at most; the first row is given whatever its size. */
  readonly maxBytes: number;
  /** Rows after this place only. */
  readonly after?: LogCursor;
  /** Cancels the query in the database. */
  readonly signal?: AbortSignal;
}

export interface LogPage {
  readonly records: readonly LogRecord[];
  /** True where rows follow the last one given. */
  readonly more: boolean;
}

/** A page as bytes. It is valid only until the function returns that it was handed to. */
export interface RecordPage {
  readonly count: number;
  /** True where rows follow the last one given. */
  readonly more: boolean;
  /** Shows each record in order, always by the same view. */
  forEach(take: (record: RecordView) => void): void;
}

export interface TraceKey {
  readonly tenant: string;
  readonly traceId: string;
}

/** The records of one trace, as the DAG builder reads them. */
export interface TraceRecords {
  readonly records: readonly TraceRecord[];
  /** True where the cap left records out; errors are given first. */
  readonly truncated: boolean;
}

/**
 * Reads stored records. Every method rejects with StoreUnavailableError where the database is away,
 * and with the signal's reason where it was aborted (the query is then cancelled in the database too).
 */
export interface LogReader {
  /** Newest first; ties by id, descending. */
  newest(request: PageRequest): Promise<LogPage>;
  /** Oldest first; ties by id, ascending. Empty where the trace is unknown. */
  byTrace(request: PageRequest & { readonly traceId: string }): Promise<LogPage>;
  /**
   * What `newest` gives, without an object for each record: resolves with what `read` makes of the page, and rejects with
   * what it throws. `read` runs once, and nothing else runs meanwhile.
   */
  readNewest<T>(request: PageRequest, read: (page: RecordPage) => T): Promise<T>;
  /** What `byTrace` gives, in the same way. */
  readTrace<T>(request: PageRequest & { readonly traceId: string }, read: (page: RecordPage) => T): Promise<T>;
  /**
   * Highest severity number among the trace's records; null where the trace is unknown. A span counts too: as 17 (error) where
   * it failed, else as 9 (info).
   */
  worstSeverity(tenant: string, traceId: string, signal?: AbortSignal): Promise<number | null>;
  /** What the DAG builder needs of a trace: errors first, `cap` records at most. */
  traceRecords(tenant: string, traceId: string, cap: number): Promise<TraceRecords>;
  /** The same of several traces at once, in their order; null for each that has more than `cap` records. */
  smallTraces(traces: readonly TraceKey[], cap: number): Promise<readonly (readonly TraceRecord[] | null)[]>;
}

/** The provider's token. */
export const LOG_READER = Symbol('LogReader');
