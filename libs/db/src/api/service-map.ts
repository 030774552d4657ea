import type { Instant } from '#domain';

/** Calls from one service to another: spans of `target` whose parent span is one of `source`. */
export interface ServiceCalls {
  readonly source: string;
  readonly target: string;
  readonly calls: number;
  /** Calls whose span holds a record of level error or fatal, or has status error. */
  readonly failures: number;
}

export interface ServiceSpans {
  readonly service: string;
  readonly spans: number;
  /** Spans that hold a record of level error or fatal, or have status error. */
  readonly failures: number;
}

/** Which services called which, within a range of time. */
export interface ServiceMap {
  /** Sorted by service, bytewise. */
  readonly services: readonly ServiceSpans[];
  /** By source, then target, bytewise. */
  readonly calls: readonly ServiceCalls[];
  /** 1 where every record was counted; less where the figures are estimated from that share of them. */
  readonly share: number;
}

export interface ServiceMapRequest {
  readonly tenant: string;
  /** A span belongs to the instant of its earliest record, or of its own start. */
  readonly from: Instant;
  /** Exclusive. */
  readonly to: Instant;
  /** Cancels the query in the database. */
  readonly signal?: AbortSignal;
}

/**
 * Counted from log records and from stored spans, each span once. A span's service is that of its earliest record, its parent the
 * earliest that is named, where the span itself counts as a record at its start; a span and its parent are
 * found where at most ten minutes lie between their records and the range. Rejects as LogReader does.
 */
export interface ServiceMapReader {
  read(request: ServiceMapRequest): Promise<ServiceMap>;
}

/** The provider's token. */
export const SERVICE_MAP_READER = Symbol('ServiceMapReader');
