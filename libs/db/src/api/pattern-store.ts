import type { Instant, TracePattern } from '#domain';

/** `ignored` stays ignored; `resolved` ends when the failure comes back. */
export type PatternState = 'open' | 'resolved' | 'ignored';

export const PATTERN_STATES: readonly PatternState[] = ['open', 'resolved', 'ignored'];

/** A pattern as it is stored. Times are first errors of traces, to the microsecond. */
export interface StoredPattern extends TracePattern {
  readonly tenant: string;
  readonly firstSeen: Instant;
  readonly lastSeen: Instant;
  /** Traces whose newest DAG belongs to it; each trace counts in one pattern, once. */
  readonly traceCount: number;
  readonly state: PatternState;
  /** When it was last resolved; null: never. */
  readonly resolvedAt: Instant | null;
  /** The first error of the trace that last brought it back after it was resolved; null: none did. */
  readonly regressedAt: Instant | null;
  readonly regressions: number;
  /** Its newest traces, three at most. */
  readonly sampleTraceIds: readonly string[];
}

/** Newest last_seen first, most traces first, newest first_seen first; ties by id. */
export type PatternOrder = 'last_seen' | 'count' | 'new';

export const PATTERN_ORDERS: readonly PatternOrder[] = ['last_seen', 'count', 'new'];

/** Place of a pattern in an order. */
export interface PatternCursor {
  /** Its count, or its time as microseconds since 1970: what the order goes by. */
  readonly key: bigint;
  readonly id: string;
}

export interface PatternPageRequest {
  readonly tenant: string;
  readonly order: PatternOrder;
  readonly limit: number;
  readonly maxBytes: number;
  readonly state?: PatternState;
  /** Patterns that this service is part of, as the cause or on the way. */
  readonly service?: string;
  /** Patterns last seen then or later. */
  readonly from?: Instant;
  /** Patterns last seen before then. */
  readonly to?: Instant;
  readonly after?: PatternCursor;
  readonly signal?: AbortSignal;
}

export interface PatternPage {
  readonly patterns: readonly StoredPattern[];
  /** The place of the last one, where more follow. */
  readonly next: PatternCursor | null;
}

/** A trace of a pattern. */
export interface PatternTrace {
  readonly traceId: string;
  readonly firstErrorTime: Instant;
  readonly rootSpanId: string;
  readonly errorCount: number;
  readonly spanCount: number;
}

/** How many traces had their first error within the hour that begins at `start`; never 0. */
export interface PatternHour {
  readonly start: Instant;
  readonly traceCount: number;
}

/**
 * Reads patterns. Counts are exact: at any moment the sum over a tenant's patterns is the number of its DAGs with a pattern.
 *
 * Every method rejects with StoreUnavailableError where the database is away, and with the signal's reason where it was
 * aborted (the query is then cancelled in the database too).
 */
export interface PatternReader {
  /**
   * Patterns that have a trace. A pattern whose last trace moved away is left out, and comes back in its old state with the
   * next one. A pattern that changes its place while pages are read may be given twice or not at all.
   */
  list(request: PatternPageRequest): Promise<PatternPage>;
  /** Null where no trace ever belonged to it. */
  byId(tenant: string, id: string, signal?: AbortSignal): Promise<StoredPattern | null>;
  /** Newest first error first, then trace id, descending: the order of DagReader. */
  traces(request: {
    readonly tenant: string;
    readonly id: string;
    readonly limit: number;
    readonly after?: Pick<PatternTrace, 'firstErrorTime' | 'traceId'>;
    readonly signal?: AbortSignal;
  }): Promise<{ readonly traces: readonly PatternTrace[]; readonly more: boolean }>;
  /** Hours that begin within [from, to), oldest first; the newest `limit` of them. */
  timeline(request: {
    readonly tenant: string;
    readonly id: string;
    readonly from?: Instant;
    readonly to?: Instant;
    readonly limit: number;
    readonly signal?: AbortSignal;
  }): Promise<readonly PatternHour[]>;
}

/** Sets what people decide about patterns. */
export interface PatternStateWriter {
  /**
   * Setting a state that is set already changes nothing: `resolvedAt` stays the first time. Null where the pattern is unknown.
   * A trace whose first error lies after `resolvedAt` opens a resolved pattern again (DagWriter.put does that).
   * Rejects as PatternReader does; whether the state was set is then unknown, and setting it again is safe.
   */
  setState(tenant: string, id: string, state: PatternState, signal?: AbortSignal): Promise<StoredPattern | null>;
}

/** The provider's token. */
export const PATTERN_READER = Symbol('PatternReader');
/** The provider's token. */
export const PATTERN_STATE_WRITER = Symbol('PatternStateWriter');
