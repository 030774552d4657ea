import { instantOfEpochMicros } from '#domain';
import type { QueryConfig } from 'pg';
import { MAX_SUMMARY_RECORDS, MAX_SUMMARY_SERVICES, type TraceSummary } from '../../api/trace-summary.js';
import { ofTrace } from './trace-condition.js';

/** What both tables have in common: `last_time` of a record is its time, of a span its end. */
const RECORDS = `
    SELECT "time", nanos, "time" AS last_time, nanos AS last_nanos, severity, span_id, service FROM logs
    WHERE ${ofTrace('$1')} AND tenant = $2 LIMIT ${MAX_SUMMARY_RECORDS + 1}`;
const SPANS = `
    SELECT "time", nanos, greatest(end_time, "time") AS last_time,
      CASE WHEN (end_time, end_nanos) < ("time", nanos) THEN nanos ELSE end_nanos END AS last_nanos, status, span_id, service
    FROM spans WHERE ${ofTrace('$1')} AND tenant = $2 LIMIT ${MAX_SUMMARY_RECORDS + 1}`;

/** One record, span and service too many show that there are more. */
const SUMMARY = `
  WITH records AS MATERIALIZED (${RECORDS}), found_spans AS MATERIALIZED (${SPANS}),
  found AS (
    SELECT "time", nanos, last_time, last_nanos, span_id, service FROM records
    UNION ALL SELECT "time", nanos, last_time, last_nanos, span_id, service FROM found_spans
  ), bounds AS (SELECT min("time") AS first, max(last_time) AS last FROM found)
  SELECT (SELECT count(*) FROM records)::integer AS logs,
    (SELECT count(*) FROM records WHERE severity >= 17)::integer AS errors,
    (SELECT count(*) FROM found_spans)::integer AS stored_spans,
    (SELECT count(*) FROM found_spans WHERE status = 2)::integer AS error_spans,
    count(DISTINCT span_id)::integer AS spans,
    ARRAY(SELECT DISTINCT service COLLATE "C" FROM found ORDER BY 1 LIMIT ${MAX_SUMMARY_SERVICES + 1}) AS services,
    (extract(epoch FROM min("time")) * 1000000)::bigint AS first_micros, min(nanos) FILTER (WHERE "time" = first) AS first_nanos,
    (extract(epoch FROM max(last_time)) * 1000000)::bigint AS last_micros,
    max(last_nanos) FILTER (WHERE last_time = last) AS last_nanos
  FROM found, bounds HAVING count(*) > 0`;

export interface TraceSummaryRow {
  readonly logs: number;
  readonly errors: number;
  readonly stored_spans: number;
  readonly error_spans: number;
  readonly spans: number;
  readonly services: readonly string[];
  readonly first_micros: string;
  readonly first_nanos: number;
  readonly last_micros: string;
  readonly last_nanos: number;
}

/** One row, none where the trace is unknown. */
export function readTraceSummary(tenant: string, traceId: string): QueryConfig {
  return { name: 'trace-summary', text: SUMMARY, values: [traceId, tenant] };
}

export function traceSummaryOf(row: TraceSummaryRow): TraceSummary {
  const more = row.logs > MAX_SUMMARY_RECORDS || row.stored_spans > MAX_SUMMARY_RECORDS;
  return {
    logCount: Math.min(row.logs, MAX_SUMMARY_RECORDS),
    errorLogCount: row.errors,
    spanCount: row.spans,
    storedSpanCount: Math.min(row.stored_spans, MAX_SUMMARY_RECORDS),
    errorSpanCount: row.error_spans,
    services: row.services.slice(0, MAX_SUMMARY_SERVICES),
    firstTime: instantOfEpochMicros(BigInt(row.first_micros), row.first_nanos),
    lastTime: instantOfEpochMicros(BigInt(row.last_micros), row.last_nanos),
    truncated: more || row.services.length > MAX_SUMMARY_SERVICES,
  };
}
