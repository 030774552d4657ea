import type { Instant } from './instant.js';
import type { Level } from './level.js';
import type { RootCause, SpanRole } from './root-cause.js';

/** What the DAG builder reads of a record. */
export interface TraceRecord {
  /** Unique to the record: a record that is given twice counts once. */
  readonly id: string;
  /** Empty where the record has no span. */
  readonly spanId: string;
  /** Empty where the record names no parent. */
  readonly parentId: string;
  readonly service: string;
  readonly message: string;
  /** OpenTelemetry severity number, 1-24. */
  readonly severity: number;
  readonly time: Instant;
  /** A flat JSON object as text; absent, empty or unreadable where there is none. Read for error records only. */
  readonly attributes?: string;
}

/** A span as OpenTelemetry records it, given beside the trace's log records where a source sends spans. */
export interface TraceSpan {
  readonly spanId: string;
  /** Empty where it has no parent. */
  readonly parentId: string;
  readonly service: string;
  readonly name: string;
  readonly kind: 'internal' | 'server' | 'client' | 'producer' | 'consumer';
  readonly start: Instant;
  readonly end: Instant;
  /** `error` without an error record counts as an error of the span. */
  readonly status: 'unset' | 'ok' | 'error';
  readonly statusMessage: string;
  /** Spans that led to this one without calling it, in this trace or another. */
  readonly links: readonly { readonly traceId: string; readonly spanId: string }[];
}

/** A span of a failed trace. */
export interface ErrorDagNode {
  readonly id: string;
  /** The parent that the span's records name, whether or not it sent anything; empty where none is named or its edge was cut. */
  readonly parentId: string;
  /** That of the span's earliest record; of the TraceSpan where it has no record. */
  readonly service: string;
  /** The span's worst; at least `error` where the TraceSpan's status is error. */
  readonly level: Level;
  readonly firstTime: Instant;
  readonly lastTime: Instant;
  readonly logCount: number;
  /** Records of level error or fatal; 1 where only the TraceSpan's status says that the span failed. */
  readonly errorCount: number;
  readonly role: SpanRole;
  /** True where the parent is named but sent nothing (or was left out by the caps). */
  readonly orphan: boolean;
  /** True for the node that holds the trace's error records without a span; it is not part of dagJson. */
  readonly synthetic: boolean;
}

export interface ErrorDagEdge {
  readonly source: string;
  readonly target: string;
  readonly kind: 'parent' | 'link';
}

/**
 * A failed trace's spans, how they called each other, and where the failure began. Always acyclic.
 * A pure function of the set of the trace's records: their order of arrival never matters.
 */
export interface ErrorDag {
  /**
   * Root of the component that holds the first error; ties by first time, then id. Where only records without a span
   * erred it is the trace's earliest root, and empty where the trace has no span.
   */
  readonly rootSpanId: string;
  /** Topological order; ties by first time, then id. */
  readonly nodes: readonly ErrorDagNode[];
  /** By source, then target, bytewise. */
  readonly edges: readonly ErrorDagEdge[];
  /** Where the failure began, best first; at most 10, never empty. */
  readonly rootCauses: readonly RootCause[];
  /**
   * Errors, not the records and spans that they passed through: an exception that four spans logged on its way up counts
   * once, as does one that a span logged twice. At least 1. docs/error-dag.md says exactly what counts.
   */
  readonly errorCount: number;
  /** Nodes that are spans: the synthetic one is none. */
  readonly spanCount: number;
  /** All records of the trace, those without a span too. */
  readonly logCount: number;
  /** Of the nodes. Sorted bytewise, each once. */
  readonly services: readonly string[];
  /** Of the nodes' records. */
  readonly firstTime: Instant;
  readonly lastTime: Instant;
  readonly firstErrorTime: Instant;
  /** Sentences about what was mended or left out: cut cycles, error records without a span, caps. Sorted bytewise. */
  readonly warnings: readonly string[];
  /** True where caps left records or spans out; error paths are kept. */
  readonly truncated: boolean;
}
