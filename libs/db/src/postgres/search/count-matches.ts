import { compareInstants, isOfServiceAndLevel } from '#domain';
import type { FoundPage, MatchCount, SearchRequest } from '../../api/log-search.js';
import { BoundValues } from './bound-values.js';
import { TIMED_OUT, type BoundedReads } from './bounded-reads.js';
import { conditionSql } from './condition-sql.js';
import { cellAtOrAfter, cellAtOrBefore, cellsSql, readCountedDays } from './counted-cells.js';
import { countStatement } from './search-statement.js';
import { TimeWindows, comparePositions, placeBefore, type TimeRange } from './time-windows.js';

/** Records are counted no further. */
const MAX_COUNTED = 10_000;
/** Cells that are summed up: those of the range's last two hours, which takes milliseconds. */
const CELLS_SECONDS = 7_200;

/**
 * How many records match a search, as far as that is cheap: all of them where the page holds them, the counts of cells where only
 * services and levels are asked for, else the records one by one, in the time that is given.
 *
 * @param page what was found of them
 * @param budgetMs for each statement
 */
export async function countMatches(
  reads: BoundedReads,
  request: SearchRequest,
  page: Pick<FoundPage, 'count' | 'more' | 'next' | 'partial'>,
  budgetMs: number,
): Promise<MatchCount> {
  if (request.after === undefined && page.next === null) return { count: page.count, exact: true };
  const known = page.count + (page.more && !page.partial ? 1 : 0);
  if (page.partial) return { count: known, exact: false };
  const { filter, order, signal } = request;
  const { whole } = new TimeWindows(order, filter, Date.now());
  const counted = await countedByCells(reads, request, whole, budgetMs);
  signal?.throwIfAborted();
  if (counted !== null && (counted.exact || counted.count > MAX_COUNTED)) return counted;
  const found = await countedByRecords(reads, request, whole, budgetMs);
  signal?.throwIfAborted();
  if (found === null) return { count: Math.max(known, counted?.count ?? 0), exact: false };
  return found > MAX_COUNTED ? { count: MAX_COUNTED, exact: false } : { count: found, exact: true };
}

/** At most one more than MAX_COUNTED; null where the time ran out. */
async function countedByRecords(
  reads: BoundedReads,
  { tenant, filter }: SearchRequest,
  range: TimeRange,
  budgetMs: number,
): Promise<number | null> {
  if (comparePositions(range.low, range.high) >= 0) return 0;
  const answer = await reads.objects<{ found: number }>(countStatement(tenant, filter, range, MAX_COUNTED + 1), budgetMs);
  return answer === TIMED_OUT ? null : (answer[0]?.found ?? 0);
}

/**
 * Matches within the whole cells of the range's last hours, as they were counted when they were stored, and the records at its
 * ends. Exact where the range is no longer than that. Null where cells cannot say it.
 */
async function countedByCells(
  reads: BoundedReads,
  request: SearchRequest,
  whole: TimeRange,
  budgetMs: number,
): Promise<MatchCount | null> {
  const { tenant, filter } = request;
  if (!isOfServiceAndLevel(filter.condition)) return null;
  const now = Math.floor(Date.now() / 1000);
  const last = filter.to === null ? null : cellAtOrBefore(filter.to);
  const earliest = { seconds: Math.min(now, last?.seconds ?? now) - CELLS_SECONDS, nanos: 0 };
  const isShort = filter.from !== null && compareInstants(filter.from, earliest) >= 0;
  const first = cellAtOrAfter(isShort ? filter.from : earliest);
  if (last !== null && compareInstants(first, last) >= 0) return null;
  const keptFrom = await reads.once(readCountedDays, budgetMs);
  if (typeof keptFrom !== 'string') return null;
  const bound = new BoundValues();
  const high = last === null ? whole.high : placeBefore(last);
  const cells = cellsSql(tenant, { low: placeBefore(first), high }, keptFrom, bound);
  const text = `SELECT coalesce(sum(count), 0)::float8 AS records FROM ${cells} WHERE ${conditionSql(filter.condition, bound)}`;
  const answer = await reads.objects<{ records: number }>({ text, values: bound.values }, budgetMs);
  if (answer === TIMED_OUT) return null;
  const count = answer[0]?.records ?? 0;
  if (!isShort) return { count, exact: false };
  const before = await countedByRecords(reads, request, { low: whole.low, high: placeBefore(first) }, budgetMs);
  const after = await countedByRecords(reads, request, { low: high, high: whole.high }, budgetMs);
  const isExact = before !== null && after !== null && before <= MAX_COUNTED && after <= MAX_COUNTED;
  return { count: count + (before ?? 0) + (after ?? 0), exact: isExact };
}
