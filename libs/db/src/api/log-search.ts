import type { AttributeSource, Instant, Level, LogFilter } from '#domain';
import type { RecordPage } from './log-reader.js';

export type SearchOrder = 'newest-first' | 'oldest-first';

/** A place in an order by time, then id. */
export interface SearchPosition {
  readonly time: Instant;
  /** 32 hex digits: the place of a record. Empty: the place just before the first record of that instant. */
  readonly id: string;
}

export interface SearchRequest {
  readonly tenant: string;
  readonly filter: LogFilter;
  readonly order: SearchOrder;
  /** Rows at most, 1 to 10,000. */
  readonly limit: number;
  /** Bytes of the rows at most; the first row is given whatever its size. */
  readonly maxBytes: number;
  /** Rows behind this place only, in the order. */
  readonly after?: SearchPosition;
  /** Whether the matches of the whole filter are to be counted beside the page, as far as that is cheap. */
  readonly count: boolean;
  /** Cancels the query in the database. */
  readonly signal?: AbortSignal;
}

/** How many records match: exactly so many, or at least. */
export interface MatchCount {
  readonly count: number;
  readonly exact: boolean;
}

/** A page of matches. As a RecordPage it is valid only until the function returns that it was handed to. */
export interface FoundPage extends RecordPage {
  /** Where the next page goes on; null at the end. */
  readonly next: SearchPosition | null;
  /**
   * True where the time budget ran out before the page was full: what was searched is complete, and the search goes on at
   * `next`. Such a page may hold no row at all.
   */
  readonly partial: boolean;
  /** Null where no count was asked for. */
  readonly total: MatchCount | null;
}

/** A range of time with both ends. `from` is included, `to` is not. */
export interface TimeSpan {
  readonly from: Instant;
  readonly to: Instant;
}

export interface AggregateRequest {
  readonly tenant: string;
  /** Its bounds of time are those of the aggregate. */
  readonly filter: LogFilter & TimeSpan;
  readonly signal?: AbortSignal;
}

export interface HistogramRequest extends AggregateRequest {
  readonly by: 'level' | 'service';
  /** Width of a bucket in milliseconds, 1 or more. At most 10,000 buckets. */
  readonly stepMs: number;
  /** Where the first bucket begins: no later than the filter's `from`, which is the default, and less than a step before it. */
  readonly firstBucket?: Instant;
}

/** What an aggregate covers. The newest records are counted first. */
export interface Coverage {
  /** True where the time budget, or the most that is kept of one answer, ran out: counts are lower bounds. */
  readonly partial: boolean;
  /** Everything from here to the end of the range was counted; the range's start where it is not partial. */
  readonly countedFrom: Instant;
}

export interface Histogram extends Coverage {
  /** The most frequent first. Services beyond the first 50 are summed under the empty name and counted as the last. */
  readonly series: readonly HistogramSeries[];
}

export interface HistogramSeries {
  /** A level or a service. */
  readonly key: string;
  /** One count a bucket, from the oldest. */
  readonly counts: readonly number[];
}

/** Whose values are asked for. `keys`: the names of the members themselves. */
export type ValueField =
  | { readonly kind: 'level' }
  | { readonly kind: 'service' }
  | { readonly kind: 'keys'; readonly source: AttributeSource }
  | { readonly kind: 'values'; readonly source: AttributeSource; readonly path: string };

export interface FieldValuesRequest extends AggregateRequest {
  readonly field: ValueField;
  /** Only values that begin so; the case of ASCII letters does not count. */
  readonly prefix: string;
  /** Values at most, 1 to 1,000. */
  readonly limit: number;
}

export interface FieldValues extends Coverage {
  /** The most frequent first, ties by value. Lists, objects and null are no values. */
  readonly values: readonly { readonly value: string | Level; readonly count: number }[];
}

/**
 * Finds and counts records by a filter. Every method keeps a time budget of its own and says honestly where it ran out; it
 * rejects with StoreUnavailableError where the database is away, and with the signal's reason where it was aborted (what
 * runs in the database is then cancelled).
 *
 * A filter finds the very records of which `matcherOf` (#domain) is true.
 */
export interface LogSearch {
  /**
   * A page of matches in order; ties in time by id. Resolves with what `read` makes of it, and rejects with what it throws.
   * Pages stay apart while records come in: what was there at the first page is given once. `read` runs once, and nothing
   * else runs meanwhile.
   */
  search<T>(request: SearchRequest, read: (page: FoundPage) => T): Promise<T>;
  histogram(request: HistogramRequest): Promise<Histogram>;
  /** Distinct values of a field with their counts, for suggestions and rankings. */
  fieldValues(request: FieldValuesRequest): Promise<FieldValues>;
}

/** The provider's token. */
export const LOG_SEARCH = Symbol('LogSearch');
