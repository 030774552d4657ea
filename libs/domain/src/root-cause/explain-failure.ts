import { itemAt } from '../error-dag/item-at.js';
import { weighCallees, type Candidate, type Wait } from './blame-callee.js';
import { suspectsAmong, type WalkBudget } from './find-suspects.js';
import { isUnhandled } from './handled-troubles.js';
import { saysHandled } from './message-tone.js';
import { namesService, serviceName, spokenPeer } from './peer-names.js';
import { isOnlyStopped, type Suspect, type Trouble } from './trouble.js';
import type { TraceView } from './trace-view.js';
import { readAlike } from './wrapped-text.js';

/** A trouble below a caller, and the callee through which it came up. */
export interface Below {
  readonly trouble: Trouble;
  readonly callee: number;
}

/** What each kind of failure asks of a callee before it is blamed without an error of its own. */
const LEAST_WEIGHT = { 'gave-up': -50, cancelled: -50, reset: -50, unavailable: 0, upstream: 20, refused: 30 } as const;
const RULE_OF = {
  'gave-up': 'gave-up',
  cancelled: 'gave-up',
  reset: 'lost-callee',
  refused: 'lost-callee',
  unavailable: 'failed-callee',
  upstream: 'failed-callee',
} as const satisfies Record<string, Suspect['rule']>;

const INFO = 9;

type WaitingKind = keyof typeof LEAST_WEIGHT;

function isWaitingKind(kind: string): kind is WaitingKind {
  return kind in LEAST_WEIGHT;
}

/** Explains a failure by what came up from below it, or by a callee without an error; else it stays an origin. */
export function explainFailure(view: TraceView, trouble: Trouble, below: readonly Below[], budget: WalkBudget): void {
  const { failure } = trouble;
  const open = below.filter(({ trouble: other, callee }) => mayExplain(view, trouble, other, callee));
  if (failure.kind === 'cancelled') {
    adopt(trouble, open.filter(isOpen));
    return;
  }
  if (failure.kind !== 'upstream' && isWaitingKind(failure.kind)) {
    explainWait(view, trouble, open, failure.kind, budget);
    return;
  }
  if (explainByErrors(view, trouble, open)) return;
  const stopped = open.filter(isStopped);
  const says = failure.kind === 'plain' && failure.bare ? 'gave-up' : failure.kind;
  if (stopped.length > 0 && says === 'gave-up') explainWait(view, trouble, open, says, budget);
  else if (stopped.length > 0) for (const { trouble: other } of stopped) other.stoppedBy = trouble;
  else if (failure.kind === 'upstream') explainWait(view, trouble, [], 'upstream', budget);
}

/** Not what began after the failure, by a clock that can be trusted: one that has the callee within its caller's time. */
function mayExplain(view: TraceView, { place, failure, end }: Trouble, other: Trouble, callee: number): boolean {
  if (other.handedOver && !readAlike(failure.like, other.failure.like)) return isWaitingKind(failure.kind) && other.start <= end;
  if (failure.kind === 'gave-up' || failure.kind === 'cancelled') return true;
  const began = itemAt(view.first, callee);
  return !(began > end && itemAt(view.last, place) > began) && !(failure.kind === 'own' && began > end);
}

function isOpen({ trouble }: Below): boolean {
  return trouble.handled === null;
}

function isStopped({ trouble }: Below): boolean {
  return isOnlyStopped(trouble);
}

function adopt(trouble: Trouble, from: readonly Below[]): void {
  if (from.length === 0) return;
  trouble.explainedBy = from.map(({ trouble: other }) => other);
  for (const { trouble: other } of from) {
    other.explains = trouble;
    other.handled = null;
  }
}

/**
 * A failure that is no wait: explained by errors that read alike, else by those of services that it names, else by those since
 * which the caller has not gone on, else (where it names no reason of its own) by the last.
 */
function explainByErrors(view: TraceView, trouble: Trouble, below: readonly Below[]): boolean {
  const { failure } = trouble;
  const errors = below.filter((item) => !isStopped(item));
  const alike = errors.filter(({ trouble: other }) => readAlike(failure.like, other.failure.like));
  if (alike.length > 0) return adopted(trouble, alike.some(isOpen) ? alike.filter(isOpen) : alike);
  const open = errors.filter(({ trouble: other }) => isUnhandled(other));
  const named = open.filter(
    ({ callee, trouble: other }) => isNamed(view, failure.text, callee) || isNamed(view, failure.text, other.place),
  );
  if (named.length > 0) return adopted(trouble, named);
  const since = withoutLeftBehind(
    view,
    trouble,
    open.filter(({ trouble: other }) => !hasGoneOn(view, trouble, other)),
  );
  const sure = since.filter(isOpen);
  if (since.length > 0) return adopted(trouble, sure.length > 0 ? sure : since);
  const last = open.reduce<Below | null>(
    (latest, item) => (latest === null || item.trouble.end > latest.trouble.end ? item : latest),
    null,
  );
  return last !== null && failure.bare && adopted(trouble, [last]);
}

/** Of errors that came one after the other: where the caller called on after one of them, it had got over that one. */
function withoutLeftBehind(view: TraceView, { place }: Trouble, errors: readonly Below[]): readonly Below[] {
  if (errors.length < 2) return errors;
  let lastBegun: Below | null = null;
  for (const item of errors) {
    const later = lastBegun === null || itemAt(view.first, item.callee) > itemAt(view.first, lastBegun.callee);
    if (later && !undoes(view, item.callee)) lastBegun = item;
  }
  if (lastBegun === null) return errors;
  const began = itemAt(view.first, lastBegun.callee);
  const service = view.service(lastBegun.callee);
  return errors.filter(({ trouble, callee }) => {
    if (trouble.end >= began || trouble.handedOver || view.service(callee) === service || view.service(callee) === '')
      return true;
    trouble.handled = { place, how: 'went-on' };
    return false;
  });
}

function adopted(trouble: Trouble, from: readonly Below[]): boolean {
  adopt(trouble, from);
  return true;
}

function isNamed(view: TraceView, text: string, place: number): boolean {
  return view.service(place) !== '' && namesService(text, view.serviceName(place)) === 2;
}

/**
 * True where the caller left a callee's error behind before its own: its log goes on (twice, unless its own failure is one of
 * its own code), or it called another service since for more than to undo what was done.
 */
function hasGoneOn(view: TraceView, { place, failure, end }: Trouble, other: Trouble): boolean {
  const story = view.story(place);
  if (story === undefined) return false;
  const offset = view.offset(place);
  // Debug records tell of details of one step as often as of the next one.
  const since = story.progress(other.end - offset, failure.first).filter(({ severity }) => severity >= INFO);
  if (since.some((record) => saysHandled(story.textOf(record)))) return true;
  if (failure.bare) return false;
  if (since.length >= (failure.kind === 'own' ? 1 : 2)) return true;
  if (failure.kind !== 'own' && since.length === 0) return false;
  return itemAt(view.tree.childrenOf, place).some((callee) => {
    const began = itemAt(view.first, callee);
    return began > other.end && began < end && view.service(callee) !== view.service(other.place) && !undoes(view, callee);
  });
}

function undoes(view: TraceView, callee: number): boolean {
  const story = view.story(callee);
  const first = story?.records[0];
  return (
    story === undefined ||
    first === undefined ||
    /releas|refund|roll|cancel|compensat|revert|undo|void|restor|notif/.test(story.textOf(first))
  );
}

/** A failure that is a wait for somebody: the callee that was waited for is looked for first, then what it says. */
function explainWait(view: TraceView, trouble: Trouble, below: readonly Below[], kind: WaitingKind, budget: WalkBudget): void {
  const { place, failure, end } = trouble;
  const troubles = byCallee(below);
  const wait: Wait = { caller: place, failure, at: kind === 'gave-up' ? firstTime(view, trouble) : end };
  const callees = itemAt(view.tree.childrenOf, place);
  const candidates = budget.take(callees.length) ? weighCallees(view, wait, callees, troubles) : [];
  const [best] = candidates;
  const peer = best?.named === 2 ? '' : spokenPeer(failure.text, failure.record?.attributes ?? '');
  if (best === undefined || !isBlamed(view, best, kind, peer, callees)) {
    const errors = below.filter((item) => isOpen(item) && !isStopped(item));
    if (errors.length > 0 && peer === '') adopt(trouble, errors);
    else if (peer !== '' && !view.knowsService(peer.split('.')[0] ?? peer)) trouble.silentPeer = peer;
    return;
  }
  const itsErrors = below.filter(({ callee, trouble: other }) => callee === best.place && !isOnlyStopped(other));
  const itsOpen = itsErrors.filter(({ trouble: other }) => isUnhandled(other));
  if (itsOpen.length > 0) {
    adopt(trouble, itsOpen);
    return;
  }
  const free = candidates.filter(
    (candidate) => candidate === best || !(troubles.get(candidate.place) ?? []).some((other) => !isOnlyStopped(other)),
  );
  trouble.suspects = suspectsAmong(view, wait, free, RULE_OF[kind], budget);
  for (const { trouble: other } of below) if (isOnlyStopped(other)) other.stoppedBy = trouble;
}

function byCallee(below: readonly Below[]): Map<number, Trouble[]> {
  const troubles = new Map<number, Trouble[]>();
  for (const { trouble, callee } of below) {
    const known = troubles.get(callee);
    if (known === undefined) troubles.set(callee, [trouble]);
    else known.push(trouble);
  }
  return troubles;
}

function firstTime(view: TraceView, { place, failure }: Trouble): number {
  return failure.first + view.offset(place);
}

/** Enough speaks for the callee; more is needed where the caller names somebody else. */
function isBlamed(view: TraceView, best: Candidate, kind: WaitingKind, peer: string, callees: readonly number[]): boolean {
  if (best.weight <= LEAST_WEIGHT[kind]) return false;
  if (best.named === 2 || peer === '') return true;
  const label = peer.split('.')[0] ?? peer;
  if (/^\d+$/.test(label)) return true;
  // A name that fits no callee: a peer that sent nothing, unless a callee shows life after all.
  const fits = callees.some(
    (place) =>
      namesService(label, view.serviceName(place)) > 0 || namesService(view.service(place).toLowerCase(), serviceName(label)) > 0,
  );
  return fits || best.weight >= 40;
}
