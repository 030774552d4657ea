import { itemAt } from './item-at.js';
import type { SpanSummary } from './span-summary.js';

/** The index in `parentOf` of a span without a parent. */
export const NO_PARENT = -1;

/** A cycle of parents that was cut open. */
export interface CutCycle {
  /** Index of the cycle's earliest span: the edge into it was cut, so it became a root. */
  readonly span: number;
  /** Spans on the cycle; 1 where a span named itself. */
  readonly length: number;
}

/** Which span called which, by their indices. Free of cycles. */
export interface SpanForest {
  /** Index of each span's parent, or NO_PARENT. */
  readonly parentOf: Int32Array;
  /** In order of their spans. */
  readonly cutCycles: readonly CutCycle[];
}

/**
 * Links each span to its parent among `spans`, which stand by first time, then id, so that the lowest index on a cycle
 * is its earliest span. A span has one parent at most; following parents therefore meets at most one cycle.
 */
export function linkSpans(spans: readonly SpanSummary[]): SpanForest {
  const indexOf = new Map<string, number>();
  spans.forEach((span, index) => indexOf.set(span.id, index));
  const parentOf = new Int32Array(spans.length).fill(NO_PARENT);
  spans.forEach((span, index) => {
    if (span.parentId !== '') parentOf[index] = indexOf.get(span.parentId) ?? NO_PARENT;
  });
  return { parentOf, cutCycles: cutCycles(parentOf) };
}

/** Cuts the edge into the earliest span of each cycle, in place. Visits every span once. */
function cutCycles(parentOf: Int32Array): CutCycle[] {
  const cut: CutCycle[] = [];
  /** The walk that visited a span, counted from 1. Meeting the own walk again closes a cycle; another's is known to end. */
  const visitedBy = new Int32Array(parentOf.length);
  for (let start = 0; start < parentOf.length; start++) {
    const walk = start + 1;
    let at = start;
    while (at !== NO_PARENT && visitedBy[at] === 0) {
      visitedBy[at] = walk;
      at = itemAt(parentOf, at);
    }
    if (at === NO_PARENT || visitedBy[at] !== walk) continue;
    let earliest = at;
    let length = 1;
    for (let next = itemAt(parentOf, at); next !== at; next = itemAt(parentOf, next)) {
      earliest = Math.min(earliest, next);
      length++;
    }
    parentOf[earliest] = NO_PARENT;
    cut.push({ span: earliest, length });
  }
  return cut.sort((a, b) => a.span - b.span);
}
