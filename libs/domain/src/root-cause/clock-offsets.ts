import { itemAt } from '../error-dag/item-at.js';
import { isError } from '../error-dag/span-summary.js';
import type { TraceView } from './trace-view.js';

/** A callee that begins later than this after its caller's end is no matter of clocks. */
const LARGEST_SKEW_MS = 60_000;

/**
 * By place: ms to add to its clock so that it agrees with its caller's. A caller waits for its callees, so those of one service
 * must begin after it, and before it failed; where they don't, the clocks differ, and the least shift that mends the earliest
 * of them is taken for all. Offsets add up from the roots down.
 *
 * Clocks that disagree by less than the calls take are not noticed; no rule compares clocks more finely than that.
 */
export function offsetsOf(view: TraceView): Float64Array {
  const { tree } = view;
  const offsets = new Float64Array(tree.size);
  for (const caller of tree.order) {
    const children = itemAt(tree.childrenOf, caller);
    if (children.length === 0) continue;
    const inherited = itemAt(offsets, caller);
    const earliest = new Map<string, number>();
    for (const child of children) {
      if (view.isHandedOver(child)) continue;
      const service = view.service(child);
      earliest.set(service, Math.min(earliest.get(service) ?? Infinity, itemAt(view.first, child)));
    }
    for (const child of children) {
      const first = earliest.get(view.service(child));
      const shift = view.isHandedOver(child) || first === undefined ? 0 : shiftOf(view, caller, child, first);
      offsets[child] = inherited + shift;
    }
  }
  return offsets;
}

/** By raw times of the caller and its callees of one service, the earliest of which began at `first`. */
function shiftOf(view: TraceView, caller: number, child: number, first: number): number {
  const story = view.story(caller);
  if (story === undefined || view.service(child) === '' || view.service(child) === view.service(caller)) return 0;
  const begin = itemAt(view.first, caller);
  if (first < begin) return isLoggedFromItsStart(view, caller) ? begin - first : 0;
  const end = itemAt(view.last, caller);
  const failed = view.failures(caller).length > 0;
  return failed && first > end && first - end < LARGEST_SKEW_MS ? begin - first : 0;
}

/** False where the first thing that a caller says is its failure: it may have begun any time before. */
function isLoggedFromItsStart(view: TraceView, place: number): boolean {
  if (view.spanAt(place)?.traceSpan !== null) return true;
  const first = view.story(place)?.records[0];
  return first !== undefined && !isError(first);
}
