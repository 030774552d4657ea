import { IndexHeap } from './index-heap.js';
import { itemAt } from './item-at.js';
import { NO_PARENT, type SpanForest } from './span-forest.js';
import type { SpanSummary } from './span-summary.js';
import type { IndexEdge } from './topological-order.js';

/** Links of one span that are looked at; the OpenTelemetry SDKs' default limit is the same. */
const LINKS_OF_A_SPAN = 128;

/**
 * The links between spans of this trace, from the linked span to the one that names it, without those that would close a
 * cycle. In order of target, then source; each once; none beside a parent edge between the same two.
 *
 * @param traceId The trace's own id: links to other traces are left out. Where it is not given, every link to a span id of
 * this trace counts.
 */
export function spanLinks(spans: readonly SpanSummary[], forest: SpanForest, traceId: string | undefined): IndexEdge[] {
  const wanted = linksBySpan(spans, forest, traceId);
  return wanted.size === 0 ? [] : withoutCycles(spans.length, forest.parentOf, wanted);
}

/** By target: the sources that its links name, in order. */
function linksBySpan(
  spans: readonly SpanSummary[],
  { parentOf }: SpanForest,
  traceId: string | undefined,
): Map<number, readonly number[]> {
  const linked = new Map<number, readonly number[]>();
  if (!spans.some(({ traceSpan }) => traceSpan !== null && traceSpan.links.length > 0)) return linked;
  const indexOf = new Map<string, number>();
  spans.forEach(({ id, synthetic }, index) => {
    if (!synthetic) indexOf.set(id, index);
  });
  spans.forEach(({ traceSpan }, target) => {
    const sources = new Set<number>();
    for (const link of traceSpan?.links.slice(0, LINKS_OF_A_SPAN) ?? []) {
      const source = traceId === undefined || link.traceId === traceId ? indexOf.get(link.spanId) : undefined;
      if (source !== undefined && source !== target && source !== parentOf[target]) sources.add(source);
    }
    if (sources.size > 0)
      linked.set(
        target,
        [...sources].sort((a, b) => a - b),
      );
  });
  return linked;
}

/**
 * Kahn's algorithm over parent edges and links. Where nothing is ready, everything left waits for a cycle: of the spans
 * whose parent is placed (there is one, parents alone form no cycle) the earliest is placed, and the links that it still
 * waited for are dropped.
 */
function withoutCycles(size: number, parentOf: Int32Array, wanted: ReadonlyMap<number, readonly number[]>): IndexEdge[] {
  const childrenOf = new Map<number, number[]>();
  const linkedFrom = new Map<number, number[]>();
  const waitsFor = new Int32Array(size);
  const add = (map: Map<number, number[]>, key: number, value: number): void => {
    const known = map.get(key);
    if (known === undefined) map.set(key, [value]);
    else known.push(value);
  };
  const ready = new IndexHeap();
  const underPlaced = new IndexHeap();
  for (let index = 0; index < size; index++) {
    const parent = itemAt(parentOf, index);
    if (parent === NO_PARENT) underPlaced.push(index);
    else add(childrenOf, parent, index);
    const sources = wanted.get(index) ?? [];
    for (const source of sources) add(linkedFrom, source, index);
    waitsFor[index] = sources.length + (parent === NO_PARENT ? 0 : 1);
    if (waitsFor[index] === 0) ready.push(index);
  }
  const place = new Int32Array(size).fill(-1);
  let placed = 0;
  const release = (index: number): void => {
    waitsFor[index] = itemAt(waitsFor, index) - 1;
    if (waitsFor[index] === 0) ready.push(index);
  };
  while (placed < size) {
    const index = ready.pop() ?? underPlaced.pop();
    if (index === undefined) break;
    if (place[index] !== -1) continue;
    place[index] = placed++;
    for (const child of childrenOf.get(index) ?? []) {
      underPlaced.push(child);
      release(child);
    }
    for (const target of linkedFrom.get(index) ?? []) release(target);
  }
  const kept: IndexEdge[] = [];
  for (const [target, sources] of wanted) {
    for (const source of sources) if (itemAt(place, source) < itemAt(place, target)) kept.push({ source, target });
  }
  return kept;
}
