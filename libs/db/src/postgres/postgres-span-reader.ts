import type { TraceSpan } from '#domain';
import type { PageRequest, TraceKey } from '../api/log-reader.js';
import type { SpanPage, SpanReader, TraceSpans } from '../api/span-reader.js';
import type { Database } from './database.js';
import { readSpanPage, spanRecordOf, type SpanPageRow } from './sql/read-span-pages.js';
import {
  SMALL_TRACE_LINKS,
  readSmallTraceSpans,
  readTraceSpans,
  traceSpanOf,
  type TraceSpanRow,
} from './sql/read-trace-spans.js';

/** SpanReader on PostgreSQL. */
export class PostgresSpanReader implements SpanReader {
  constructor(private readonly database: Database) {}

  async byTrace(request: PageRequest & { readonly traceId: string }): Promise<SpanPage> {
    const rows = await this.database.query<SpanPageRow>(readSpanPage(request), request.signal);
    const spans = rows.slice(0, request.limit).map(spanRecordOf);
    return { spans, more: (rows[0]?.chosen_rows ?? 0) > spans.length };
  }

  async traceSpans(tenant: string, traceId: string, cap: number): Promise<TraceSpans> {
    const rows = await this.database.query<TraceSpanRow>(readTraceSpans(tenant, traceId, cap + 1));
    return { spans: rows.slice(0, cap).map(traceSpanOf), truncated: rows.length > cap };
  }

  async smallTraces(traces: readonly TraceKey[], cap: number): Promise<readonly (readonly TraceSpan[] | null)[]> {
    const rows = await this.database.query<TraceSpanRow & { readonly place: string }>(readSmallTraceSpans(traces, cap + 1));
    const found = traces.map((): TraceSpan[] => []);
    for (const row of rows) found[Number(row.place) - 1]?.push(traceSpanOf(row));
    const isSmall = (spans: readonly TraceSpan[]): boolean =>
      spans.length <= cap && spans.every(({ links }) => links.length <= SMALL_TRACE_LINKS);
    return found.map((spans) => (isSmall(spans) ? spans : null));
  }
}
