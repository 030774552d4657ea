import { instantOfEpochMicros, type Instant } from '#domain';
import type { QueryConfig } from 'pg';
import type {
  PatternHour,
  PatternOrder,
  PatternPageRequest,
  PatternState,
  PatternTrace,
  StoredPattern,
} from '../../api/pattern-store.js';
import { timestampText } from './time-parameter.js';

const micros = (column: string): string => `(extract(epoch FROM ${column}) * 1000000)::bigint`;
const SAMPLES = 3;

/** What an order goes by; always descending, ties by id. */
const KEYS: Readonly<Record<PatternOrder, string>> = {
  last_seen: micros('last_seen'),
  count: 'trace_count',
  new: micros('first_seen'),
};
const COLUMNS = `tenant, id, title, template, service, services, ${micros('first_seen')} AS first_seen,
    ${micros('last_seen')} AS last_seen, trace_count, state, ${micros('resolved_at')} AS resolved_at,
    ${micros('regressed_at')} AS regressed_at, regressions`;
const NEWEST_FIRST = 'first_error_time DESC, first_error_nanos DESC, trace_id DESC';
/** The traces are asked for by index, pattern by pattern, after the page is cut. */
const SAMPLE_TRACES = `ARRAY(
      SELECT d.trace_id FROM dags AS d WHERE d.tenant = page.tenant AND d.pattern_id = page.id
      ORDER BY ${NEWEST_FIRST} LIMIT ${SAMPLES}) AS samples`;
/** Bytes that a pattern takes beside its texts, three trace ids of usual length included. */
const OTHER_BYTES = 400;

export interface PatternRow {
  readonly tenant: string;
  readonly id: string;
  readonly title: string;
  readonly template: string;
  readonly service: string;
  readonly services: readonly string[];
  readonly first_seen: string;
  readonly last_seen: string;
  readonly trace_count: string;
  readonly state: PatternState;
  readonly resolved_at: string | null;
  readonly regressed_at: string | null;
  readonly regressions: number;
  readonly samples: readonly string[];
}

export interface PatternPageRow extends PatternRow {
  readonly key: string;
  /** Rows found, `limit` + 1 at most, whether or not they fit into the page. */
  readonly found: number;
}

/** A tenant's patterns are few, so they are sorted as they are asked for: an index would cost every batch of DAGs. */
export function readPatternPage(request: PatternPageRequest): QueryConfig {
  const { order, limit, maxBytes, state, service, from, to, after } = request;
  const key = KEYS[order];
  const text = `
  WITH found AS (
    SELECT ${COLUMNS}, ${key} AS key,
      octet_length(title) + octet_length(template) + octet_length(array_to_string(services, '')) + ${OTHER_BYTES} AS size
    FROM patterns
    WHERE tenant = $1 AND trace_count > 0 AND ($2::text IS NULL OR state = $2) AND ($3::text IS NULL OR $3 = ANY (services))
      AND ($4::timestamptz IS NULL OR last_seen >= $4) AND ($5::timestamptz IS NULL OR last_seen < $5)
      AND ($6::bigint IS NULL OR (${key}, id) < ($6, $7::text))
    ORDER BY key DESC, id DESC LIMIT $8 + 1
  ), page AS (
    SELECT *, row_number() OVER places AS place, sum(size) OVER places AS bytes, (count(*) OVER ())::int AS found
    FROM found WINDOW places AS (ORDER BY key DESC, id DESC)
  )
  SELECT *, ${SAMPLE_TRACES} FROM page WHERE place <= $8 AND (bytes <= $9 OR place = 1) ORDER BY place`;
  const bounds = [from && timestampText(from), to && timestampText(to)];
  const place = [after === undefined ? null : String(after.key), after?.id];
  return { name: `patterns-by-${order}`, text, values: [request.tenant, state, service, ...bounds, ...place, limit, maxBytes] };
}

export function readPattern(tenant: string, id: string): QueryConfig {
  const text = `SELECT *, ${SAMPLE_TRACES} FROM (SELECT ${COLUMNS} FROM patterns WHERE tenant = $1 AND id = $2) AS page`;
  return { name: 'pattern', text, values: [tenant, id] };
}

/** `now` would be when the transaction began, before it may have waited for a builder. */
export function writePatternState(tenant: string, id: string, state: PatternState): QueryConfig {
  const text = `
  UPDATE patterns SET state = $3,
    resolved_at = CASE WHEN $3 = 'resolved' THEN clock_timestamp() ELSE resolved_at END
  WHERE tenant = $1 AND id = $2 AND state <> $3`;
  return { name: 'pattern-state', text, values: [tenant, id, state] };
}

export interface PatternTraceRow {
  readonly trace_id: string;
  readonly time: string;
  readonly nanos: number;
  readonly root_span_id: string;
  readonly error_count: number;
  readonly span_count: number;
}

export function readPatternTraces(
  tenant: string,
  id: string,
  limit: number,
  after?: Pick<PatternTrace, 'firstErrorTime' | 'traceId'>,
): QueryConfig {
  const text = `
  SELECT trace_id, ${micros('first_error_time')} AS time, first_error_nanos AS nanos, root_span_id, error_count, span_count
  FROM dags
  WHERE tenant = $1 AND pattern_id = $2
    ${after === undefined ? '' : 'AND (first_error_time, first_error_nanos, trace_id) < ($4::timestamptz, $5::smallint, $6::text)'}
  ORDER BY ${NEWEST_FIRST} LIMIT $3`;
  const place =
    after === undefined ? [] : [timestampText(after.firstErrorTime), after.firstErrorTime.nanos % 1000, after.traceId];
  return { name: after === undefined ? 'pattern-traces' : 'pattern-traces-after', text, values: [tenant, id, limit, ...place] };
}

export interface PatternHourRow {
  readonly hour: string;
  readonly trace_count: string;
}

export function readPatternHours(tenant: string, id: string, limit: number, from?: Instant, to?: Instant): QueryConfig {
  const text = `
  SELECT ${micros('hour')} AS hour, trace_count FROM pattern_hours
  WHERE tenant = $1 AND pattern_id = $2 AND trace_count > 0
    AND ($4::timestamptz IS NULL OR hour >= $4) AND ($5::timestamptz IS NULL OR hour < $5)
  ORDER BY pattern_hours.hour DESC LIMIT $3`;
  return { name: 'pattern-hours', text, values: [tenant, id, limit, from && timestampText(from), to && timestampText(to)] };
}

export function patternOfRow(row: PatternRow): StoredPattern {
  return {
    tenant: row.tenant,
    id: row.id,
    title: row.title,
    template: row.template,
    service: row.service,
    services: row.services,
    firstSeen: instantOf(row.first_seen),
    lastSeen: instantOf(row.last_seen),
    traceCount: Number(row.trace_count),
    state: row.state,
    resolvedAt: row.resolved_at === null ? null : instantOf(row.resolved_at),
    regressedAt: row.regressed_at === null ? null : instantOf(row.regressed_at),
    regressions: row.regressions,
    sampleTraceIds: row.samples,
  };
}

export function patternTraceOfRow(row: PatternTraceRow): PatternTrace {
  return {
    traceId: row.trace_id,
    firstErrorTime: instantOfEpochMicros(BigInt(row.time), row.nanos),
    rootSpanId: row.root_span_id,
    errorCount: row.error_count,
    spanCount: row.span_count,
  };
}

export function patternHourOfRow(row: PatternHourRow): PatternHour {
  return { start: instantOf(row.hour), traceCount: Number(row.trace_count) };
}

function instantOf(microseconds: string): Instant {
  return instantOfEpochMicros(BigInt(microseconds), 0);
}
