import type { ErrorDag, Instant } from '#domain';

/** A DAG as it is stored, one a trace. */
export interface StoredDag {
  readonly tenant: string;
  readonly traceId: string;
  readonly version: bigint;
  readonly dag: ErrorDag;
  readonly updatedAt: Instant;
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
   */
  put(dags: readonly Omit<StoredDag, 'updatedAt'>[]): Promise<readonly ('written' | 'older')[]>;
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
