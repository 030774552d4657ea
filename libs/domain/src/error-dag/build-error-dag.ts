import { compareCodePoints } from '../code-point-order.js';
import type { ErrorDag, ErrorDagEdge, ErrorDagNode, TraceRecord, TraceSpan } from '../error-dag.js';
import { compareInstants, type Instant } from '../instant.js';
import { levelOfSeverity } from '../level.js';
import { findRootCauses, type CauseFindings } from '../root-cause/find-root-causes.js';
import { DEFAULT_DAG_CAPS, type DagCaps } from './caps.js';
import { itemAt } from './item-at.js';
import { distinctRecords } from './record-order.js';
import { rootSpanId } from './root-span.js';
import { linkSpans, NO_PARENT, type SpanForest } from './span-forest.js';
import { spanLinks } from './span-links.js';
import { isError, summarizeSpans, type SpanSummary, type TraceSpans } from './span-summary.js';
import { topologicalOrder, type IndexEdge } from './topological-order.js';
import { traceSpansById } from './trace-spans-by-id.js';
import { dagWarnings, truncationWarning } from './warnings.js';
import { partWithinCaps } from './within-caps.js';

/** What buildErrorDag takes beside the records; caps that are not given are those of DEFAULT_DAG_CAPS. */
export interface ErrorDagOptions extends Partial<DagCaps> {
  /** The trace's spans where a source sends them. A span without records becomes a node too. */
  readonly traceSpans?: Iterable<TraceSpan>;
  /** Tells links within the trace from those to others; where it is not given, a link to a span id of the trace is within it. */
  readonly traceId?: string;
}

/**
 * The error DAG of a trace, or null where none of its records has level error or fatal and none of its spans status error.
 *
 * A pure function of the set of records and spans: their order and repetitions (by id) change nothing. The steps:
 * 1. Each record once; records of one span make a node (service of the earliest, worst level, earliest parent named).
 * 2. Each node hangs on its parent where that sent something; each cycle is cut at the edge into its earliest span.
 * 3. Beyond the caps, the least important records are left out, and 1 and 2 are done again for those that are kept.
 * 4. Links between spans become edges of kind `link`, without those that would close a cycle.
 * 5. Nodes in topological order, edges by source, then target; the root is that of the first error.
 * 6. Roles, root causes and the number of errors: `findRootCauses`, explained in docs/error-dag.md.
 *
 * Error records without a span share one synthetic node; other records without a span count in `logCount` only.
 * Counts, times and services describe what was kept. n log n in the records, without recursion.
 *
 * @param options Caps that differ from DEFAULT_DAG_CAPS, and the trace's spans where there are any.
 */
export function buildErrorDag(records: Iterable<TraceRecord>, options: ErrorDagOptions = {}): ErrorDag | null {
  const distinct = distinctRecords(records);
  const traceSpans = traceSpansById(options.traceSpans ?? []);
  if (!distinct.some(isError) && !Array.from(traceSpans.values()).some(({ status }) => status === 'error')) return null;
  const trace = summarizeSpans(distinct, traceSpans);
  const forest = linkSpans(trace.spans);
  const kept = partWithinCaps(trace, forest, {
    spans: options.spans ?? DEFAULT_DAG_CAPS.spans,
    records: options.records ?? DEFAULT_DAG_CAPS.records,
    bytes: options.bytes ?? DEFAULT_DAG_CAPS.bytes,
  });
  if (kept === null) return assemble(trace, forest, options.traceId, null);
  for (const id of traceSpans.keys()) if (!kept.spanIds.has(id)) traceSpans.delete(id);
  const part = summarizeSpans(kept.records, traceSpans);
  const truncation = truncationWarning(part.spans.length, trace.spans.length, kept.records.length, distinct.length);
  return assemble(part, linkSpans(part.spans), options.traceId, truncation);
}

function assemble(
  { spans, loose }: TraceSpans,
  forest: SpanForest,
  traceId: string | undefined,
  truncation: string | null,
): ErrorDag {
  const parents = parentLinks(forest);
  const links = spanLinks(spans, forest, traceId);
  const order = topologicalOrder(spans.length, links.length === 0 ? parents : [...parents, ...links]);
  const causes = findRootCauses(spans, forest, links);
  const warnings = dagWarnings(spans, forest);
  if (truncation !== null) warnings.push(truncation);
  return {
    rootSpanId: rootSpanId(spans, forest, order),
    nodes: nodesInOrder(spans, forest, order, causes),
    edges: sortedEdges(spans, parents, links),
    rootCauses: causes.rootCauses,
    errorCount: causes.errorCount,
    ...figures(spans, loose.length),
    services: [...new Set(spans.map((span) => span.service))].sort(compareCodePoints),
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

function nodesInOrder(
  spans: readonly SpanSummary[],
  forest: SpanForest,
  order: readonly number[],
  { roleOf }: CauseFindings,
): ErrorDagNode[] {
  const cut = new Set(forest.cutCycles.map(({ span }) => span));
  return order.map((index) => {
    const span = itemAt(spans, index);
    const parentId = cut.has(index) ? '' : span.parentId;
    return {
      id: span.id,
      parentId,
      service: span.service,
      level: levelOfSeverity(span.severity),
      firstTime: span.firstTime,
      lastTime: span.lastTime,
      logCount: span.records.length,
      errorCount: span.errorCount,
      role: itemAt(roleOf, index),
      orphan: parentId !== '' && itemAt(forest.parentOf, index) === NO_PARENT,
      synthetic: span.synthetic,
    };
  });
}

function sortedEdges(spans: readonly SpanSummary[], parents: readonly IndexEdge[], links: readonly IndexEdge[]): ErrorDagEdge[] {
  const edges: ErrorDagEdge[] = [];
  const add = (list: readonly IndexEdge[], kind: ErrorDagEdge['kind']): void => {
    for (const { source, target } of list)
      edges.push({ source: itemAt(spans, source).id, target: itemAt(spans, target).id, kind });
  };
  add(parents, 'parent');
  add(links, 'link');
  return edges.sort((a, b) => compareCodePoints(a.source, b.source) || compareCodePoints(a.target, b.target));
}

/** Counts and times of a trace with at least one error. */
function figures(
  spans: readonly SpanSummary[],
  looseCount: number,
): Pick<ErrorDag, 'spanCount' | 'logCount' | 'firstTime' | 'lastTime' | 'firstErrorTime'> {
  // Spans stand by first time.
  const { firstTime } = itemAt(spans, 0);
  let lastTime = firstTime;
  let firstErrorTime: Instant | null = null;
  let spanCount = 0;
  let logCount = looseCount;
  for (const span of spans) {
    if (compareInstants(span.lastTime, lastTime) > 0) lastTime = span.lastTime;
    if (span.firstErrorTime !== null && (firstErrorTime === null || compareInstants(span.firstErrorTime, firstErrorTime) < 0)) {
      firstErrorTime = span.firstErrorTime;
    }
    logCount += span.records.length;
    if (!span.synthetic) spanCount++;
  }
  return { spanCount, logCount, firstTime, lastTime, firstErrorTime: firstErrorTime ?? firstTime };
}
