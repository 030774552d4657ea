import type { QueryConfig } from 'pg';

/**
 * What the DAG builder reads of a trace: errors first, so that a cap never cuts them off. Messages are cut, since
 * nothing the DAG says needs more.
 */
const RECORDS = `
  SELECT id::text AS record_id, coalesce(span_id, '') AS span_id, coalesce(parent_id, '') AS parent_id, service,
    left(message, 4096) AS message, severity, (extract(epoch FROM "time") * 1000000)::bigint AS time_micros, nanos
  FROM logs
  WHERE trace_id = $1 AND tenant = $2
  ORDER BY (severity >= 17) DESC, "time", nanos, id
  LIMIT $3`;

export interface TraceRecordRow {
  readonly record_id: string;
  readonly span_id: string;
  readonly parent_id: string;
  readonly service: string;
  readonly message: string;
  readonly severity: number;
  readonly time_micros: string;
  readonly nanos: number;
}

export function readTraceRecords(tenant: string, traceId: string, limit: number): QueryConfig {
  return { name: 'trace-records', text: RECORDS, values: [traceId, tenant, limit] };
}

export function worstSeverity(tenant: string, traceId: string): QueryConfig {
  const text = 'SELECT max(severity) AS severity FROM logs WHERE trace_id = $1 AND tenant = $2';
  return { name: 'worst-severity', text, values: [traceId, tenant] };
}
