import type { Instant } from '#domain';
import type { QueryConfig } from 'pg';
import type { LogCursor } from '../../api/log-reader.js';
import { LOG_COLUMNS, type LogRow } from './log-columns.js';
import { timestampText } from './time-parameter.js';

/** A row of a page; `chosen_rows`: how many rows there were before the page was cut by its bytes. */
export type LogPageRow = LogRow & { readonly chosen_rows: string };

/** What a row weighs in an answer beyond its texts: level, time stamps, tags. */
const ROW_WEIGHT = 200;

/** Bytes of a row's texts as they are read: jsonb prints larger than it came in (spaces, exponents written out). */
const PRINTED = `octet_length(message) + octet_length(concat(trace_id, parent_id, span_id, service)) + ${ROW_WEIGHT}
  + coalesce(octet_length(attributes::text), 0) + coalesce(octet_length(resource::text), 0) + coalesce(octet_length(extra::text), 0)`;

/**
 * A page in the server: the rows in their order, cut where their bytes reach the bound, so that a thousand records of a
 * megabyte never travel. The first row is given whatever its size.
 *
 * Two cuts: first by the stored sizes, which costs no look into large values, then by the printed ones.
 *
 * @param bound the parameter that holds the page's bytes
 */
function page(where: string, order: string, limit: string, bound: string): string {
  const running = `OVER (ORDER BY ${order} ROWS UNBOUNDED PRECEDING)`;
  return `
  SELECT ${LOG_COLUMNS}, chosen_rows
  FROM (
    SELECT *, sum(${PRINTED}) ${running} AS printed_sum
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

const TRACE_PAGE = page(
  'trace_id = $1 AND tenant = $2 AND ("time", nanos, id) > ($5::timestamptz, $6::smallint, $7::uuid)',
  OLDEST_FIRST,
  '$3',
  '$4',
);
const FIRST_TRACE_PAGE = page('trace_id = $1 AND tenant = $2', OLDEST_FIRST, '$3', '$4');

/** One trace's records, oldest first. */
export function readTraceLogs(tenant: string, traceId: string, limit: number, maxBytes: number, after?: LogCursor): QueryConfig {
  if (after === undefined)
    return { name: 'trace-logs-first', text: FIRST_TRACE_PAGE, values: [traceId, tenant, limit, maxBytes] };
  return { name: 'trace-logs', text: TRACE_PAGE, values: [traceId, tenant, limit, maxBytes, ...cursorValues(after)] };
}

const NEWEST_PAGE = page(
  `tenant = $1 AND "time" >= $4::timestamptz AND "time" <= $5::timestamptz
    AND ("time", nanos, id) < ($5::timestamptz, $6::smallint, $7::uuid)`,
  NEWEST_FIRST,
  '$2',
  '$3',
);

/**
 * Records of a window of time, newest first: BRIN finds the window's blocks, a btree would cost a third of the ingest rate.
 */
export function readNewestLogs(tenant: string, limit: number, maxBytes: number, from: Instant, before: LogCursor): QueryConfig {
  return {
    name: 'newest-logs',
    text: NEWEST_PAGE,
    values: [tenant, limit, maxBytes, timestampText(from), ...cursorValues(before)],
  };
}

function cursorValues(cursor: LogCursor): unknown[] {
  return [timestampText(cursor.time), cursor.time.nanos % 1000, cursor.id];
}
