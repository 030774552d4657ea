import type { Instant } from '#domain';

/** What a trace's records say together. */
export interface TraceSummary {
  /** Records that were counted. */
  readonly logCount: number;
  /** Those of level error or fatal. */
  readonly errorLogCount: number;
  /** Different spans; records without one count for none. */
  readonly spanCount: number;
  /** Bytewise sorted, each once; at most MAX_SUMMARY_SERVICES. */
  readonly services: readonly string[];
  readonly firstTime: Instant;
  readonly lastTime: Instant;
  /** True where the trace has more records, or services, than were looked at: counts are then "at least". */
  readonly truncated: boolean;
}

/** Records of a trace that a summary looks at. */
export const MAX_SUMMARY_RECORDS = 200_000;
/** Services that a summary lists. */
export const MAX_SUMMARY_SERVICES = 1_000;

export interface TraceSummaryReader {
  /**
   * Null where the trace is unknown. Takes time in proportion to the trace's records, up to the bound.
   * Rejects as LogReader does.
   */
  summary(tenant: string, traceId: string, signal?: AbortSignal): Promise<TraceSummary | null>;
}

/** The provider's token. */
export const TRACE_SUMMARY_READER = Symbol('TraceSummaryReader');
