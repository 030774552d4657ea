import { itemAt } from '../error-dag/item-at.js';
import { weighCallees, type Candidate, type Wait } from './blame-callee.js';
import type { Suspect, Trouble } from './trouble.js';
import type { TraceView } from './trace-view.js';

const NO_TROUBLES: ReadonlyMap<number, readonly Trouble[]> = new Map();
/** What a callee must weigh to be what a stopped caller waited for. */
const LEAST_WEIGHT = -50;
/** Callers that are followed up from a stopped one; a bound on what a chain of stopped spans costs. */
const LONGEST_WAY_UP = 1000;
/** Suspects of one failure beyond the first. */
const ALTERNATES = 2;

/** Steps that walks down may take in one trace, so that no shape of a trace makes them cost more than it has spans. */
export class WalkBudget {
  constructor(private left: number) {}

  take(steps: number): boolean {
    this.left -= steps;
    return this.left >= 0;
  }
}

/**
 * From a callee that its caller gave up on, down to the deepest one that was still at work: a callee is followed where it showed
 * life after the give-up, where its own caller logged nothing since and it does not sound finished, or where it took most of
 * the time.
 */
export function deepestSuspect(view: TraceView, wait: Wait, start: number, budget: WalkBudget): number {
  let at = start;
  for (;;) {
    const callees = itemAt(view.tree.childrenOf, at);
    if (callees.length === 0 || !budget.take(callees.length)) break;
    const [best] = weighCallees(view, { ...wait, caller: at }, callees, NO_TROUBLES);
    if (best === undefined || (best.weight <= 0 && !best.slow && view.spanAt(at) !== undefined)) break;
    at = best.place;
  }
  // A missing parent can't be shown: its first child stands for it.
  while (view.spanAt(at) === undefined) at = itemAt(itemAt(view.tree.childrenOf, at), 0);
  return at;
}

/** The suspects among weighed callees: the best, and those that are as likely and show no less life. */
export function suspectsAmong(
  view: TraceView,
  wait: Wait,
  candidates: readonly Candidate[],
  rule: Suspect['rule'],
  budget: WalkBudget,
): Suspect[] {
  const suspects: Suspect[] = [];
  const [best] = candidates;
  if (best === undefined) return suspects;
  for (const candidate of candidates.slice(0, 1 + ALTERNATES)) {
    const asLikely = candidate === best || (best.named < 2 && candidate.weight > 0 && best.weight - candidate.weight <= 15);
    if (!asLikely) continue;
    const place = deepestSuspect(view, wait, candidate.place, budget);
    if (suspects.some((known) => known.place === place)) continue;
    suspects.push({ place, rule, stillRunning: itemAt(view.last, place) > wait.at, rank: suspects.length });
  }
  return suspects;
}

/**
 * What was stopped, where no caller above failed of it and no sibling before it, was stopped by the trace's own caller: whatever
 * it was waiting for took too long.
 */
export function blameForStopped(view: TraceView, troubles: readonly Trouble[], budget: WalkBudget): void {
  for (const trouble of troubles) {
    const { failure, place, end } = trouble;
    if (failure.kind !== 'cancelled' || trouble.explainedBy.length > 0 || wasStopped(trouble)) continue;
    const callees = itemAt(view.tree.childrenOf, place);
    if (callees.length === 0 || !budget.take(callees.length)) continue;
    const wait: Wait = { caller: place, failure, at: end };
    const candidates = weighCallees(view, wait, callees, NO_TROUBLES).filter(({ weight }) => weight > LEAST_WEIGHT);
    trouble.suspects = suspectsAmong(view, wait, candidates, 'gave-up', budget);
  }
}

/** Its own failure, or one on its way up, is due to another that stopped it. */
function wasStopped(trouble: Trouble): boolean {
  let steps = 0;
  for (let at: Trouble | null = trouble; at !== null && steps < LONGEST_WAY_UP; at = at.explains, steps++) {
    if (at.stoppedBy !== null) return true;
  }
  return false;
}
