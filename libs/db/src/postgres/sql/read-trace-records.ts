import { instantOfEpochMicros, type TraceRecord } from '#domain';
import type { QueryConfig } from 'pg';
import type { TraceKey } from '../../api/log-reader.js';
import { firstOfTrace, firstOfTraces } from './first-of-traces.js';
import { ofTrace } from './trace-condition.js';

/** Longest attributes, in characters, that are read for an error; cut JSON says nothing, so longer ones count as none. */
const MAX_ATTRIBUTES = 4_096;
const MAX_MESSAGE = 4_096;
/** So many records of a large trace are read so far; of each that follows only the beginning of its message. */
const WHOLE_RECORDS = 1_000;
const SHORT_MESSAGE = 256;
/**
 * What the DAG builder reads of a record. Messages are cut, since nothing the DAG says needs more; attributes are those of
 * errors, which causes are found by.
 *
 * @param whole an SQL condition: false where little is to be read, so that 200,000 records stay below 100 MB
 */
function columns(whole: string): string {
  return `id::text AS record_id, coalesce(span_id, '') AS span_id, coalesce(parent_id, '') AS parent_id, service,
    left(message, CASE WHEN ${whole} THEN ${MAX_MESSAGE} ELSE ${SHORT_MESSAGE} END) AS message, severity,
    CASE WHEN severity >= 17 AND ${whole} THEN left(attributes::text, ${MAX_ATTRIBUTES + 1}) END AS attributes,
    (extract(epoch FROM "time") * 1000000)::bigint AS time_micros, nanos`;
}
/** So that a cap never cuts errors off. */
const ERRORS_FIRST = '(severity >= 17) DESC, "time", nanos, id';

const SOURCE = { table: 'logs', order: ERRORS_FIRST } as const;
const RECORDS = firstOfTrace(SOURCE, columns(`place <= ${WHOLE_RECORDS}`));
const SMALL_TRACES = firstOfTraces(SOURCE, columns('true'));

export interface TraceRecordRow {
  readonly record_id: string;
  readonly span_id: string;
  readonly parent_id: string;
  readonly service: string;
  readonly message: string;
  readonly severity: number;
  readonly attributes: string | null;
  readonly time_micros: string;
  readonly nanos: number;
}

export function readTraceRecords(tenant: string, traceId: string, limit: number): QueryConfig {
  return { name: 'trace-records', text: RECORDS, values: [traceId, tenant, limit] };
}

/** Several traces in one round trip; `place` counts them from 1. */
export function readSmallTraces(traces: readonly TraceKey[], limit: number): QueryConfig {
  const values = [traces.map(({ tenant }) => tenant), traces.map(({ traceId }) => traceId), limit];
  return { name: 'small-traces', text: SMALL_TRACES, values };
}

export function traceRecordOf(row: TraceRecordRow): TraceRecord {
  const attributes = row.attributes ?? '';
  return {
    id: row.record_id.replaceAll('-', ''),
    spanId: row.span_id,
    parentId: row.parent_id,
    service: row.service,
    message: row.message,
    severity: row.severity,
    ...(attributes !== '' && attributes.length <= MAX_ATTRIBUTES && { attributes }),
    time: instantOfEpochMicros(BigInt(row.time_micros), row.nanos),
  };
}

export function worstSeverity(tenant: string, traceId: string): QueryConfig {
  const text = `
  SELECT greatest(
    (SELECT max(severity) FROM logs WHERE ${ofTrace('$1')} AND tenant = $2),
    (SELECT max(CASE status WHEN 2 THEN 17 ELSE 9 END) FROM spans WHERE ${ofTrace('$1')} AND tenant = $2)
  ) AS severity`;
  return { name: 'worst-severity', text, values: [traceId, tenant] };
}
