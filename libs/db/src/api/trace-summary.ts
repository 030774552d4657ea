import type { Instant } from '#domain';

/** What a trace's records and spans say together. */
export interface TraceSummary {
  /** Records that were counted. */
  readonly logCount: number;
  /** Those of level error or fatal. */
  readonly errorLogCount: number;
  /** Different span ids, among records and stored spans; records without one count for none. */
  readonly spanCount: number;
  /** Stored spans, as SpanReader gives them. */
  readonly storedSpanCount: number;
  /** Those of status error. */
  readonly errorSpanCount: number;
  /** Bytewise sorted, each once; at most MAX_SUMMARY_SERVICES. */
  readonly services: readonly string[];
  /** The earliest time of a record, or start of a span. */
  readonly firstTime: Instant;
  /** The latest time of a record, or end of a span. */
  readonly lastTime: Instant;
  /** True where the trace has more records, spans or services than were looked at: counts are then "at least". */
  readonly truncated: boolean;
}

/** Records of a trace that a summary looks at, and as many spans. */
export const MAX_SUMMARY_RECORDS = 200_000;
/** Services that a summary lists. */
export const MAX_SUMMARY_SERVICES = 1_000;

export interface TraceSummaryReader {
  /**
   * Null where the trace is unknown. Takes time in proportion to the trace's records and spans, up to the bound.
   * Rejects as LogReader does.
   */
  summary(tenant: string, traceId: string, signal?: AbortSignal): Promise<TraceSummary | null>;
}

/** The provider's token. */
export const TRACE_SUMMARY_READER = Symbol('TraceSummaryReader');
