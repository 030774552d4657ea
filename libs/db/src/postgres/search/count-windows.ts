import type { QueryConfig, QueryResultRow } from 'pg';
import { tracesOf } from '#domain';
import type { AggregateRequest, Coverage } from '../../api/log-search.js';
import { TIMED_OUT, type BoundedReads, type TimeBudget } from './bounded-reads.js';
import { TimeWindows, type TimeWindow } from './time-windows.js';

/** What is counted in each window. */
export interface WindowCount<Row extends QueryResultRow> {
  statement(window: TimeWindow): QueryConfig;
  add(rows: readonly Row[]): void;
}

/** Counts window after window, the newest first, as far as the budget goes. */
export async function countWindows<Row extends QueryResultRow>(
  reads: BoundedReads,
  budget: TimeBudget,
  { filter, signal }: AggregateRequest,
  count: WindowCount<Row>,
): Promise<Coverage> {
  const windows = new TimeWindows('newest-first', filter, Date.now());
  let window = tracesOf(filter.condition) === null ? windows.next() : windows.wholeOnce();
  for (; window !== null; window = windows.next()) {
    signal?.throwIfAborted();
    const start = performance.now();
    const rows = await reads.objects<Row>(count.statement(window), budget.windowMs);
    signal?.throwIfAborted();
    if (rows === TIMED_OUT) windows.tookTooLong(window);
    else {
      count.add(rows);
      windows.finished(window, performance.now() - start);
    }
    if (budget.leftMs <= 0 && windows.next() !== null) return { partial: true, countedFrom: windows.position.time };
  }
  return { partial: false, countedFrom: filter.from };
}
