import { instantOfEpochMicros, type LogRecord, type LogRecordExtra } from '#domain';

/**
 * What a reader selects of `logs`; times as microseconds since 1970, exact as text. `record_id` has a name of its own:
 * ORDER BY id would mean the text, which is sorted once more and by the server's language.
 */
export const LOG_COLUMNS = `
  id::text AS record_id, (extract(epoch FROM "time") * 1000000)::bigint AS time_micros, nanos, severity,
  coalesce(trace_id, '') AS trace_id, coalesce(parent_id, '') AS parent_id, coalesce(span_id, '') AS span_id,
  service, message, coalesce(attributes::text, '') AS attributes, coalesce(resource::text, '') AS resource,
  extra, (extract(epoch FROM received_at) * 1000000)::bigint AS received_micros`;

export interface LogRow {
  readonly record_id: string;
  readonly time_micros: string;
  readonly nanos: number;
  readonly severity: number;
  readonly trace_id: string;
  readonly parent_id: string;
  readonly span_id: string;
  readonly service: string;
  readonly message: string;
  readonly attributes: string;
  readonly resource: string;
  readonly extra: LogRecordExtra | null;
  readonly received_micros: string;
}

export function logRecordOf(row: LogRow): LogRecord {
  return {
    id: row.record_id.replaceAll('-', ''),
    traceId: row.trace_id,
    parentId: row.parent_id,
    spanId: row.span_id,
    service: row.service,
    message: row.message,
    severity: row.severity,
    time: instantOfEpochMicros(BigInt(row.time_micros), row.nanos),
    attributes: row.attributes,
    resource: row.resource,
    extra: row.extra ?? {},
    receivedAt: instantOfEpochMicros(BigInt(row.received_micros), 0),
  };
}
