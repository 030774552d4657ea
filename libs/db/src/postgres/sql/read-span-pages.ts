import {
  SPAN_KINDS,
  SPAN_STATUSES,
  instantOfEpochMicros,
  parseTimestampText,
  type Instant,
  type SpanRecord,
  type SpanRecordEvent,
  type SpanRecordLink,
} from '#domain';
import type { QueryConfig } from 'pg';
import type { PageRequest } from '../../api/log-reader.js';
import { ROW_WEIGHT } from './log-columns.js';
import { timestampText } from './time-parameter.js';
import { ofTrace } from './trace-condition.js';

const ORDER = '"time", nanos, id';
const JSON_COLUMNS = ['attributes', 'resource', 'extra', 'links', 'events'];
const PRINTED_JSON = JSON_COLUMNS.map((column) => `coalesce(octet_length(${column}::text), 0)`).join(' + ');
const TEXTS = 'trace_id, parent_id, span_id, service, name, status_message';

/** Entries as lists of three; their attributes as texts, so that no number loses a digit on the way through JSON. */
function entries(column: string, one: string, two: string): string {
  const entry = `jsonb_build_array(entry ->> '${one}', entry ->> '${two}', (entry -> 'attributes')::text)`;
  const unnested = `jsonb_array_elements(${column}) WITH ORDINALITY AS e (entry, place)`;
  return `(SELECT jsonb_agg(${entry} ORDER BY place) FROM ${unnested}) AS ${column}`;
}

/**
 * A page in the server, cut as a page of logs is (read-log-pages.ts): first by the stored sizes, then by what is printed. One row
 * more than the page holds says whether spans follow.
 */
function pageText(where: string): string {
  const running = `OVER (ORDER BY ${ORDER} ROWS UNBOUNDED PRECEDING)`;
  return `
  SELECT id::text AS record_id, (extract(epoch FROM "time") * 1000000)::bigint AS start_micros, nanos,
    (extract(epoch FROM end_time) * 1000000)::bigint AS end_micros, end_nanos,
    (extract(epoch FROM received_at) * 1000000)::bigint AS received_micros, kind, status, ${TEXTS},
    attributes::text, resource::text, extra, ${entries('links', 'traceId', 'spanId')}, ${entries('events', 'time', 'name')},
    chosen_rows::integer
  FROM (
    SELECT *, sum(octet_length(concat(${TEXTS})) + ${ROW_WEIGHT} + ${PRINTED_JSON}) ${running} AS printed_sum
    FROM (
      SELECT *, count(*) OVER () AS chosen_rows, row_number() ${running} AS place, sum(size + ${ROW_WEIGHT}) ${running} AS size_sum
      FROM (SELECT * FROM spans WHERE ${where} ORDER BY ${ORDER} LIMIT $3) AS chosen
    ) AS sized
    WHERE size_sum <= $4 OR place = 1
  ) AS printed
  WHERE printed_sum <= $4 OR place = 1
  ORDER BY ${ORDER}`;
}

const OF_TRACE = `${ofTrace('$1')} AND tenant = $2`;
const FIRST_PAGE = { name: 'span-page-first', text: pageText(OF_TRACE) };
const NEXT_PAGE = {
  name: 'span-page',
  text: pageText(`${OF_TRACE} AND ("time", nanos, id) > ($5::timestamptz, $6::smallint, $7::uuid)`),
};

/** One trace's spans by start. */
export function readSpanPage({
  tenant,
  traceId,
  limit,
  maxBytes,
  after,
}: PageRequest & { readonly traceId: string }): QueryConfig {
  const values = [traceId, tenant, limit + 1, maxBytes];
  if (after === undefined) return { ...FIRST_PAGE, values };
  return { ...NEXT_PAGE, values: [...values, timestampText(after.time), after.time.nanos % 1000, after.id] };
}

type Entry = readonly [string | null, string | null, string | null];

export interface SpanPageRow {
  readonly record_id: string;
  readonly start_micros: string;
  readonly nanos: number;
  readonly end_micros: string;
  readonly end_nanos: number;
  readonly received_micros: string;
  readonly kind: number;
  readonly status: number;
  readonly trace_id: string;
  readonly parent_id: string | null;
  readonly span_id: string;
  readonly service: string;
  readonly name: string;
  readonly status_message: string | null;
  readonly attributes: string | null;
  readonly resource: string | null;
  readonly extra: { readonly scope?: string; readonly traceState?: string; readonly traceFlags?: number } | null;
  readonly links: readonly Entry[] | null;
  readonly events: readonly Entry[] | null;
  /** Rows that there were before the cut by bytes. */
  readonly chosen_rows: number;
}

export function spanRecordOf(row: SpanPageRow): SpanRecord {
  const start = instantOfEpochMicros(BigInt(row.start_micros), row.nanos);
  return {
    id: row.record_id.replaceAll('-', ''),
    traceId: row.trace_id,
    parentId: row.parent_id ?? '',
    spanId: row.span_id,
    service: row.service,
    name: row.name,
    kind: SPAN_KINDS[row.kind] ?? 'unspecified',
    start,
    end: instantOfEpochMicros(BigInt(row.end_micros), row.end_nanos),
    status: SPAN_STATUSES[row.status] ?? 'unset',
    statusMessage: row.status_message ?? '',
    attributes: row.attributes ?? '',
    resource: row.resource ?? '',
    scope: row.extra?.scope ?? '',
    traceState: row.extra?.traceState ?? '',
    traceFlags: row.extra?.traceFlags ?? 0,
    links: (row.links ?? []).map(linkOf),
    events: (row.events ?? []).map((event) => eventOf(event, start)),
    receivedAt: instantOfEpochMicros(BigInt(row.received_micros), 0),
  };
}

function linkOf([traceId, spanId, attributes]: Entry): SpanRecordLink {
  return { traceId: traceId ?? '', spanId: spanId ?? '', attributes: attributes ?? '' };
}

function eventOf([time, name, attributes]: Entry, start: Instant): SpanRecordEvent {
  const parsed = time === null ? null : parseTimestampText(time);
  return { time: parsed?.ok === true ? parsed.instant : start, name: name ?? '', attributes: attributes ?? '' };
}
