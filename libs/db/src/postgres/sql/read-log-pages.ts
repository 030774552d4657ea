import type { Instant } from '#domain';
import type { QueryConfig } from 'pg';
import type { LogCursor } from '../../api/log-reader.js';
import { LOG_COLUMNS, type LogRow } from './log-columns.js';
import { timestampText } from './time-parameter.js';

/** A row of a page; `chosen_rows`: how many rows there were before the page was cut by its bytes. */
export type LogPageRow = LogRow & { readonly chosen_rows: string };

/** What a row weighs in an answer beyond its bytes on the wire: level, time stamps, tags. */
const ROW_WEIGHT = 200;

/**
 * A page of one trace's records, oldest first.
 *
 * The running sum of sizes cuts the page in the server, so that a thousand records of a megabyte never travel.
 */
const PAGE = `
  SELECT ${LOG_COLUMNS}, chosen_rows
  FROM (
    SELECT *, count(*) OVER () AS chosen_rows, sum(size + ${ROW_WEIGHT}) OVER (ORDER BY "time", nanos, id ROWS UNBOUNDED PRECEDING) - size - ${ROW_WEIGHT} AS before
    FROM (
      SELECT * FROM logs
      WHERE trace_id = $1 AND tenant = $2 AND ("time", nanos, id) > ($5::timestamptz, $6::smallint, $7::uuid)
      ORDER BY "time", nanos, id LIMIT $3
    ) AS chosen
  ) AS weighed
  WHERE before < $4
  ORDER BY "time", nanos, id`;

const FIRST_PAGE = PAGE.replace('AND ("time", nanos, id) > ($5::timestamptz, $6::smallint, $7::uuid)', '');

export function readTraceLogs(tenant: string, traceId: string, limit: number, maxBytes: number, after?: LogCursor): QueryConfig {
  if (after === undefined) return { name: 'trace-logs-first', text: FIRST_PAGE, values: [traceId, tenant, limit, maxBytes] };
  return { name: 'trace-logs', text: PAGE, values: [traceId, tenant, limit, maxBytes, ...cursorValues(after)] };
}

/**
 * A page of all records, newest first, from a window of time: BRIN finds the window's blocks, a btree would cost a third
 * of the ingest rate.
 */
const NEWEST = `
  SELECT ${LOG_COLUMNS}, chosen_rows
  FROM (
    SELECT *, count(*) OVER () AS chosen_rows, sum(size + ${ROW_WEIGHT}) OVER (ORDER BY "time" DESC, nanos DESC, id DESC ROWS UNBOUNDED PRECEDING) - size - ${ROW_WEIGHT} AS before
    FROM (
      SELECT * FROM logs
      WHERE tenant = $1 AND "time" >= $4::timestamptz AND "time" <= $5::timestamptz
        AND ("time", nanos, id) < ($5::timestamptz, $6::smallint, $7::uuid)
      ORDER BY "time" DESC, nanos DESC, id DESC LIMIT $2
    ) AS chosen
  ) AS weighed
  WHERE before < $3
  ORDER BY "time" DESC, nanos DESC, id DESC`;

export function readNewestLogs(tenant: string, limit: number, maxBytes: number, from: Instant, before: LogCursor): QueryConfig {
  return { name: 'newest-logs', text: NEWEST, values: [tenant, limit, maxBytes, timestampText(from), ...cursorValues(before)] };
}

function cursorValues(cursor: LogCursor): unknown[] {
  return [timestampText(cursor.time), cursor.time.nanos % 1000, cursor.id];
}
