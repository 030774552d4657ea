import { itemAt } from '../error-dag/item-at.js';
import { NO_PARENT } from '../error-dag/span-forest.js';
import type { RootCauseRule } from '../root-cause.js';
import type { Suspect, Trouble } from './trouble.js';
import type { TraceView } from './trace-view.js';

/** An attempt may begin this much before the one before it has told of its failure. */
const OVERLAP_MS = 5;

/** A cause before it is put into words. */
export interface Cause {
  readonly place: number;
  readonly rule: RootCauseRule;
  /** The failure that began here, or that the suspect brought about. */
  readonly trouble: Trouble;
  readonly suspect: Suspect | null;
  /** The last failure that it explains on the way up; the trouble itself where it explains none. */
  readonly top: Trouble;
  /** Attempts at the same work; 1 for one. */
  readonly attempts: number;
  /** Calls that failed alike, attempts or not; 1 for one. */
  readonly calls: number;
  /** Places of the other attempts. */
  readonly others: readonly number[];
  readonly weight: number;
}

/** The causes of all troubles, best first. */
export function rankCauses(view: TraceView, troubles: readonly Trouble[]): Cause[] {
  const tops = topsOf(troubles);
  const causes: Cause[] = [];
  for (const trouble of troubles) {
    const top = tops.get(trouble) ?? trouble;
    if (trouble.explainedBy.length > 0 || trouble.stoppedBy !== null || top.stoppedBy !== null) continue;
    if (trouble.suspects.length === 0) causes.push(causeOf(view, trouble, top, null));
    for (const suspect of trouble.suspects) causes.push(causeOf(view, trouble, top, suspect));
  }
  const merged = mergeCrashes(view, mergeAlike(view, causes));
  return merged.sort(
    (a, b) =>
      b.weight - a.weight ||
      Number(b.trouble.failure.fatal) - Number(a.trouble.failure.fatal) ||
      Number(isVague(a)) - Number(isVague(b)) ||
      a.trouble.start - b.trouble.start ||
      a.place - b.place,
  );
}

/** Says neither by an error of its own nor by a suspect what went wrong. */
function isVague({ suspect, trouble: { failure } }: Cause): boolean {
  return suspect === null && failure.bare;
}

/** The end of each trouble's way up. Troubles stand after what explains them. */
function topsOf(troubles: readonly Trouble[]): Map<Trouble, Trouble> {
  const tops = new Map<Trouble, Trouble>();
  for (let i = troubles.length - 1; i >= 0; i--) {
    const trouble = itemAt(troubles, i);
    tops.set(trouble, trouble.explains === null ? trouble : (tops.get(trouble.explains) ?? trouble.explains));
  }
  return tops;
}

function causeOf(view: TraceView, trouble: Trouble, top: Trouble, suspect: Suspect | null): Cause {
  const place = suspect?.place ?? trouble.place;
  const attempts = Math.max(trouble.failure.attempts, trouble.explains?.failure.attempts ?? 1);
  const weight = weightOf(view, trouble, top, suspect);
  return { place, rule: ruleOf(trouble, top, suspect, attempts), trouble, suspect, top, attempts, calls: 1, others: [], weight };
}

function ruleOf(trouble: Trouble, top: Trouble, suspect: Suspect | null, attempts: number): RootCauseRule {
  if (isHandled(trouble) || isHandled(top)) return 'handled';
  if (suspect !== null) return suspect.rule;
  const { failure, silentPeer, handedOver } = trouble;
  if (failure.fatal || failure.kind === 'crash') return 'crash';
  if (attempts > 1) return 'retries-exhausted';
  if (silentPeer !== '') return 'silent-peer';
  return handedOver ? 'async-consumer' : 'deepest-error';
}

export function isHandled({ handled }: Trouble): boolean {
  return handled !== null && handled.how !== 'maybe';
}

/**
 * How far the harm went: 4 up to the trace's entry, 3 up to a span above which nothing says that it went well, 2.5 where a caller
 * above failed too, but of something else, 2 in work that nobody waited for, 1 handled. Half a step less where the span itself
 * may have got over it, one and a half for a suspect that is second to another.
 */
function weightOf(view: TraceView, trouble: Trouble, top: Trouble, suspect: Suspect | null): number {
  let weight = 3;
  if (isHandled(trouble) || isHandled(top)) weight = 1;
  else if (top.handedOver) weight = 2;
  else if (top.aside) weight = 2.5;
  else if (isEntry(view, top.place)) weight = 4;
  if (top.handled?.how === 'maybe') weight -= 0.5;
  return suspect !== null && suspect.rank > 0 ? weight - 1.5 : weight;
}

function isEntry(view: TraceView, place: number): boolean {
  return view.tree.parentOf[place] === NO_PARENT && view.spanAt(place)?.parentId === '';
}

/** Calls by one caller to one service that failed alike are one cause: the last of them stands for all. */
function mergeAlike(view: TraceView, causes: readonly Cause[]): Cause[] {
  const groups = new Map<string, Cause[]>();
  for (const cause of causes) {
    const key = groupKey(view, cause);
    const known = groups.get(key);
    if (known === undefined) groups.set(key, [cause]);
    else known.push(cause);
  }
  return Array.from(groups.values(), (group) => {
    const [first] = group;
    if (group.length === 1 && first !== undefined) return first;
    const last = group.reduce((latest, cause) => (cause.trouble.end > latest.trouble.end ? cause : latest));
    const attempts = Math.max(areInSequence(view, group) ? group.length : 1, last.attempts);
    const others = group
      .filter((cause) => cause !== last)
      .sort((a, b) => a.trouble.end - b.trouble.end || a.place - b.place)
      .map(({ place }) => place);
    const weight = group.reduce((most, cause) => Math.max(most, cause.weight), 0);
    const rule = ruleOf(last.trouble, last.top, last.suspect, attempts);
    return { ...last, rule, attempts, calls: group.length, others, weight };
  });
}

/** One began after the other had failed: attempts, not calls side by side. */
function areInSequence(view: TraceView, group: readonly Cause[]): boolean {
  const inOrder = [...group].sort((a, b) => a.trouble.end - b.trouble.end);
  return inOrder.every(({ place }, i) => {
    const before = inOrder[i - 1];
    return before === undefined || itemAt(view.first, place) >= before.trouble.end - OVERLAP_MS;
  });
}

function groupKey(view: TraceView, { place, trouble, suspect }: Cause): string {
  const { failure } = trouble;
  const caller = trouble.explains?.place ?? itemAt(view.tree.parentOf, trouble.place);
  const like = failure.kind === 'plain' || failure.kind === 'own' ? failure.like.masked : failure.kind;
  // Without a common caller nothing says that two belong together.
  const apart = caller === NO_PARENT ? String(trouble.place) : '';
  const role = suspect === null ? 'origin' : `suspect ${suspect.rank}`;
  return `${caller} ${apart} ${isHandled(trouble)} ${role}\n${view.service(place)}\n${like}`;
}

/** A lost callee's service may have said elsewhere in the trace that it goes down: that is the cause then. */
function mergeCrashes(view: TraceView, causes: readonly Cause[]): Cause[] {
  const crashes = new Map<string, Cause>();
  for (const cause of causes) {
    if (cause.suspect === null && cause.trouble.failure.fatal) crashes.set(view.service(cause.place), cause);
  }
  if (crashes.size === 0) return [...causes];
  const gone = new Set<Cause>();
  const raised = new Map<Cause, Cause>();
  for (const cause of causes) {
    const crash = cause.suspect === null ? undefined : crashes.get(view.service(cause.place));
    if (crash === undefined) continue;
    gone.add(cause);
    const known = raised.get(crash) ?? crash;
    raised.set(crash, {
      ...known,
      top: cause.top,
      others: [...known.others, cause.place],
      weight: Math.max(known.weight, cause.weight),
    });
  }
  return causes.filter((cause) => !gone.has(cause)).map((cause) => raised.get(cause) ?? cause);
}
