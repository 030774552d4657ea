import { compareCodePoints } from '../code-point-order.js';
import type { ErrorDag, ErrorDagEdge, ErrorDagNode, TraceRecord } from '../error-dag.js';
import { compareInstants, type Instant } from '../instant.js';
import { levelOfSeverity } from '../level.js';
import { DEFAULT_DAG_CAPS, type DagCaps } from './caps.js';
import { itemAt } from './item-at.js';
import { distinctRecords } from './record-order.js';
import { rootSpanId } from './root-span.js';
import { linkSpans, NO_PARENT, type SpanForest } from './span-forest.js';
import { isError, summarizeSpans, type SpanSummary, type TraceSpans } from './span-summary.js';
import { topologicalOrder, type IndexEdge } from './topological-order.js';
import { dagWarnings, truncationWarning } from './warnings.js';
import { recordsWithinCaps } from './within-caps.js';

/**
 * The error DAG of a trace, or null where none of its records has level error or fatal.
 *
 * A pure function of the set of records: their order and repetitions (by id) change nothing. The steps:
 * 1. Each record once; records of one span make a node (service of the earliest, worst level, earliest parent named).
 * 2. Each node hangs on its parent where that sent something; each cycle is cut at the edge into its earliest span.
 * 3. Beyond the caps, the least important records are left out, and 1 and 2 are done again for those that are kept.
 * 4. Nodes in topological order, edges by source, then target; the root is that of the first error.
 *
 * Error records without a span share one synthetic node; other records without a span count in `logCount` only.
 * Counts, times and services describe what was kept. n log n in the records, without recursion.
 *
 * @param options Caps that differ from DEFAULT_DAG_CAPS.
 */
export function buildErrorDag(records: Iterable<TraceRecord>, options: Partial<DagCaps> = {}): ErrorDag | null {
  const distinct = distinctRecords(records);
  if (!distinct.some(isError)) return null;
  const trace = summarizeSpans(distinct);
  const forest = linkSpans(trace.spans);
  const kept = recordsWithinCaps(trace, forest, {
    spans: options.spans ?? DEFAULT_DAG_CAPS.spans,
    records: options.records ?? DEFAULT_DAG_CAPS.records,
    bytes: options.bytes ?? DEFAULT_DAG_CAPS.bytes,
  });
  if (kept === null) return assemble(trace, forest, null);
  const part = summarizeSpans(kept);
  const truncation = truncationWarning(part.spans.length, trace.spans.length, kept.length, distinct.length);
  return assemble(part, linkSpans(part.spans), truncation);
}

function assemble({ spans, loose }: TraceSpans, forest: SpanForest, truncation: string | null): ErrorDag {
  const links = parentLinks(forest);
  const order = topologicalOrder(spans.length, links);
  const warnings = dagWarnings(spans, forest);
  if (truncation !== null) warnings.push(truncation);
  return {
    rootSpanId: rootSpanId(spans, forest, order),
    nodes: nodesInOrder(spans, forest, order),
    edges: sortedEdges(spans, links),
    ...figures(spans, loose.length),
    services: [...new Set(spans.map((span) => span.earliest.service))].sort(compareCodePoints),
    warnings: warnings.sort(compareCodePoints),
    truncated: truncation !== null,
  };
}

function parentLinks({ parentOf }: SpanForest): IndexEdge[] {
  const links: IndexEdge[] = [];
  parentOf.forEach((source, target) => {
    if (source !== NO_PARENT) links.push({ source, target });
  });
  return links;
}

function nodesInOrder(spans: readonly SpanSummary[], forest: SpanForest, order: readonly number[]): ErrorDagNode[] {
  const cut = new Set(forest.cutCycles.map(({ span }) => span));
  return order.map((index) => {
    const span = itemAt(spans, index);
    const parentId = cut.has(index) ? '' : span.parentId;
    return {
      id: span.id,
      parentId,
      service: span.earliest.service,
      level: levelOfSeverity(span.worst.severity),
      firstTime: span.earliest.time,
      lastTime: span.latest.time,
      logCount: span.records.length,
      errorCount: span.errorCount,
      orphan: parentId !== '' && itemAt(forest.parentOf, index) === NO_PARENT,
      synthetic: span.synthetic,
    };
  });
}

function sortedEdges(spans: readonly SpanSummary[], links: readonly IndexEdge[]): ErrorDagEdge[] {
  const edges = links.map(({ source, target }): ErrorDagEdge => {
    return { source: itemAt(spans, source).id, target: itemAt(spans, target).id, kind: 'parent' };
  });
  return edges.sort((a, b) => compareCodePoints(a.source, b.source) || compareCodePoints(a.target, b.target));
}

/** Counts and times of a trace with at least one error. */
function figures(
  spans: readonly SpanSummary[],
  looseCount: number,
): Pick<ErrorDag, 'errorCount' | 'spanCount' | 'logCount' | 'firstTime' | 'lastTime' | 'firstErrorTime'> {
  // Spans stand by first time.
  const firstTime = itemAt(spans, 0).earliest.time;
  let lastTime = firstTime;
  let firstErrorTime: Instant | null = null;
  let errorCount = 0;
  let spanCount = 0;
  let logCount = looseCount;
  for (const span of spans) {
    const { latest, firstError } = span;
    if (compareInstants(latest.time, lastTime) > 0) lastTime = latest.time;
    if (firstError !== null && (firstErrorTime === null || compareInstants(firstError.time, firstErrorTime) < 0)) {
      firstErrorTime = firstError.time;
    }
    errorCount += span.errorCount;
    logCount += span.records.length;
    if (!span.synthetic) spanCount++;
  }
  return { errorCount, spanCount, logCount, firstTime, lastTime, firstErrorTime: firstErrorTime ?? firstTime };
}
