import { SPAN_KINDS, SPAN_STATUSES, instantOfEpochMicros, type TraceSpan } from '#domain';
import type { QueryConfig } from 'pg';
import type { TraceKey } from '../../api/log-reader.js';
import { firstOfTrace, firstOfTraces } from './first-of-traces.js';

const MAX_NAME = 256;
const MAX_STATUS_MESSAGE = 1_024;
const MAX_LINKS = 128;
/** So many spans of a large trace are read so far; of each that follows only so much. */
const WHOLE_SPANS = 1_000;
const SHORT_STATUS_MESSAGE = 256;
const FEW_LINKS = 8;
/** A span of a small trace has no more links than this. */
export const SMALL_TRACE_LINKS = 16;

/**
 * What the DAG builder reads of a span: texts are cut, since nothing the DAG says needs more; links are those within the trace,
 * the only ones that become edges; attributes and events stay where they are.
 *
 * @param whole an SQL condition: false where little is to be read
 * @param links an SQL expression: how many are read
 */
function columns(whole: string, links: string): string {
  return `span_id, coalesce(parent_id, '') AS parent_id, service, left(name, ${MAX_NAME}) AS name, kind, status,
    left(coalesce(status_message, ''),
      CASE WHEN ${whole} THEN ${MAX_STATUS_MESSAGE} ELSE ${SHORT_STATUS_MESSAGE} END) AS status_message,
    (extract(epoch FROM "time") * 1000000)::bigint AS start_micros, nanos,
    (extract(epoch FROM end_time) * 1000000)::bigint AS end_micros, end_nanos,
    (SELECT jsonb_agg(linked ORDER BY number) FROM (
      SELECT link ->> 'spanId' AS linked, number FROM jsonb_array_elements(links) WITH ORDINALITY AS e (link, number)
      WHERE link ->> 'traceId' = trace_id ORDER BY number LIMIT ${links}
    ) AS within) AS links`;
}
/** So that a cap never cuts failed spans off, nor the first ones, which others hang on. */
const FAILED_FIRST = '(status = 2) DESC, "time", nanos, id';

const WHOLE = `place <= ${WHOLE_SPANS}`;

const SOURCE = { table: 'spans', order: FAILED_FIRST } as const;
const SPANS = firstOfTrace(SOURCE, `trace_id, ${columns(WHOLE, `CASE WHEN ${WHOLE} THEN ${MAX_LINKS} ELSE ${FEW_LINKS} END`)}`);
const SMALL_TRACES = firstOfTraces(SOURCE, `trace_id, ${columns('true', String(SMALL_TRACE_LINKS + 1))}`);

export interface TraceSpanRow {
  readonly trace_id: string;
  readonly span_id: string;
  readonly parent_id: string;
  readonly service: string;
  readonly name: string;
  readonly kind: number;
  readonly status: number;
  readonly status_message: string;
  readonly start_micros: string;
  readonly nanos: number;
  readonly end_micros: string;
  readonly end_nanos: number;
  /** Span ids. */
  readonly links: readonly (string | null)[] | null;
}

export function readTraceSpans(tenant: string, traceId: string, limit: number): QueryConfig {
  return { name: 'trace-spans', text: SPANS, values: [traceId, tenant, limit] };
}

/** Several traces in one round trip; `place` counts them from 1. */
export function readSmallTraceSpans(traces: readonly TraceKey[], limit: number): QueryConfig {
  const values = [traces.map(({ tenant }) => tenant), traces.map(({ traceId }) => traceId), limit];
  return { name: 'small-trace-spans', text: SMALL_TRACES, values };
}

export function traceSpanOf(row: TraceSpanRow): TraceSpan {
  const kind = SPAN_KINDS[row.kind] ?? 'unspecified';
  return {
    spanId: row.span_id,
    parentId: row.parent_id,
    service: row.service,
    name: row.name,
    // What OpenTelemetry says of a span that names none.
    kind: kind === 'unspecified' ? 'internal' : kind,
    start: instantOfEpochMicros(BigInt(row.start_micros), row.nanos),
    end: instantOfEpochMicros(BigInt(row.end_micros), row.end_nanos),
    status: SPAN_STATUSES[row.status] ?? 'unset',
    statusMessage: row.status_message,
    links: (row.links ?? []).map((spanId) => ({ traceId: row.trace_id, spanId: spanId ?? '' })),
  };
}
