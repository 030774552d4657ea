import { itemAt } from '../error-dag/item-at.js';
import { explainFailure, type Below } from './explain-failure.js';
import { blameForStopped, WalkBudget } from './find-suspects.js';
import { noteFallbacks, noteGoneOn } from './handled-troubles.js';
import { noteRetries } from './retried-calls.js';
import type { Failure } from './span-failures.js';
import { isOnlyStopped, type Trouble } from './trouble.js';
import type { TraceView } from './trace-view.js';

/** Troubles that come up through a span that did not fail; more than anybody reads, few enough for any shape of trace. */
const CARRIED = 64;
/** A sibling that is stopped later than this after a failure was stopped by something else. */
const STOPPED_WITHIN_MS = 2000;

/**
 * Every failure of the trace with what it comes from. Walks the call tree from the leaves up. What failed below a span comes up
 * to it; a span that failed itself is explained by it (explain-failure.ts) or not, and passes its own failures up instead;
 * a span that did not fail passes it on, marked as handled where its log goes on. Troubles in order of their making.
 */
export function findTroubles(view: TraceView): Trouble[] {
  const { tree } = view;
  const budget = new WalkBudget(20 * tree.size + 1000);
  const upFrom = new Map<number, readonly Trouble[]>();
  const all: Trouble[] = [];
  for (let i = tree.order.length - 1; i >= 0; i--) {
    const place = itemAt(tree.order, i);
    const below = comingUp(view, place, upFrom);
    const own = view.failures(place).map((failure) => troubleOf(view, place, failure));
    all.push(...own);
    if (below.length > 0) {
      noteRetries(view, place, below);
      noteFallbacks(view, place, below);
      if (!own.some(({ failure }) => failure.kind === 'gave-up' || failure.kind === 'cancelled')) noteStoppedSiblings(below);
    }
    for (const trouble of own) {
      const free = below.filter(({ trouble: other }) => other.explains === null && other.stoppedBy === null);
      explainFailure(view, trouble, free, budget);
    }
    const left = below.filter(({ trouble }) => trouble.explains === null && trouble.stoppedBy === null);
    noteGoneOn(view, place, left);
    if (own.length > 0) for (const { trouble } of left) trouble.aside = true;
    const up = own.length > 0 ? own : carried(left.map(({ trouble }) => trouble));
    if (up.length > 0) upFrom.set(place, up);
  }
  blameForStopped(view, all, budget);
  return all;
}

function troubleOf(view: TraceView, place: number, failure: Failure): Trouble {
  const offset = view.offset(place);
  return {
    place,
    failure,
    start: failure.first + offset,
    end: failure.last + offset,
    explainedBy: [],
    suspects: [],
    explains: null,
    stoppedBy: null,
    handled: failure.recovered === 'no' ? null : { place, how: failure.recovered },
    handedOver: false,
    aside: false,
    silentPeer: '',
  };
}

function comingUp(view: TraceView, place: number, upFrom: Map<number, readonly Trouble[]>): Below[] {
  const below: Below[] = [];
  for (const callee of itemAt(view.tree.childrenOf, place)) {
    for (const trouble of upFrom.get(callee) ?? []) {
      trouble.handedOver ||= view.isHandedOver(callee);
      below.push({ trouble, callee });
    }
    upFrom.delete(callee);
  }
  return below;
}

/** Where one call fails and the others beside it are stopped, they were stopped because of it. */
function noteStoppedSiblings(below: readonly Below[]): void {
  const stopped = below.filter(({ trouble }) => isOnlyStopped(trouble));
  if (stopped.length === 0) return;
  const failed = below.filter(({ trouble }) => !isOnlyStopped(trouble) && trouble.handled === null);
  if (failed.length === 0) return;
  for (const { trouble, callee } of stopped) {
    const cause = failed.find((other) => other.callee !== callee && trouble.end - other.trouble.end < STOPPED_WITHIN_MS);
    if (cause !== undefined) trouble.stoppedBy = cause.trouble;
  }
}

function carried(troubles: readonly Trouble[]): readonly Trouble[] {
  if (troubles.length <= CARRIED) return troubles;
  return [...troubles]
    .sort((a, b) => Number(a.handled !== null) - Number(b.handled !== null) || a.start - b.start || a.place - b.place)
    .slice(0, CARRIED);
}
