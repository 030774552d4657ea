import type { Instant } from './instant.js';
import type { Level } from './level.js';

/** What the DAG builder reads of a record. */
export interface TraceRecord {
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
}

/** A span of a failed trace. */
export interface ErrorDagNode {
  readonly id: string;
  /** The parent as named by the span's records, whether or not it sent anything; empty where none was named or its edge was cut. */
  readonly parentId: string;
  readonly service: string;
  readonly level: Level;
  readonly firstTime: Instant;
  readonly lastTime: Instant;
  readonly logCount: number;
  /** Records of level error or fatal. */
  readonly errorCount: number;
  /** True where the parent is named but sent nothing. */
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
 * A failed trace's spans and how they called each other. Always acyclic.
 * A pure function of the set of the trace's records: their order of arrival never matters.
 */
export interface ErrorDag {
  /** Root of the component that holds the first error; ties by first time, then id. */
  readonly rootSpanId: string;
  /** Topological order; ties by first time, then id. */
  readonly nodes: readonly ErrorDagNode[];
  /** By source, then target. */
  readonly edges: readonly ErrorDagEdge[];
  readonly errorCount: number;
  readonly spanCount: number;
  readonly logCount: number;
  /** Sorted, each once. */
  readonly services: readonly string[];
  readonly firstTime: Instant;
  readonly lastTime: Instant;
  readonly firstErrorTime: Instant;
  /** Sentences about what was mended (cut cycles, records without a span). Sorted. */
  readonly warnings: readonly string[];
  /** True where caps left records or spans out; error paths are kept. */
  readonly truncated: boolean;
}
