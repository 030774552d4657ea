import { FIRST_SECOND, LAST_SECOND, compareInstants, type Instant } from '#domain';
import type { SearchOrder, SearchPosition } from '../../api/log-search.js';
import { bothDays, type DayRange, type ReceiptSpan } from '../sql/received-within.js';

/** A range of the order; neither place is in it. */
export interface TimeRange {
  readonly low: SearchPosition;
  readonly high: SearchPosition;
}

export interface DatedRange extends TimeRange {
  /** The UTC days on which its records were received, where that is known. */
  readonly received?: DayRange;
  /** Only what was received within these is wanted. */
  readonly spans?: readonly ReceiptSpan[];
}

/** What one statement reads. */
export interface TimeWindow extends DatedRange {
  /** Nothing else of the window is read. Newest first, apart from each other. */
  readonly parts?: readonly DatedRange[];
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
/** Parts of a window, and spans within them: each row that is read is held against all, and each is planned for every partition. */
const MAX_PARTS = 16;
/** A span of a few records is read out of the blocks that it lies in: what it costs at least, as a width of time. */
const SPAN_MS = 50;

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
    const low = from === null ? BEGINNING : placeBefore(from);
    const high = to === null ? END : placeBefore(to);
    this.low = order === 'oldest-first' && after !== undefined ? later(low, after) : low;
    this.high = order === 'newest-first' && after !== undefined ? earlier(high, after) : high;
    this.reached = order === 'newest-first' ? this.high : this.low;
  }

  /** The whole range, for those who need no windows. */
  get whole(): TimeRange {
    return { low: this.low, high: this.high };
  }

  /** The first window, where it is to hold the whole range; null where the range is empty. */
  wholeOnce(): TimeRange | null {
    return this.next() === null ? null : this.whole;
  }

  /** Everything between the range's start and here is done. */
  get position(): SearchPosition {
    return this.reached;
  }

  next(): TimeRange | null {
    if (comparePositions(this.low, this.high) >= 0) return null;
    if (this.order === 'newest-first') {
      return comparePositions(this.reached, this.low) <= 0 ? null : this.backFrom(this.reached, this.widthMs);
    }
    if (comparePositions(this.reached, this.high) >= 0) return null;
    return { low: this.reached, high: earlier(this.high, this.edgeAhead()) };
  }

  /**
   * The next window where nothing is wanted but these ranges: as many of them as it has room for. Newest first only.
   *
   * @param wanted newest first, apart from each other
   */
  nextWithin(wanted: readonly DatedRange[]): TimeWindow | null {
    const parts: DatedRange[] = [];
    let leftMs = this.widthMs;
    let lookUps = 0;
    for (const range of wanted) {
      const spansMs = range.spans === undefined ? Infinity : widthOf(range.spans);
      lookUps += range.spans?.length ?? 1;
      if (parts.length > 0 && lookUps > MAX_PARTS) break;
      const part = spansMs <= this.widthMs ? this.within(range) : this.newestOf(range, leftMs);
      if (comparePositions(part.low, part.high) >= 0) continue;
      parts.push(part);
      leftMs -= Math.min(spansMs, this.millisIn(part));
      if (leftMs <= 0) break;
    }
    const [first, ...others] = parts;
    return first === undefined ? null : others.reduce((all: TimeWindow, part) => joinedWindow(all, part, parts), first);
  }

  /** @param tookMs how long the window took */
  finished(window: TimeRange, tookMs: number): void {
    this.reached = this.order === 'newest-first' ? window.low : window.high;
    this.widthMs *= Math.min(this.narrowed ? CAREFUL_GROWTH : MAX_GROWTH, Math.max(1 / SHRINK, TARGET_MS / Math.max(tookMs, 1)));
    this.widthMs = Math.max(1, Math.floor(this.widthMs));
  }

  /** Nothing between here and the place is wanted; newest first only. */
  leapTo(place: SearchPosition): void {
    this.reached = later(this.low, earlier(this.reached, place));
  }

  /** The window was given up. The next one begins at the same place. */
  tookTooLong(window: TimeRange): void {
    const width = millisOf(window.high.time) - millisOf(window.low.time);
    // What is jumped over is wider than the width that has grown meanwhile, or narrower.
    const jumped = this.order === 'oldest-first' && !this.narrowed;
    this.widthMs = Math.max(1, Math.floor((jumped ? width : Math.min(width, this.widthMs)) / SHRINK));
    this.narrowed = true;
  }

  /** What lies so many milliseconds before a place; the future counts nothing. */
  private backFrom(high: SearchPosition, widthMs: number): TimeRange {
    return { low: later(this.low, placeOf(Math.min(millisOf(high.time), this.nowMs) - widthMs)), high };
  }

  /** What is left of the range. */
  private within(range: DatedRange): DatedRange {
    return { ...range, low: later(this.low, range.low), high: earlier(range.high, this.reached) };
  }

  /** The newest part of what is left of it, whenever that was received: spans that take too long are read in parts of time. */
  private newestOf(range: DatedRange, widthMs: number): DatedRange {
    const { low, high, received } = this.within(range);
    const newest = { low: later(low, this.backFrom(high, widthMs).low), high };
    return received === undefined ? newest : { ...newest, received };
  }

  private millisIn({ low, high }: TimeRange): number {
    return Math.max(1, Math.min(millisOf(high.time), this.nowMs) - millisOf(low.time));
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

function widthOf(spans: readonly ReceiptSpan[]): number {
  return spans.reduce((sum, { from, to }) => sum + Math.max(SPAN_MS, (to - from) / 1000), 0);
}

/** What lies in either, of which nothing but the parts is read. @param earlier lies before the other */
function joinedWindow(later: DatedRange, earlier: DatedRange, parts: readonly DatedRange[]): TimeWindow {
  const range = { low: earlier.low, high: later.high, parts };
  const known = later.received !== undefined && earlier.received !== undefined;
  return known ? { ...range, received: bothDays(later.received, earlier.received) } : range;
}

const YEARS_5_MS = 157_680_000_000;

/** The far past in one go, then half of what is left. */
function halfWay(start: number, now: number): number {
  return now - start > 2 * YEARS_5_MS ? now - YEARS_5_MS : start + Math.floor((now - start) / 2);
}

/** The place just before an instant's first record. */
export function placeBefore(time: Instant): SearchPosition {
  return { time, id: '' };
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
  return placeBefore({ seconds, nanos: (millis - seconds * 1000) * 1_000_000 });
}
