import { instantOfEpochMicros } from '#domain';
import type { QueryConfig } from 'pg';
import { MAX_SUMMARY_RECORDS, MAX_SUMMARY_SERVICES, type TraceSummary } from '../../api/trace-summary.js';
import { ofTrace } from './trace-condition.js';

/** One record and one service too many show that there are more. */
const SUMMARY = `
  WITH found AS MATERIALIZED (
    SELECT "time", nanos, severity, span_id, service FROM logs WHERE ${ofTrace('$1')} AND tenant = $2 LIMIT ${MAX_SUMMARY_RECORDS + 1}
  ), bounds AS (SELECT min("time") AS first, max("time") AS last FROM found)
  SELECT count(*)::integer AS logs, count(*) FILTER (WHERE severity >= 17)::integer AS errors,
    count(DISTINCT span_id)::integer AS spans,
    ARRAY(SELECT DISTINCT service COLLATE "C" FROM found ORDER BY 1 LIMIT ${MAX_SUMMARY_SERVICES + 1}) AS services,
    (extract(epoch FROM min("time")) * 1000000)::bigint AS first_micros, min(nanos) FILTER (WHERE "time" = first) AS first_nanos,
    (extract(epoch FROM max("time")) * 1000000)::bigint AS last_micros, max(nanos) FILTER (WHERE "time" = last) AS last_nanos
  FROM found, bounds HAVING count(*) > 0`;

export interface TraceSummaryRow {
  readonly logs: number;
  readonly errors: number;
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
  const more = row.logs > MAX_SUMMARY_RECORDS;
  return {
    logCount: Math.min(row.logs, MAX_SUMMARY_RECORDS),
    errorLogCount: row.errors,
    spanCount: row.spans,
    services: row.services.slice(0, MAX_SUMMARY_SERVICES),
    firstTime: instantOfEpochMicros(BigInt(row.first_micros), row.first_nanos),
    lastTime: instantOfEpochMicros(BigInt(row.last_micros), row.last_nanos),
    truncated: more || row.services.length > MAX_SUMMARY_SERVICES,
  };
}
