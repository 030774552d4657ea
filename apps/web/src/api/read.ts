import type {
  Dag,
  DagNode,
  FieldValues,
  Histogram,
  Log,
  LogPage,
  Pattern,
  PatternDetails,
  PatternPage,
  PatternTrace,
  RootCause,
  ServiceMap,
  Span,
  Trace,
} from './types.js';

/** JSON as it came: every member may be missing. */
type Sent<T> = { readonly [K in keyof T]?: unknown };

const LOG: Log = {
  id: '',
  traceId: '',
  parentId: '',
  spanId: '',
  service: '',
  message: '',
  level: 'info',
  timestamp: '',
  attributes: {},
  attributesJson: '',
  resourceJson: '',
  scope: '',
  event: '',
  severityText: '',
  observedTimestamp: '',
  receivedAt: '',
};
const LOG_PAGE: LogPage = { logs: [], nextPageToken: '', total: 0, totalIsExact: false, partial: false };
const NODE: DagNode = {
  spanId: '',
  parentId: '',
  service: '',
  level: 'info',
  firstTime: '',
  lastTime: '',
  logCount: 0,
  errorCount: 0,
  orphan: false,
  role: '',
  synthetic: false,
};
const CAUSE: RootCause = { spanId: '', service: '', role: '', rule: '', evidence: '', evidenceSpanIds: [], logId: '' };
const DAG: Dag = {
  traceId: '',
  rootSpanId: '',
  rootCauses: [],
  nodes: [],
  edges: [],
  errorCount: 0,
  spanCount: 0,
  logCount: 0,
  services: [],
  firstTime: '',
  lastTime: '',
  patternId: '',
  warnings: [],
  truncated: false,
};
const PATTERN: Pattern = {
  id: '',
  title: '',
  template: '',
  service: '',
  services: [],
  firstSeen: '',
  lastSeen: '',
  traceCount: 0,
  state: 'open',
  resolvedAt: '',
  regressedAt: '',
  regressions: 0,
  sampleTraceIds: [],
};
const PATTERN_TRACE: PatternTrace = { traceId: '', firstErrorTime: '', errorCount: 0, spanCount: 0 };
const SPAN: Span = { spanId: '', parentId: '', service: '', name: '', startTimestamp: '', endTimestamp: '', status: '' };

/** The member that came, or the default; what else came is kept. */
function whole<T extends object>(defaults: T, sent: Sent<T>): T {
  return { ...defaults, ...sent };
}

function listOf<T extends object>(defaults: T, sent: unknown): readonly T[] {
  return Array.isArray(sent) ? (sent as readonly Sent<T>[]).map((one) => whole(defaults, one)) : [];
}

/** 64-bit counts come as texts; beyond 2^53 the last digits of a chart do not matter. */
const countOf = (sent: unknown): number => Number(sent ?? 0);

export function readLog(sent: Sent<Log>): Log {
  return whole(LOG, sent);
}

export function readLogPage(sent: Sent<LogPage>): LogPage {
  return { ...whole(LOG_PAGE, sent), logs: listOf(LOG, sent.logs) };
}

export function readHistogram(sent: Sent<Histogram>): Histogram {
  const series = Array.isArray(sent.series) ? (sent.series as readonly { key?: string; counts?: readonly unknown[] }[]) : [];
  return {
    ...whole<Histogram>({ from: '', to: '', stepMs: 0, series: [], partial: false, countedFrom: '' }, sent),
    stepMs: countOf(sent.stepMs),
    series: series.map(({ key = '', counts = [] }) => ({ key, counts: counts.map(countOf) })),
  };
}

export function readFieldValues(sent: Sent<FieldValues>): FieldValues {
  const values = listOf<{ value: string; count: unknown }>({ value: '', count: 0 }, sent.values);
  return { partial: sent.partial === true, values: values.map(({ value, count }) => ({ value, count: countOf(count) })) };
}

export function readDag(sent: Sent<Dag>): Dag {
  return {
    ...whole(DAG, sent),
    nodes: listOf(NODE, sent.nodes),
    edges: listOf({ source: '', target: '', kind: 'parent' }, sent.edges),
    rootCauses: listOf(CAUSE, sent.rootCauses),
  };
}

/** A trace's overview is whole; only its DAG is protobuf-JSON. */
export function readTrace(sent: Trace): Trace {
  return { ...sent, dag: sent.dag === null ? null : readDag(sent.dag) };
}

export function readPattern(sent: Sent<Pattern>): Pattern {
  return whole(PATTERN, sent);
}

export function readPatternPage(sent: Sent<PatternPage>): PatternPage {
  return { patterns: listOf(PATTERN, sent.patterns), nextPageToken: String(sent.nextPageToken ?? '') };
}

export function readPatternDetails(sent: Sent<PatternDetails>): PatternDetails {
  return {
    pattern: readPattern(sent.pattern ?? {}),
    traces: listOf(PATTERN_TRACE, sent.traces),
    nextPageToken: String(sent.nextPageToken ?? ''),
    timeline: listOf({ start: '', traceCount: 0 }, sent.timeline),
  };
}

export function readServiceMap(sent: Sent<ServiceMap>): ServiceMap {
  const services = listOf<{ service: string; spans: unknown; failures: unknown }>(
    { service: '', spans: 0, failures: 0 },
    sent.services,
  );
  const calls = listOf<{ source: string; target: string; calls: unknown; failures: unknown }>(
    { source: '', target: '', calls: 0, failures: 0 },
    sent.calls,
  );
  return {
    from: String(sent.from ?? ''),
    to: String(sent.to ?? ''),
    share: countOf(sent.share),
    services: services.map((one) => ({ ...one, spans: countOf(one.spans), failures: countOf(one.failures) })),
    calls: calls.map((one) => ({ ...one, calls: countOf(one.calls), failures: countOf(one.failures) })),
  };
}

export function readSpans(sent: { readonly spans?: unknown; readonly nextPageToken?: unknown }): {
  readonly spans: readonly Span[];
  readonly nextPageToken: string;
} {
  return { spans: listOf(SPAN, sent.spans), nextPageToken: String(sent.nextPageToken ?? '') };
}
