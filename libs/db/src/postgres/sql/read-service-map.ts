import type { QueryConfig } from 'pg';
import type { ServiceMapRequest } from '../../api/service-map.js';
import type { RecordTable } from '../copy/encoded-rows.js';
import { timestampText } from './time-parameter.js';
import { ofTrace } from './trace-condition.js';

/** Rows of both statements, sorted. */
export interface ServiceMapRow {
  readonly source: string | null;
  readonly target: string;
  readonly spans: string;
  readonly failures: string;
}

const IN_RANGE = `tenant = $1 AND "time" >= $2::timestamptz AND "time" < $3::timestamptz
    AND trace_id IS NOT NULL AND span_id IS NOT NULL`;
/** How far a span's records, or its parent's, may lie outside of the range. */
const MARGIN = "interval '10 minutes'";
const NEAR_RANGE = `tenant = $1 AND "time" >= $2::timestamptz - ${MARGIN} AND "time" < $3::timestamptz + ${MARGIN}
    AND trace_id IS NOT NULL AND span_id IS NOT NULL`;

/** Services, which have no source, then calls; sorted. */
const COUNTED = `SELECT * FROM (
    SELECT NULL AS source, target, count(*) AS spans, count(*) FILTER (WHERE failed) AS failures FROM span GROUP BY target
    UNION ALL
    SELECT source, target, count(*), count(*) FILTER (WHERE failed) FROM span WHERE source <> target GROUP BY source, target
  ) AS counted
  ORDER BY source COLLATE "C" NULLS FIRST, target COLLATE "C"`;

/** What says something of a span: its log records, and itself where it was sent. */
const RECORDS = `(
    SELECT tenant, trace_id, span_id, parent_id, service, "time", nanos, id, severity >= 17 AS failed FROM logs
    UNION ALL
    SELECT tenant, trace_id, span_id, parent_id, service, "time", nanos, id, status = 2 FROM spans
  ) AS records`;

/** Every span of the range with its parent's service: one pass, two hash aggregates, one hash join. */
const WHOLE = `
  WITH near AS MATERIALIZED (
    SELECT trace_id, span_id,
      (array_agg(service ORDER BY "time", nanos, id))[1] AS service,
      (array_agg(parent_id ORDER BY "time", nanos, id) FILTER (WHERE parent_id IS NOT NULL))[1] AS parent_id,
      bool_or(failed) AS failed, min("time") AS first_time
    FROM ${RECORDS} WHERE ${NEAR_RANGE}
    GROUP BY trace_id, span_id
  ), span AS (
    SELECT s.service AS target, s.failed, p.service AS source
    FROM near s LEFT JOIN near p ON p.trace_id = s.trace_id AND p.span_id = s.parent_id
    WHERE s.first_time >= $2::timestamptz AND s.first_time < $3::timestamptz
  )
  ${COUNTED}`;

function sampled(table: RecordTable): string {
  return `(SELECT trace_id, span_id, service, "time", nanos, id FROM ${table} TABLESAMPLE SYSTEM ($4) WHERE ${IN_RANGE} LIMIT $5)`;
}

/**
 * The same from a sample of the tables' blocks: a sampled row stands for its span where it is the span's earliest, so that each
 * span has the same chance whatever its number of records. The rest of its trace is found by the index.
 */
const SAMPLED = `
  WITH chosen AS MATERIALIZED (
    ${sampled('logs')} UNION ALL ${sampled('spans')}
  ), span AS (
    SELECT c.service AS target, own.failed, parent.service AS source
    FROM chosen c
    CROSS JOIN LATERAL (
      SELECT bool_or(failed) AS failed, bool_or(("time", nanos, id) < (c."time", c.nanos, c.id)) AS begun,
        (array_agg(parent_id ORDER BY "time", nanos, id) FILTER (WHERE parent_id IS NOT NULL))[1] AS parent_id
      FROM ${RECORDS} WHERE ${ofTrace('c.trace_id')} AND tenant = $1 AND span_id = c.span_id
    ) AS own
    LEFT JOIN LATERAL (
      SELECT service FROM ${RECORDS} WHERE ${ofTrace('c.trace_id')} AND tenant = $1 AND span_id = own.parent_id
      ORDER BY "time", nanos, id LIMIT 1
    ) AS parent ON true
    WHERE NOT own.begun
  )
  ${COUNTED}`;

function range({ tenant, from, to }: ServiceMapRequest): string[] {
  return [tenant, timestampText(from), timestampText(to)];
}

export function readWholeServiceMap(request: ServiceMapRequest): QueryConfig {
  return { text: WHOLE, values: range(request) };
}

/** @param percent of the tables' blocks @param limit rows of each at most */
export function readSampledServiceMap(request: ServiceMapRequest, percent: number, limit: number): QueryConfig {
  return { text: SAMPLED, values: [...range(request), percent, limit] };
}

/** Counts the range's rows up to a bound. */
export function countRows(request: ServiceMapRequest, bound: number): QueryConfig {
  const text = `SELECT count(*)::int AS rows FROM (SELECT FROM ${RECORDS} WHERE ${IN_RANGE} LIMIT $4) AS counted`;
  return { text, values: [...range(request), bound] };
}

/** What the planner takes the number of the range's rows for; its one row has `QUERY PLAN` as JSON. */
export function estimateRows(request: ServiceMapRequest): QueryConfig {
  return { text: `EXPLAIN (FORMAT JSON) SELECT FROM ${RECORDS} WHERE ${IN_RANGE}`, values: range(request) };
}
