import type { QueryResultRow } from 'pg';
import { compareInstants, isOfServiceAndLevel } from '#domain';
import type { AggregateRequest, Coverage } from '../../api/log-search.js';
import type { BoundedReads, TimeBudget } from './bounded-reads.js';
import { countWindows, type WindowCount } from './count-windows.js';
import { cellAtOrAfter, cellAtOrBefore, readCountedDays } from './counted-cells.js';
import type { TimeWindow } from './time-windows.js';

/** Two ways to count a window: its records, or what was counted when they were stored. */
export interface RangeCount<Row extends QueryResultRow> {
  records(window: TimeWindow): ReturnType<WindowCount<Row>['statement']>;
  /** Null where this question asks for more than services and levels. @param keptFrom see readCountedDays */
  readonly cells: ((window: TimeWindow, keptFrom: string) => ReturnType<WindowCount<Row>['statement']>) | null;
  add(rows: readonly Row[]): void;
}

/**
 * Counts a range, the newest first, as far as the budget goes: whole cells by their counts where the condition allows that, the
 * records at both ends, and everywhere else, one by one.
 */
export async function countRange<Row extends QueryResultRow>(
  reads: BoundedReads,
  budget: TimeBudget,
  request: AggregateRequest,
  count: RangeCount<Row>,
): Promise<Coverage> {
  const { filter } = request;
  const records: WindowCount<Row> = { statement: (window) => count.records(window), add: (rows) => count.add(rows) };
  const first = cellAtOrAfter(filter.from);
  const end = cellAtOrBefore(filter.to);
  const { cells } = count;
  const keptFrom =
    cells !== null && isOfServiceAndLevel(filter.condition) && compareInstants(first, end) < 0
      ? await reads.once(readCountedDays, budget.windowMs)
      : null;
  if (cells === null || typeof keptFrom !== 'string') return countWindows(reads, budget, request, records);

  const part = async (from: typeof first, to: typeof first, way: WindowCount<Row>): Promise<Coverage> =>
    compareInstants(from, to) < 0
      ? countWindows(reads, budget, { ...request, filter: { ...filter, from, to } }, way)
      : { partial: false, countedFrom: from };
  const newest = await part(end, filter.to, records);
  if (newest.partial) return newest;
  const counted = await part(first, end, { statement: (window) => cells(window, keptFrom), add: records.add });
  // A window may begin within a cell, which is not counted then.
  if (counted.partial) return { partial: true, countedFrom: cellAtOrAfter(counted.countedFrom) };
  return part(filter.from, first, records);
}
