import type { LogFilter, RecordView, StorePosition } from '#domain';

/** Which records are read: all of these tenants, or those of one that a filter asks for. */
export type TailSelection =
  | { readonly kind: 'tenants'; readonly tenants: readonly string[] }
  | { readonly kind: 'filter'; readonly tenant: string; readonly filter: LogFilter };

export interface TailRequest {
  /** What lies below it is not read. */
  readonly from: StorePosition;
  /** A `head` that was asked for before; what lies above it is not read. */
  readonly to: StorePosition;
  readonly records: TailSelection;
  /** Rows at most, 1 to 10,000. */
  readonly limit: number;
  /** Bytes of the rows at most; the first row is given whatever its size. */
  readonly maxBytes: number;
  /** Cancels the query in the database. */
  readonly signal?: AbortSignal;
}

/** A part of what was asked for. As a RecordPage it is valid only until the function returns that it was handed to. */
export interface TailPage {
  /** Where to read on; `to` at the end. It moves with every page, also with one that holds no record. */
  readonly next: StorePosition;
  /** Shows each record in the order of ids, always by the same view. */
  forEach(take: (record: RecordView, tenant: string) => void): void;
}

/**
 * Reads records in the order in which they were stored: what live tail is made of.
 *
 * - Within a partition of the bus records are stored in the order of offsets, and a position moves in the transaction that
 *   stores them. So what lies below a head is committed, and whoever reads from head to head meets every record once.
 * - Read are stored records only: retries that were recognized and messages that could not be read have none.
 * - A position stays good for as long as the records below retention do, across restarts, by whatever process.
 * - Records that a replay of lost positions brings back lie below the head that was reached before: they are not read as new.
 * - Every method rejects with StoreUnavailableError where the database is away, and with the signal's reason where it was
 *   aborted.
 */
export interface LogTail {
  /** Up to where records are stored now. */
  head(signal?: AbortSignal): Promise<StorePosition>;
  /**
   * Records between two positions, in parts that follow one another: call it again with `from` at the page's `next` until that
   * includes `to`. Resolves with what `read` makes of the page, and rejects with what it throws.
   */
  read<T>(request: TailRequest, read: (page: TailPage) => T): Promise<T>;
}

/** The provider's token. */
export const LOG_TAIL = Symbol('LogTail');
