import { FIRST_SECOND, LAST_SECOND, compareInstants, type Instant } from '#domain';
import type { SearchOrder, SearchPosition } from '../../api/log-search.js';
import type { DayRange } from '../sql/received-within.js';

/** A range of the order; neither place is in it. */
export interface TimeWindow {
  readonly low: SearchPosition;
  readonly high: SearchPosition;
  /** The UTC days on which its records were received, where that is known. */
  readonly received?: DayRange;
}

/** 0001-01-01T00:00:00Z, the first instant of a record, and the place behind the last one. */
const BEGINNING: SearchPosition = { time: { seconds: FIRST_SECOND, nanos: 0 }, id: '' };
const END: SearchPosition = { time: { seconds: LAST_SECOND, nanos: 999_999_999 }, id: 'f'.repeat(32) };

const FIRST_WIDTH_MS = 1_000;
/** What a window may cost: wide enough to be worth its call, short enough for its end not to be missed by much. */
const TARGET_MS = 200;
const MAX_GROWTH = 16;
/** Growth after a window took too long: as wide as it can be, but not over and over too wide. */
const CAREFUL_GROWTH = 2;
const SHRINK = 8;

/**
 * Cuts a range of time into windows that are asked for one after the other, in the order of the answer.
 *
 * There is no btree on time, because it would cost a third of the ingest rate: BRIN finds the blocks of a window, and the
 * newest page is mostly in the last seconds. So the first window is narrow, each next one up to 16 times as wide, as long as
 * they stay cheap; one that takes too long is tried again at an eighth of its width. Eight steps lead from one second to
 * everything where there is little.
 *
 * The oldest come first without a lower bound: then the far past is one window, and the rest is halved towards now, since
 * nobody knows where the records begin.
 *
 * States: `next` gives a window -> `finished` (it is done with; `next` gives the one behind it) or `tookTooLong` (`next` gives
 * a part of it) -> ... -> `next` gives null.
 */
export class TimeWindows {
  private readonly low: SearchPosition;
  private readonly high: SearchPosition;
  private readonly nowMs: number;
  private widthMs = FIRST_WIDTH_MS;
  /** A window took too long: from now on nothing is jumped over. */
  private narrowed = false;
  /** Up to here all is done. */
  private reached: SearchPosition;

  constructor(
    private readonly order: SearchOrder,
    range: { readonly from: Instant | null; readonly to: Instant | null; readonly after?: SearchPosition | undefined },
    now: number,
  ) {
    const { from, to, after } = range;
    this.nowMs = Math.floor(now);
    const low = from === null ? BEGINNING : { time: from, id: '' };
    const high = to === null ? END : { time: to, id: '' };
    this.low = order === 'oldest-first' && after !== undefined ? later(low, after) : low;
    this.high = order === 'newest-first' && after !== undefined ? earlier(high, after) : high;
    this.reached = order === 'newest-first' ? this.high : this.low;
  }

  /** The whole range, for those who need no windows. */
  get whole(): TimeWindow {
    return { low: this.low, high: this.high };
  }

  /** The first window, where it is to hold the whole range; null where the range is empty. */
  wholeOnce(): TimeWindow | null {
    return this.next() === null ? null : this.whole;
  }

  /** Everything between the range's start and here is done. */
  get position(): SearchPosition {
    return this.reached;
  }

  /** @param notBefore where the window ends at the latest; newest first only */
  next(notBefore: SearchPosition = BEGINNING): TimeWindow | null {
    if (comparePositions(this.low, this.high) >= 0) return null;
    if (this.order === 'newest-first') {
      if (comparePositions(this.reached, this.low) <= 0) return null;
      const from = Math.min(millisOf(this.reached.time), this.nowMs) - this.widthMs;
      return { low: later(later(this.low, notBefore), placeOf(from)), high: this.reached };
    }
    if (comparePositions(this.reached, this.high) >= 0) return null;
    return { low: this.reached, high: earlier(this.high, this.edgeAhead()) };
  }

  /** @param tookMs how long the window took */
  finished(window: TimeWindow, tookMs: number): void {
    this.reached = this.order === 'newest-first' ? window.low : window.high;
    this.widthMs *= Math.min(this.narrowed ? CAREFUL_GROWTH : MAX_GROWTH, Math.max(1 / SHRINK, TARGET_MS / Math.max(tookMs, 1)));
    this.widthMs = Math.max(1, Math.floor(this.widthMs));
  }

  /** Nothing between here and the place is wanted; newest first only. */
  leapTo(place: SearchPosition): void {
    this.reached = later(this.low, earlier(this.reached, place));
  }

  /** The window was given up. The next one begins at the same place. */
  tookTooLong(window: TimeWindow): void {
    const width = millisOf(window.high.time) - millisOf(window.low.time);
    // What is jumped over is wider than the width that has grown meanwhile, or narrower.
    const jumped = this.order === 'oldest-first' && !this.narrowed;
    this.widthMs = Math.max(1, Math.floor((jumped ? width : Math.min(width, this.widthMs)) / SHRINK));
    this.narrowed = true;
  }

  private edgeAhead(): SearchPosition {
    const start = millisOf(this.reached.time);
    const { nowMs } = this;
    if (start >= nowMs) return this.narrowed ? placeOf(start + this.widthMs) : END;
    // A start that nobody chose lies far before the first record: half of the way to now, and never further at once.
    const unbounded = this.low.time.seconds === BEGINNING.time.seconds;
    if (!unbounded) return placeOf(start + this.widthMs);
    const half = Math.max(halfWay(start, nowMs), start + FIRST_WIDTH_MS);
    return placeOf(this.narrowed ? Math.min(start + this.widthMs, half) : half);
  }
}

const YEARS_5_MS = 157_680_000_000;

/** The far past in one go, then half of what is left. */
function halfWay(start: number, now: number): number {
  return now - start > 2 * YEARS_5_MS ? now - YEARS_5_MS : start + Math.floor((now - start) / 2);
}

/** Negative where `a` comes before `b` in time. Ids are lower-case hex digits of one length, or empty. */
export function comparePositions(a: SearchPosition, b: SearchPosition): number {
  return compareInstants(a.time, b.time) || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0);
}

function earlier(a: SearchPosition, b: SearchPosition): SearchPosition {
  return comparePositions(a, b) <= 0 ? a : b;
}

function later(a: SearchPosition, b: SearchPosition): SearchPosition {
  return comparePositions(a, b) >= 0 ? a : b;
}

function millisOf({ seconds, nanos }: Instant): number {
  return seconds * 1000 + Math.floor(nanos / 1_000_000);
}

/** The place just before a millisecond, within the years that records have. */
function placeOf(millis: number): SearchPosition {
  if (millis <= millisOf(BEGINNING.time)) return BEGINNING;
  if (millis > millisOf(END.time)) return END;
  const seconds = Math.floor(millis / 1000);
  return { time: { seconds, nanos: (millis - seconds * 1000) * 1_000_000 }, id: '' };
}
