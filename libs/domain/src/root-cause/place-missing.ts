import { itemAt } from '../error-dag/item-at.js';
import { NO_PARENT } from '../error-dag/span-forest.js';
import type { SpanSummary } from '../error-dag/span-summary.js';
import type { MissingParent, PlaceMissing, Tie } from './call-tree.js';
import { namesService, serviceName } from './peer-names.js';
import type { Failure } from './span-failures.js';
import { millisSince } from './span-story.js';
import { readAlike } from './wrapped-text.js';

/** Hostile traces may hold thousands of either; what lies beyond is placed by the last resort. */
const GROUPS_WEIGHED = 100;
const CALLERS_WEIGHED = 50;
const FAILURES_WEIGHED = 3;

/** What a caller must reach to be taken for the one behind a missing span. */
const ENOUGH = 2.5;

interface Placed {
  readonly parent: number;
  readonly tie: Tie;
}

/**
 * Puts the missing parents (spans that others name but that sent nothing) where they most likely were: below the failed span
 * whose error reads like an error under the missing one (4), names its service (3), encloses it in time (1.5), is of a kind that
 * passes on others' failures (1), and that has no failed callee of its own (0.5) or none at all (1.5). Without such a caller:
 * below the trace's only root. Never below itself.
 */
export function placeMissing(spans: readonly SpanSummary[], failuresOf: ReadonlyMap<number, readonly Failure[]>): PlaceMissing {
  return (groups, parentOf) => {
    if (groups.length === 0) return [];
    const components = new Components(parentOf);
    const failed = [...failuresOf.keys()].sort((a, b) => a - b);
    const failedUnder = new Map<number, Failure[]>();
    for (const index of failed) {
      const root = components.rootOf(index);
      const known = failedUnder.get(root) ?? [];
      if (known.length < FAILURES_WEIGHED) failedUnder.set(root, [...known, ...(failuresOf.get(index) ?? [])]);
    }
    const roots = spans.flatMap((span, index) =>
      span.parentId === '' && !span.synthetic && parentOf[index] === NO_PARENT ? [index] : [],
    );
    const root = roots.length === 1 ? (roots[0] ?? NO_PARENT) : NO_PARENT;
    const hasChild = new Set(parentOf);
    const hasFailedChild = new Set(failed.map((index) => itemAt(parentOf, index)));
    const callers = failed.slice(0, CALLERS_WEIGHED);
    const placed = groups.map((): Placed => ({ parent: NO_PARENT, tie: 'guess' }));
    // Those that failed first: the others must not use up what is weighed.
    const inOrder = groups.map((group, i) => ({ group, i, fails: group.children.some((child) => failedUnder.has(child)) }));
    inOrder.sort((a, b) => Number(b.fails) - Number(a.fails) || a.i - b.i);
    inOrder.forEach(({ group, i }, rank) => {
      for (const child of group.children) components.join(child, itemAt(group.children, 0));
      const own = components.groupOf(itemAt(group.children, 0));
      const fits = (caller: number): boolean => components.groupOf(caller) !== own;
      let best = NO_PARENT;
      let bestWeight = 0;
      for (const caller of rank < GROUPS_WEIGHED ? callers : []) {
        if (!fits(caller)) continue;
        const weight =
          weigh(spans, group, caller, failuresOf.get(caller) ?? [], failedUnder) +
          (hasFailedChild.has(caller) ? 0 : 0.5) +
          (hasChild.has(caller) ? 0 : 1);
        // Later callers are nearer to the callee.
        if (weight >= bestWeight) [best, bestWeight] = [caller, weight];
      }
      if (best !== NO_PARENT && bestWeight >= ENOUGH) placed[i] = { parent: best, tie: 'evidence' };
      else if (root !== NO_PARENT && fits(root)) placed[i] = { parent: root, tie: 'guess' };
      const { parent } = itemAt(placed, i);
      if (parent !== NO_PARENT) components.join(itemAt(group.children, 0), parent);
    });
    return placed;
  };
}

function weigh(
  spans: readonly SpanSummary[],
  { children }: MissingParent,
  caller: number,
  said: readonly Failure[],
  failedUnder: ReadonlyMap<number, readonly Failure[]>,
): number {
  const some = children.slice(0, FAILURES_WEIGHED);
  const theirs = some.flatMap((child) => failedUnder.get(child)?.slice(0, FAILURES_WEIGHED) ?? []);
  let weight = 0;
  if (said.some((failure) => theirs.some((other) => readAlike(failure.like, other.like)))) weight += 4;
  const names = some.map((child) => serviceName(itemAt(spans, child).service));
  if (said.some(({ text }) => names.some((name) => namesService(text, name) === 2))) weight += 3;
  const span = itemAt(spans, caller);
  const first = itemAt(spans, itemAt(children, 0)).firstTime;
  if (millisSince(span.firstTime, first) >= -10 && millisSince(first, span.lastTime) >= 0) weight += 1.5;
  if (said.some(({ kind, bare }) => bare || (kind !== 'own' && kind !== 'crash' && kind !== 'plain'))) weight += 1;
  return weight;
}

/** Which spans hang together, as missing parents join them. */
class Components {
  private readonly roots: Int32Array;
  private readonly joined: Int32Array;

  constructor(parentOf: Int32Array) {
    this.roots = Int32Array.from(parentOf, (parent, index) => (parent === NO_PARENT ? index : parent));
    for (let index = 0; index < this.roots.length; index++) flatten(this.roots, index);
    this.joined = Int32Array.from(parentOf, (_, index) => index);
  }

  /** The root of the span's tree. */
  rootOf(index: number): number {
    return flatten(this.roots, index);
  }

  groupOf(index: number): number {
    return flatten(this.joined, this.rootOf(index));
  }

  join(a: number, b: number): void {
    const [from, to] = [this.groupOf(a), this.groupOf(b)];
    this.joined[from] = to;
  }
}

/** Follows the pointers to their end, and shortens the way for the next time. */
function flatten(pointers: Int32Array, start: number): number {
  let end = start;
  while (itemAt(pointers, end) !== end) end = itemAt(pointers, end);
  for (let at = start; itemAt(pointers, at) !== end;) {
    const next = itemAt(pointers, at);
    pointers[at] = end;
    at = next;
  }
  return end;
}
