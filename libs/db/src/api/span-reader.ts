import type { SpanRecord, TraceSpan } from '#domain';
import type { PageRequest, TraceKey } from './log-reader.js';

/** A page of a trace's spans. */
export interface SpanPage {
  readonly spans: readonly SpanRecord[];
  /** True where spans follow the last one given. */
  readonly more: boolean;
}

/** The spans of one trace, as the DAG builder reads them. */
export interface TraceSpans {
  readonly spans: readonly TraceSpan[];
  /** True where the cap left spans out; failed ones are given first, then those that began first. */
  readonly truncated: boolean;
}

/** Reads stored spans. Rejects as LogReader does. */
export interface SpanReader {
  /** One trace's spans by start; ties by id, ascending. Empty where none is stored. `after` names start and id of a span. */
  byTrace(request: PageRequest & { readonly traceId: string }): Promise<SpanPage>;
  /**
   * What the DAG builder needs of a trace: `cap` spans at most. Texts are cut to what a DAG can say; links are those within the
   * trace, the first 128 of a span, and the first 8 of one beyond the first 1,000 spans.
   */
  traceSpans(tenant: string, traceId: string, cap: number): Promise<TraceSpans>;
  /** The same of several traces at once, in their order; null for each that has more than `cap` spans, or much else. */
  smallTraces(traces: readonly TraceKey[], cap: number): Promise<readonly (readonly TraceSpan[] | null)[]>;
}

/** The provider's token. */
export const SPAN_READER = Symbol('SpanReader');
