import { compareInstants, type Instant } from '../instant.js';
import { itemAt } from './item-at.js';
import { NO_PARENT, type SpanForest } from './span-forest.js';
import type { SpanSummary } from './span-summary.js';

/**
 * Id of the root of the component that holds the first error. Of components whose first errors are at the same instant, the
 * one whose root is earliest by first time, then id.
 *
 * The synthetic node is no span and never the root: where only records without a span erred, it is the earliest root
 * of the trace, and empty where the trace has no span at all.
 *
 * @param order Indices of the spans, parents before children.
 */
export function rootSpanId(spans: readonly SpanSummary[], { parentOf }: SpanForest, order: readonly number[]): string {
  const rootOf = new Int32Array(spans.length);
  const firstErrorOf = new Map<number, Instant>();
  let earliestRoot: number | null = null;
  for (const index of order) {
    const span = itemAt(spans, index);
    if (span.synthetic) continue;
    const parent = itemAt(parentOf, index);
    const root = parent === NO_PARENT ? index : itemAt(rootOf, parent);
    rootOf[index] = root;
    // An index is its span's place by first time, then id.
    if (earliestRoot === null || root < earliestRoot) earliestRoot = root;
    const known = firstErrorOf.get(root);
    if (span.firstErrorTime !== null && (known === undefined || compareInstants(span.firstErrorTime, known) < 0)) {
      firstErrorOf.set(root, span.firstErrorTime);
    }
  }
  if (earliestRoot === null) return '';
  let best: number | null = null;
  let bestTime: Instant | null = null;
  for (const [root, time] of firstErrorOf) {
    const order = bestTime === null ? -1 : compareInstants(time, bestTime);
    if (best === null || order < 0 || (order === 0 && root < best)) {
      best = root;
      bestTime = time;
    }
  }
  return itemAt(spans, best ?? earliestRoot).id;
}
