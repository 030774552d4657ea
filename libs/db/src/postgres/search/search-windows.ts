import { tracesOf } from '#domain';
import type { SearchPosition, SearchRequest } from '../../api/log-search.js';
import { AskedOfCells } from './asked-of-cells.js';
import type { BoundedReads, TimeBudget } from './bounded-reads.js';
import { MatchStretches } from './match-stretches.js';
import { TimeWindows, type TimeWindow } from './time-windows.js';

/**
 * The windows of a search, one after the other (time-windows.ts). A trace's rows have an index, wherever they lie: one window
 * holds all. The newest first, a search for services, levels or texts that the first window did not fill leaps over the time
 * that has none of them.
 */
export class SearchWindows {
  private readonly windows: TimeWindows;
  private readonly isOfTraces: boolean;
  /** Null where nothing can be leapt over. */
  private stretches: MatchStretches | null;
  private begun = false;

  constructor(reads: BoundedReads, budget: TimeBudget, { tenant, filter, order, after }: SearchRequest, now: number) {
    this.windows = new TimeWindows(order, { from: filter.from, to: filter.to, after }, now);
    this.isOfTraces = tracesOf(filter.condition) !== null;
    const asked = order === 'newest-first' && !this.isOfTraces ? AskedOfCells.of(filter.condition) : null;
    this.stretches = asked === null ? null : new MatchStretches(reads, budget, tenant, asked, this.windows.whole.low);
  }

  /** Everything between the range's start and here is done. */
  get position(): SearchPosition {
    return this.windows.position;
  }

  get isDone(): boolean {
    return this.windows.next() === null;
  }

  /** The next window; null at the end. */
  async next(): Promise<TimeWindow | null> {
    if (this.isOfTraces && !this.begun) return this.windows.wholeOnce();
    const { windows } = this;
    const plain = windows.next();
    if (plain === null || !this.begun || this.stretches === null) return plain;
    const match = await this.stretches.before(windows.position);
    switch (match.kind) {
      case 'unknown':
        this.stretches = null;
        return plain;
      case 'none':
        windows.leapTo(windows.whole.low);
        return null;
      case 'stretches':
        return windows.nextWithin(match.stretches);
    }
  }

  /** @param tookMs how long the window took */
  finished(window: TimeWindow, tookMs: number): void {
    this.windows.finished(window, tookMs);
    this.begun = true;
  }

  /** The window was given up. The next one begins at the same place. */
  tookTooLong(window: TimeWindow): void {
    this.windows.tookTooLong(window);
    this.begun = true;
  }
}
