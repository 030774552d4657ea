import type { Instant } from '#domain';
import type { LogCursor, PageRequest } from '../../api/log-reader.js';
import type { RowStatement } from '../rows/call-messages.js';
import { FIXED_COLUMNS, JSON_COLUMNS, ROW_WEIGHT, TEXT_COLUMNS, printedBytes } from './log-columns.js';
import { timestampText } from './time-parameter.js';
import { ofTrace } from './trace-condition.js';

/** A statement with its values. Its rows: the columns of a record, then `chosen_rows`, how many there were before the cut. */
export interface PageQuery {
  readonly statement: RowStatement;
  readonly values: readonly (string | number)[];
}

const asText = (column: string): string => `${column}::text`;
/** The columns of a record as rows/record-row.ts reads them. */
export const RECORD_COLUMNS = [...FIXED_COLUMNS, ...TEXT_COLUMNS, ...JSON_COLUMNS.map(asText)].join(', ');

/**
 * A page in the server: the rows in their order, cut where their bytes reach the bound, so that a thousand records of a
 * megabyte never travel. The first row is given whatever its size. Limit: one row more than the page holds.
 *
 * Two cuts: first by the stored sizes, which costs no look into large values, then by the printed ones.
 *
 * @param bound the parameter that holds the page's bytes
 * @param more columns that are given behind `chosen_rows`
 */
export function pageText(where: string, order: string, limit: string, bound: string, more: readonly string[] = []): string {
  const running = `OVER (ORDER BY ${order} ROWS UNBOUNDED PRECEDING)`;
  return `
  SELECT ${[RECORD_COLUMNS, 'chosen_rows', ...more].join(', ')}
  FROM (
    SELECT *, sum(${printedBytes(asText)}) ${running} AS printed_sum
    FROM (
      SELECT *, count(*) OVER () AS chosen_rows, row_number() ${running} AS place, sum(size + ${ROW_WEIGHT}) ${running} AS size_sum
      FROM (SELECT * FROM logs WHERE ${where} ORDER BY ${order} LIMIT ${limit}) AS chosen
    ) AS sized
    WHERE size_sum <= ${bound} OR place = 1
  ) AS printed
  WHERE printed_sum <= ${bound} OR place = 1
  ORDER BY ${order}`;
}

const OLDEST_FIRST = '"time", nanos, id';
const NEWEST_FIRST = '"time" DESC, nanos DESC, id DESC';

const TRACE_PAGE = {
  name: 'trace-page',
  text: pageText(
    `${ofTrace('$1')} AND tenant = $2 AND ("time", nanos, id) > ($5::timestamptz, $6::smallint, $7::uuid)`,
    OLDEST_FIRST,
    '$3',
    '$4',
  ),
};
const FIRST_TRACE_PAGE = {
  name: 'trace-page-first',
  text: pageText(`${ofTrace('$1')} AND tenant = $2`, OLDEST_FIRST, '$3', '$4'),
};

/** One trace's records, oldest first. */
export function readTracePage({
  tenant,
  traceId,
  limit,
  maxBytes,
  after,
}: PageRequest & { readonly traceId: string }): PageQuery {
  const values = [traceId, tenant, limit + 1, maxBytes];
  if (after === undefined) return { statement: FIRST_TRACE_PAGE, values };
  return { statement: TRACE_PAGE, values: [...values, ...cursorValues(after)] };
}

const NEWEST_PAGE = {
  name: 'newest-page',
  text: pageText(
    `tenant = $1 AND "time" >= $4::timestamptz AND "time" <= $5::timestamptz
    AND ("time", nanos, id) < ($5::timestamptz, $6::smallint, $7::uuid)`,
    NEWEST_FIRST,
    '$2',
    '$3',
  ),
};

/**
 * Records of a window of time, newest first: BRIN finds the window's blocks, a btree would cost a third of the ingest rate.
 */
export function readNewestPage({ tenant, limit, maxBytes }: PageRequest, from: Instant, before: LogCursor): PageQuery {
  return { statement: NEWEST_PAGE, values: [tenant, limit + 1, maxBytes, timestampText(from), ...cursorValues(before)] };
}

function cursorValues(cursor: LogCursor): (string | number)[] {
  return [timestampText(cursor.time), cursor.time.nanos % 1000, cursor.id];
}
