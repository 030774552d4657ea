import { instantOfEpochMicros, tracesOf, type LogFilter } from '#domain';
import type { SearchOrder, SearchPosition } from '../../api/log-search.js';
import type { RowStatement } from '../rows/call-messages.js';
import { pageText } from '../sql/read-log-pages.js';
import { receivedWithin } from '../sql/received-within.js';
import { timestampText } from '../sql/time-parameter.js';
import { ofTrace } from '../sql/trace-condition.js';
import { BoundValues } from './bound-values.js';
import { conditionSql } from './condition-sql.js';
import type { DatedRange, TimeWindow } from './time-windows.js';

/** A statement for this call only, with the values of its parameters. */
export interface BoundStatement {
  readonly statement: RowStatement;
  readonly values: readonly (string | number)[];
}

/**
 * The rows of a tenant and a window that fulfil the filter's condition, as an SQL expression.
 *
 * A bound that is a whole microsecond is a plain one of time; another is said twice: plainly for BRIN, and exactly, by time and
 * id, which costs every row of the window a comparison more.
 */
export function windowSql(
  tenant: string,
  { condition }: Pick<LogFilter, 'condition'>,
  window: TimeWindow,
  bound: BoundValues,
): string {
  const traces = tracesOf(condition);
  const ranges = (window.parts ?? [window]).flatMap((part) => partSql(part, bound));
  return [
    `tenant = ${bound.add(tenant)}`,
    // Without bounds around the parts, which would be an index scan of all that lies between them.
    ranges.length === 1 ? ranges.join('') : `(${ranges.map((range) => `(${range})`).join(' OR ')})`,
    ...(window.received === undefined ? [] : [receivedWithin(window.received)]),
    // Said apart from the condition, so that the index on traces serves it wherever in the condition it stands.
    ...(traces === null ? [] : [ofTrace(...traces.map((id) => bound.add(id)))]),
    conditionSql(condition, bound),
  ].join(' AND ');
}

/** One expression for each look-up of an index. */
function partSql({ low, high, spans }: DatedRange, bound: BoundValues): string[] {
  if (spans === undefined) return [`${afterSql(low, bound)} AND ${beforeSql(high, bound)}`];
  // A list is not looked up in BRIN on time, where a moment of receipt is a second wide.
  const time = [
    low.id === '' && isMicrosecond(low) ? `"time" >= ALL (ARRAY[${timeSql(low, bound)}])` : afterSql(low, bound),
    high.id === '' && isMicrosecond(high) ? `"time" < ALL (ARRAY[${timeSql(high, bound)}])` : beforeSql(high, bound),
  ].join(' AND ');
  const momentSql = (micros: number): string => timeSql({ time: instantOfEpochMicros(BigInt(micros), 0) }, bound);
  return spans.map(({ from, to }) => {
    const until = to === Infinity ? '' : ` AND received_at <= ${momentSql(to)}`;
    return `received_at >= ${momentSql(from)}${until} AND ${time}`;
  });
}

function timeSql({ time }: Pick<SearchPosition, 'time'>, bound: BoundValues): string {
  return `${bound.add(timestampText(time))}::timestamptz`;
}

function isMicrosecond({ time }: SearchPosition): boolean {
  return time.nanos % 1000 === 0;
}

function afterSql(place: SearchPosition, bound: BoundValues): string {
  const { at, row } = placeSql(place, bound);
  return row === null ? `"time" >= ${at}` : `"time" >= ${at} AND ("time", nanos, id) > ${row}`;
}

function beforeSql(place: SearchPosition, bound: BoundValues): string {
  const { at, row } = placeSql(place, bound);
  return row === null ? `"time" < ${at}` : `"time" <= ${at} AND ("time", nanos, id) < ${row}`;
}

/** A place without an id lies before every nanosecond's rows. */
function placeSql({ time, id }: SearchPosition, bound: BoundValues): { readonly at: string; readonly row: string | null } {
  const nanos = time.nanos % 1000;
  const at = timeSql({ time }, bound);
  if (id === '' && nanos === 0) return { at, row: null };
  const rest = `${bound.add(id === '' ? nanos - 1 : nanos)}::smallint, ${bound.add(id === '' ? 'f'.repeat(32) : id)}::uuid`;
  return { at, row: `(${at}, ${rest})` };
}

/** A window's page: `limit` rows and one more, cut where their bytes reach the bound. */
export function searchStatement(
  { tenant, filter, order }: { readonly tenant: string; readonly filter: LogFilter; readonly order: SearchOrder },
  window: TimeWindow,
  limit: number,
  maxBytes: number,
): BoundStatement {
  const bound = new BoundValues();
  const where = windowSql(tenant, filter, window, bound);
  const ordered = order === 'newest-first' ? '"time" DESC, nanos DESC, id DESC' : '"time", nanos, id';
  const text = pageText(where, ordered, `${bound.add(limit + 1)}::bigint`, `${bound.add(maxBytes)}::bigint`);
  return { statement: { name: '', text }, values: bound.values };
}

/** How many rows match, `most` at the most. Its column: `found`. */
export function countStatement(
  tenant: string,
  filter: LogFilter,
  window: TimeWindow,
  most: number,
): { text: string; values: (string | number)[] } {
  const bound = new BoundValues();
  const where = windowSql(tenant, filter, window, bound);
  const text = `SELECT count(*)::integer AS found FROM (SELECT 1 FROM logs WHERE ${where} LIMIT ${bound.add(most)}::bigint) AS matches`;
  return { text, values: bound.values };
}
