import { compareInstants, isOfServiceAndLevel } from '#domain';
import type { FoundPage, MatchCount, SearchRequest } from '../../api/log-search.js';
import { BoundValues } from './bound-values.js';
import { TIMED_OUT, type BoundedReads } from './bounded-reads.js';
import { conditionSql } from './condition-sql.js';
import { cellAtOrAfter, cellAtOrBefore, cellsSql, readCountedDays } from './counted-cells.js';
import { countStatement } from './search-statement.js';
import { TimeWindows } from './time-windows.js';

/** Records are counted no further. */
const MAX_COUNTED = 10_000;
/** Cells that are summed up lie within the range's last hour: a few hundred, which takes milliseconds. */
const CELLS_SECONDS = 3_600;

/**
 * How many records match a search, as far as that is cheap: all of them where the page holds them; many where the counts of cells
 * say so; else the records are counted, in the time that is given.
 *
 * @param page what was found of them
 * @param budgetMs for each of two statements
 */
export async function countMatches(
  reads: BoundedReads,
  request: SearchRequest,
  page: Pick<FoundPage, 'count' | 'more' | 'next' | 'partial'>,
  budgetMs: number,
): Promise<MatchCount> {
  if (request.after === undefined && page.next === null) return { count: page.count, exact: true };
  const { filter, order, tenant, signal } = request;
  const known = page.count + (page.more && !page.partial ? 1 : 0);
  if (page.partial) return { count: known, exact: false };
  const counted = await countedAtLeast(reads, request, budgetMs);
  signal?.throwIfAborted();
  if (counted > MAX_COUNTED) return { count: counted, exact: false };
  const { whole } = new TimeWindows(order, filter, Date.now());
  const query = countStatement(tenant, filter, whole, MAX_COUNTED + 1);
  const answer = await reads.objects<{ found: number }>(query, budgetMs);
  signal?.throwIfAborted();
  if (answer === TIMED_OUT) return { count: Math.max(known, counted), exact: false };
  const found = answer[0]?.found ?? 0;
  return found > MAX_COUNTED ? { count: MAX_COUNTED, exact: false } : { count: found, exact: true };
}

/** Matches within whole cells of the range's last hour, as they were counted when they were stored; 0 where nobody knows. */
async function countedAtLeast(reads: BoundedReads, { tenant, filter }: SearchRequest, budgetMs: number): Promise<number> {
  if (!isOfServiceAndLevel(filter.condition)) return 0;
  const now = Math.floor(Date.now() / 1000);
  const end = cellAtOrBefore(filter.to !== null && filter.to.seconds < now ? filter.to : { seconds: now, nanos: 0 });
  const hour = { seconds: end.seconds - CELLS_SECONDS, nanos: 0 };
  const first = cellAtOrAfter(filter.from !== null && compareInstants(filter.from, hour) > 0 ? filter.from : hour);
  if (compareInstants(first, end) >= 0) return 0;
  const keptFrom = await reads.once(readCountedDays, budgetMs);
  if (typeof keptFrom !== 'string') return 0;
  const bound = new BoundValues();
  const cells = cellsSql(tenant, { low: { time: first, id: '' }, high: { time: end, id: '' } }, keptFrom, bound);
  const text = `SELECT sum(count)::float8 AS records FROM ${cells} WHERE ${conditionSql(filter.condition, bound)}`;
  const answer = await reads.objects<{ records: number | null }>({ text, values: bound.values }, budgetMs);
  return answer === TIMED_OUT ? 0 : (answer[0]?.records ?? 0);
}
