import { itemAt } from '../error-dag/item-at.js';
import { isUnhandled } from './handled-troubles.js';
import { completion, saysStrain, saysTrouble } from './message-tone.js';
import { attributedPeer, namesService } from './peer-names.js';
import type { Failure } from './span-failures.js';
import { isOnlyStopped, type Trouble } from './trouble.js';
import type { TraceView } from './trace-view.js';
import { readAlike } from './wrapped-text.js';

/** What speaks for a callee being what its caller gave up on. */
export interface Candidate {
  readonly place: number;
  readonly weight: number;
  /** 2: the caller names it; 1: it may. */
  readonly named: 0 | 1 | 2;
  /** It, or something it called, showed life after the caller gave up. */
  readonly stillRunning: boolean;
  /** It took most of the time that the caller waited. */
  readonly slow: boolean;
}

/** A call by a caller that stopped waiting at `at`. */
export interface Wait {
  readonly caller: number;
  readonly failure: Failure;
  /** Trace time. */
  readonly at: number;
}

/** The share of the wait that makes a callee the slow one. */
const MOST = 0.6;

/**
 * Weighs the callees of a caller that gave up: named by it 100 (30 where the word may mean something else); showing life after
 * it 50; failing 40 (20 in the first half of the wait, 100 where the errors read alike); slow 30; warning of strain 25; sounding
 * unfinished 10 (15 where nothing follows its first record), finished -60 (-15 where that is not sure); the caller having gone on since -30; begun after the caller gave up
 * -200. Best first; ties go to the one heard of last.
 */
export function weighCallees(
  view: TraceView,
  wait: Wait,
  callees: readonly number[],
  troubles: ReadonlyMap<number, readonly Trouble[]>,
): Candidate[] {
  const named = new Map<string, 0 | 1 | 2>();
  const candidates: Candidate[] = [];
  const said = `${wait.failure.text} ${attributedPeer(wait.failure.record?.attributes ?? '')}`;
  for (const place of callees) {
    if (view.isHandedOver(place) && itemAt(view.first, place) > wait.at) continue;
    const service = view.service(place);
    let naming = named.get(service);
    if (naming === undefined) {
      naming = service === '' || service === view.service(wait.caller) ? 0 : namesService(said, view.serviceName(place));
      named.set(service, naming);
    }
    candidates.push(weigh(view, wait, place, naming, troubles.get(place) ?? []));
  }
  return candidates.sort(
    (a, b) => b.weight - a.weight || itemAt(view.subtreeLast, b.place) - itemAt(view.subtreeLast, a.place) || a.place - b.place,
  );
}

function weigh(
  view: TraceView,
  { caller, failure, at }: Wait,
  place: number,
  named: 0 | 1 | 2,
  troubles: readonly Trouble[],
): Candidate {
  const first = itemAt(view.first, place);
  const last = itemAt(view.subtreeLast, place);
  // What was stopped was still at work, whatever its clock says.
  const stillRunning = (first <= at && last > at) || view.failures(place).some(({ kind }) => kind === 'cancelled');
  const begun = Math.min(itemAt(view.first, caller), first);
  const slow = last - first >= MOST * (at - begun) && at > begun && last > first;
  const end = endOf(view, place);
  const finished = !stillRunning && end === 'finished';
  let weight = named === 2 ? 100 : named === 1 ? 30 : 0;
  if (stillRunning) weight += 50;
  const open = troubles.filter((trouble) => isUnhandled(trouble) && !isOnlyStopped(trouble));
  if (open.some((trouble) => alike(failure, trouble.failure))) weight += 100;
  else if (open.length > 0) weight += answeredEarly(failure, open, (begun + at) / 2) ? 20 : 40;
  if (slow) weight += 30;
  if (strained(view, place)) weight += 25;
  if (end === 'unfinished') weight += view.spanAt(place)?.records.length === 1 ? 15 : 10;
  if (finished) weight -= 60;
  else if (!stillRunning && end === 'maybe') weight -= 15;
  if (!stillRunning && open.length === 0 && goneOn(view, caller, last, at)) weight -= 30;
  if (first > at && itemAt(view.last, caller) > first) weight -= 200;
  return { place, weight, named, stillRunning, slow };
}

/** An early error is an answer; who gave up was still waiting for another. */
function answeredEarly({ kind }: Failure, troubles: readonly Trouble[], half: number): boolean {
  return kind === 'gave-up' && troubles.every(({ end, failure }) => end < half && !failure.fatal);
}

function alike(a: Failure, b: Failure): boolean {
  return a.like.masked === b.like.masked || readAlike(a.like, b.like);
}

/** How the last thing that a callee said sounds; a TraceSpan says itself when it ended. */
function endOf(view: TraceView, place: number): 'finished' | 'maybe' | 'unfinished' {
  const story = view.story(place);
  if (story === undefined) return 'unfinished';
  if (story.span.traceSpan !== null) return 'maybe';
  const last = story.lastCalmRecord();
  if (last === null) return 'unfinished';
  const text = story.textOf(last);
  return last.severity >= 13 || saysTrouble(text) ? 'unfinished' : completion(text);
}

function strained(view: TraceView, place: number): boolean {
  const story = view.story(place);
  const warning = story?.lastWarning() ?? null;
  return story !== undefined && warning !== null && saysStrain(story.textOf(warning));
}

/** The caller's log goes on, speaking of other things, between a callee's last sign of life and the moment it gave up. */
function goneOn(view: TraceView, caller: number, after: number, before: number): boolean {
  const story = view.story(caller);
  const offset = view.offset(caller);
  if (story === undefined) return false;
  return story.progress(after - offset, before - offset).some((record) => !/wait|still|poll/.test(story.textOf(record)));
}
