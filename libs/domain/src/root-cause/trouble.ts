import type { Failure } from './span-failures.js';

/** A callee that a caller gave up on or lost, without an error that says why. */
export interface Suspect {
  /** Place of a span. */
  readonly place: number;
  readonly rule: 'gave-up' | 'lost-callee' | 'failed-callee';
  /** It showed life after its caller had given up. */
  readonly stillRunning: boolean;
  /** Least first: the first is the one to blame, the others are as likely. */
  readonly rank: number;
}

/** How a failure was dealt with, and where. */
export interface Handling {
  /** Place of the span that went on. */
  readonly place: number;
  /**
   * `said`: a fallback or the like; `retried`: a later call of the same kind went well; `went-on`: the caller's log goes on;
   * `maybe`: the failed span itself ends with words such as "request completed".
   */
  readonly how: 'said' | 'retried' | 'went-on' | 'maybe';
}

/** A failure of a span, as the search finds out what it comes from. Filled while the call tree is walked from the leaves up. */
export interface Trouble {
  readonly place: number;
  readonly failure: Failure;
  /** By the trace's one clock. */
  readonly start: number;
  readonly end: number;
  /** Troubles of callees that this one is the echo of. */
  explainedBy: readonly Trouble[];
  /** Callees that it is due to, where no error explains it. */
  suspects: readonly Suspect[];
  /** The trouble that this one explains. */
  explains: Trouble | null;
  /** It was stopped because of this one: a sibling's failure, or its caller's own. */
  stoppedBy: Trouble | null;
  handled: Handling | null;
  /** On its way up it crossed a queue or the like: nobody waits for it. */
  handedOver: boolean;
  /** A caller above failed too, but of something else. */
  aside: boolean;
  /** Who reads as the missing peer of a caller that reached nobody; empty where none is named. */
  silentPeer: string;
}

/** Only says that it was stopped, and nothing below explains more. */
export function isOnlyStopped(trouble: Trouble): boolean {
  return trouble.failure.kind === 'cancelled' && trouble.suspects.length === 0 && trouble.explainedBy.every(isStoppedLeaf);
}

/** One level is enough: a stopped trouble is only ever explained by stopped ones that were checked before. */
function isStoppedLeaf(trouble: Trouble): boolean {
  return trouble.failure.kind === 'cancelled' && trouble.suspects.length === 0;
}
