import type { ErrorDag, Instant, TracePattern } from '#domain';

/** A DAG as it is stored, one a trace. */
export interface StoredDag {
  readonly tenant: string;
  readonly traceId: string;
  readonly version: bigint;
  readonly dag: ErrorDag;
  readonly updatedAt: Instant;
  /** The failure pattern that the trace counts in; absent where it was put without one. */
  readonly patternId?: string;
}

/** A DAG to be stored, with the failure pattern of its trace. */
export interface NewDag extends Omit<StoredDag, 'updatedAt' | 'patternId'> {
  readonly pattern?: TracePattern | null;
}

/** Place of a DAG in the order newest first error first, then trace id. */
export interface DagCursor {
  readonly firstErrorTime: Instant;
  readonly traceId: string;
}

export interface DagPageRequest {
  readonly tenant: string;
  readonly limit: number;
  readonly maxBytes: number;
  readonly after?: DagCursor;
  readonly signal?: AbortSignal;
}

export interface DagPage {
  readonly dags: readonly StoredDag[];
  readonly more: boolean;
}

export interface DagWriter {
  /**
   * Writes each trace's DAG unless a newer version is stored already ('older': nothing was written for it); all or none.
   * A trace may be named once.
   *
   * In the same transaction each trace that was written moves into its pattern: counts, hours, first and last seen of the old
   * and the new pattern follow, so they are exact whatever is rebuilt, repeated or written by several builders at once. A trace
   * that joins a resolved pattern and whose first error lies after the resolution opens it again; ignored patterns stay
   * ignored. A pattern's first trace and a regression leave an event (PatternEvents).
   */
  put(dags: readonly NewDag[]): Promise<readonly ('written' | 'older')[]>;
}

/** Rejects as LogReader does. */
export interface DagReader {
  newest(request: DagPageRequest): Promise<DagPage>;
  byTrace(tenant: string, traceId: string, signal?: AbortSignal): Promise<StoredDag | null>;
}

/** The provider's token. */
export const DAG_WRITER = Symbol('DagWriter');
/** The provider's token. */
export const DAG_READER = Symbol('DagReader');
