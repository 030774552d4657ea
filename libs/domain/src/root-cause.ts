/**
 * What an error span is to the failure. `origin`: its error began there, no erring descendant explains it. `propagated`: its
 * error is the echo of another span's. `suspect`: it has no error of its own (or none but "cancelled"), but its caller gave up
 * on it or lost it. Empty for spans that took no part.
 */
export type SpanRole = 'origin' | 'propagated' | 'suspect' | '';

/** The rules that name a cause, explained with examples in docs/error-dag.md. */
export type RootCauseRule =
  | 'gave-up'
  | 'lost-callee'
  | 'failed-callee'
  | 'silent-peer'
  | 'crash'
  | 'retries-exhausted'
  | 'async-consumer'
  | 'deepest-error'
  | 'handled'
  | 'no-span';

/** Where a failed trace's failure began, and what says so. */
export interface RootCause {
  /** Id of a node of the DAG. */
  readonly spanId: string;
  readonly service: string;
  /** `origin` or `suspect`. */
  readonly role: SpanRole;
  readonly rule: RootCauseRule;
  /** Sentences for people: services, times and what was waited for; ends with the rule's name in brackets. At most 1,000 characters. */
  readonly evidence: string;
  /** The spans that the evidence speaks of, the cause's own first; at most 8. */
  readonly evidenceSpanIds: readonly string[];
  /** Id of the log line to open: 32 hex digits, empty where there is none. */
  readonly logId: string;
}
