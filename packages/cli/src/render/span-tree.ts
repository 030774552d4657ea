import type { Dag, QueryLog } from '#proto';

/** A span of a trace as the tree shows it. */
export interface SpanOfTree {
  readonly id: string;
  service: string;
  /** The parent that it names; empty where it names none. */
  parentId: string;
  /** origin, propagated, suspect or empty. */
  role: string;
  /** Its place among the root causes, from 1; 0 where it is none. */
  causePlace: number;
  errorCount: number;
  readonly logs: QueryLog[];
}

/** A span at its place in the tree. */
export interface PlacedSpan {
  readonly span: SpanOfTree;
  readonly depth: number;
  /** Of each span above it and of itself: whether further siblings follow below. Entry 0 belongs to the root. */
  readonly continues: readonly boolean[];
  readonly hasChildren: boolean;
}

export interface SpanTree {
  /** Each span once, callers before what they called, in the order of their first records. */
  readonly spans: readonly PlacedSpan[];
  readonly logsWithoutSpan: readonly QueryLog[];
}

/** Deeper spans stand as if at this depth: a chain of 10,000 calls must not take a line of 30,000 columns each. */
export const MAX_DEPTH = 40;

/**
 * The spans of a trace under their callers, with their records. Parents come from the DAG where there is one (it has mended
 * cycles), else from the records; a span whose parent sent nothing is a root. Takes linear time, whatever the depth.
 * @param logs oldest first; may be the first part of a trace only
 */
export function spanTreeOf(dag: Dag | null, logs: readonly QueryLog[]): SpanTree {
  const spans = new Map<string, SpanOfTree>();
  const logsWithoutSpan: QueryLog[] = [];
  for (const log of logs) {
    if (log.spanId === '') {
      logsWithoutSpan.push(log);
      continue;
    }
    const span = known(spans, log.spanId, log.service);
    if (span.parentId === '') span.parentId = log.parentId;
    if (log.level === 'error' || log.level === 'fatal') span.errorCount += 1;
    span.logs.push(log);
  }
  if (dag !== null) addDag(spans, dag);
  return { spans: placed(spans), logsWithoutSpan };
}

function known(spans: Map<string, SpanOfTree>, id: string, service: string): SpanOfTree {
  const found = spans.get(id);
  if (found !== undefined) return found;
  const span: SpanOfTree = { id, service, parentId: '', role: '', causePlace: 0, errorCount: 0, logs: [] };
  spans.set(id, span);
  return span;
}

function addDag(spans: Map<string, SpanOfTree>, dag: Dag): void {
  const places = new Map(dag.rootCauses.map(({ spanId }, index) => [spanId, index + 1]));
  for (const { spanId, parentId, service, role, errorCount, synthetic } of dag.nodes) {
    if (synthetic) continue;
    const causePlace = places.get(spanId) ?? 0;
    Object.assign(known(spans, spanId, service), { service, parentId, role, errorCount, causePlace });
  }
}

function placed(spans: ReadonlyMap<string, SpanOfTree>): PlacedSpan[] {
  const children = new Map<string, SpanOfTree[]>();
  const roots: SpanOfTree[] = [];
  for (const span of spans.values()) {
    const isRoot = span.parentId === span.id || !spans.has(span.parentId);
    const siblings = isRoot ? roots : (children.get(span.parentId) ?? []);
    siblings.push(span);
    if (!isRoot) children.set(span.parentId, siblings);
  }
  const result: PlacedSpan[] = [];
  const seen = new Set<SpanOfTree>();
  const place = (root: SpanOfTree): void => {
    const waiting = [{ span: root, depth: 0, continues: [false] as readonly boolean[] }];
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      const { span, depth, continues } = next;
      if (seen.has(span)) continue;
      seen.add(span);
      const below = (children.get(span.id) ?? []).filter((child) => !seen.has(child));
      result.push({ ...next, hasChildren: below.length > 0 });
      const shown = depth < MAX_DEPTH ? continues : continues.slice(0, -1);
      for (let i = below.length - 1; i >= 0; i--) {
        const child = below[i];
        if (child !== undefined) waiting.push({ span: child, depth: depth + 1, continues: [...shown, i < below.length - 1] });
      }
    }
  };
  roots.forEach(place);
  // What is left goes round in circles: the span with the earliest record begins.
  for (const span of spans.values()) if (!seen.has(span)) place(span);
  return result;
}
