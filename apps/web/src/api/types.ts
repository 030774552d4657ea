/*
 * Answers of /api/v1 as the UI reads them. Protobuf-JSON leaves out fields that have their default value and writes 64-bit
 * counts as texts; `read.ts` fills both in, so that views need not ask whether something is there.
 */

export type Level = 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal';

export interface Log {
  readonly id: string;
  readonly traceId: string;
  readonly parentId: string;
  readonly spanId: string;
  readonly service: string;
  readonly message: string;
  readonly level: Level;
  /** RFC 3339, UTC, exact to the nanosecond. */
  readonly timestamp: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly attributesJson: string;
  readonly resourceJson: string;
  readonly scope: string;
  readonly event: string;
  readonly severityText: string;
  readonly observedTimestamp: string;
  readonly receivedAt: string;
}

export interface LogPage {
  readonly logs: readonly Log[];
  readonly nextPageToken: string;
  readonly total: number;
  readonly totalIsExact: boolean;
  readonly partial: boolean;
}

export interface Histogram {
  readonly from: string;
  readonly to: string;
  readonly stepMs: number;
  readonly series: readonly { readonly key: string; readonly counts: readonly number[] }[];
  readonly partial: boolean;
  readonly countedFrom: string;
}

export interface FieldValues {
  readonly values: readonly { readonly value: string; readonly count: number }[];
  readonly partial: boolean;
}

export type Role = 'origin' | 'propagated' | 'suspect' | '';

export interface DagNode {
  readonly spanId: string;
  readonly parentId: string;
  readonly service: string;
  readonly level: Level;
  readonly firstTime: string;
  readonly lastTime: string;
  readonly logCount: number;
  readonly errorCount: number;
  readonly orphan: boolean;
  readonly role: Role;
  readonly synthetic: boolean;
}

export interface RootCause {
  readonly spanId: string;
  readonly service: string;
  readonly role: Role;
  readonly rule: string;
  readonly evidence: string;
  readonly evidenceSpanIds: readonly string[];
  readonly logId: string;
}

export interface Dag {
  readonly traceId: string;
  readonly rootSpanId: string;
  readonly rootCauses: readonly RootCause[];
  readonly nodes: readonly DagNode[];
  readonly edges: readonly { readonly source: string; readonly target: string; readonly kind: string }[];
  readonly errorCount: number;
  readonly spanCount: number;
  readonly logCount: number;
  readonly services: readonly string[];
  readonly firstTime: string;
  readonly lastTime: string;
  readonly patternId: string;
  readonly warnings: readonly string[];
  readonly truncated: boolean;
}

export interface Trace {
  readonly traceId: string;
  readonly logCount: number;
  readonly errorLogCount: number;
  readonly spanCount: number;
  readonly services: readonly string[];
  readonly firstTime: string;
  readonly lastTime: string;
  readonly truncated: boolean;
  readonly dagState: 'built' | 'pending' | 'none';
  readonly dag: Dag | null;
}

export type PatternState = 'open' | 'resolved' | 'ignored';

export interface Pattern {
  readonly id: string;
  readonly title: string;
  readonly template: string;
  readonly service: string;
  /** From the cause up. */
  readonly services: readonly string[];
  readonly firstSeen: string;
  readonly lastSeen: string;
  readonly traceCount: number;
  readonly state: PatternState;
  readonly resolvedAt: string;
  readonly regressedAt: string;
  readonly regressions: number;
  readonly sampleTraceIds: readonly string[];
}

export interface PatternPage {
  readonly patterns: readonly Pattern[];
  readonly nextPageToken: string;
}

export interface PatternTrace {
  readonly traceId: string;
  readonly firstErrorTime: string;
  readonly errorCount: number;
  readonly spanCount: number;
}

export interface PatternDetails {
  readonly pattern: Pattern;
  readonly traces: readonly PatternTrace[];
  readonly nextPageToken: string;
  readonly timeline: readonly { readonly start: string; readonly traceCount: number }[];
}

export interface ServiceMap {
  readonly from: string;
  readonly to: string;
  readonly services: readonly { readonly service: string; readonly spans: number; readonly failures: number }[];
  readonly calls: readonly {
    readonly source: string;
    readonly target: string;
    readonly calls: number;
    readonly failures: number;
  }[];
  /** 1 where every record was counted. */
  readonly share: number;
}

export interface Status {
  readonly logs: { readonly rows: number; readonly bytes: number; readonly oldestReceivedAt: string | null };
  readonly dags: { readonly rows: number; readonly pending: number };
  readonly lag: { readonly messages: number | null };
}

/** A span as a sender measured it. */
export interface Span {
  readonly spanId: string;
  readonly parentId: string;
  readonly service: string;
  readonly name: string;
  readonly startTimestamp: string;
  readonly endTimestamp: string;
  readonly status: string;
}
