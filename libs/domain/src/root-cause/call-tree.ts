import { itemAt } from '../error-dag/item-at.js';
import { NO_PARENT, type SpanForest } from '../error-dag/span-forest.js';
import type { SpanSummary } from '../error-dag/span-summary.js';
import type { IndexEdge } from '../error-dag/topological-order.js';

/** How a place hangs on the one above: by its parent id, by a link, below a missing span by evidence, or for want of another place. */
export type Tie = 'parent' | 'link' | 'evidence' | 'guess';

/**
 * The trace as causes are looked for: the spans, and a silent place for each parent id that sent nothing, so that its
 * children are siblings. A place is an index: below `spans.length` the span's, from there on that of a missing parent.
 */
export interface CallTree {
  readonly spans: readonly SpanSummary[];
  /** Spans and missing parents. */
  readonly size: number;
  readonly parentOf: Int32Array;
  readonly tieOf: readonly Tie[];
  /** Ids of the missing parents, from place `spans.length` on. */
  readonly missingIds: readonly string[];
  readonly childrenOf: readonly (readonly number[])[];
  /** Parents before children. */
  readonly order: readonly number[];
}

/**
 * Places the missing parents below the spans that most likely called them; NO_PARENT where none did.
 * @param parentOf Of the spans, links included: no answer may close a cycle with it.
 */
export type PlaceMissing = (
  groups: readonly MissingParent[],
  parentOf: Int32Array,
) => readonly { readonly parent: number; readonly tie: Tie }[];

export interface MissingParent {
  readonly id: string;
  /** Spans that name it. */
  readonly children: readonly number[];
}

/** The tree of parent edges; spans without a parent that are linked hang on the first span linked to them. */
export function callTree(
  spans: readonly SpanSummary[],
  forest: SpanForest,
  links: readonly IndexEdge[],
  placeMissing: PlaceMissing,
): CallTree {
  const known = Int32Array.from(forest.parentOf);
  const linked = new Set<number>();
  // Links are free of cycles together with the parent edges, so one of them for each root closes none.
  for (const { source, target } of links) {
    if (known[target] !== NO_PARENT) continue;
    known[target] = source;
    linked.add(target);
  }
  const groups = missingParents(spans, forest, known);
  const placed = placeMissing(groups, known);
  const size = spans.length + groups.length;
  const parentOf = new Int32Array(size).fill(NO_PARENT);
  parentOf.set(known);
  const tieOf = new Array<Tie>(size).fill('parent');
  for (const target of linked) tieOf[target] = 'link';
  groups.forEach(({ children }, i) => {
    const place = spans.length + i;
    parentOf[place] = itemAt(placed, i).parent;
    tieOf[place] = itemAt(placed, i).tie;
    for (const child of children) parentOf[child] = place;
  });
  const childrenOf = Array.from({ length: size }, (): number[] => []);
  parentOf.forEach((parent, place) => {
    if (parent !== NO_PARENT) itemAt(childrenOf, parent).push(place);
  });
  return {
    spans,
    size,
    parentOf,
    tieOf,
    missingIds: groups.map(({ id }) => id),
    childrenOf,
    order: parentsFirst(parentOf, childrenOf),
  };
}

function missingParents(spans: readonly SpanSummary[], { cutCycles }: SpanForest, parentOf: Int32Array): MissingParent[] {
  const cut = new Set(cutCycles.map(({ span }) => span));
  const byId = new Map<string, number[]>();
  spans.forEach(({ parentId }, index) => {
    if (parentId === '' || parentOf[index] !== NO_PARENT || cut.has(index)) return;
    const known = byId.get(parentId);
    if (known === undefined) byId.set(parentId, [index]);
    else known.push(index);
  });
  return Array.from(byId, ([id, children]) => ({ id, children }));
}

function parentsFirst(parentOf: Int32Array, childrenOf: readonly (readonly number[])[]): number[] {
  const order: number[] = [];
  parentOf.forEach((parent, place) => {
    if (parent === NO_PARENT) order.push(place);
  });
  for (let i = 0; i < order.length; i++) for (const child of itemAt(childrenOf, itemAt(order, i))) order.push(child);
  return order;
}
