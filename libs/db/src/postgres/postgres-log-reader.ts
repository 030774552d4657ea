import { FIRST_SECOND, LAST_SECOND, type Instant, type TraceRecord } from '#domain';
import type { LogCursor, LogPage, LogReader, PageRequest, RecordPage, TraceKey, TraceRecords } from '../api/log-reader.js';
import type { Database } from './database.js';
import { queryRows } from './rows/query-rows.js';
import { cutPageOf, logPageOf, smallTracePageOf } from './rows/record-pages.js';
import { readNewestPage, readTracePage, type PageQuery } from './sql/read-log-pages.js';
import { SMALL_TRACE } from './sql/read-small-trace.js';
import {
  readSmallTraces,
  readTraceRecords,
  traceRecordOf,
  worstSeverity,
  type TraceRecordRow,
} from './sql/read-trace-records.js';

const FIRST_WINDOW_SECONDS = 10;
const WINDOW_GROWTH = 16;
/** 0001-01-01T00:00:00Z and the last instant of 9999. */
const BEGINNING: Instant = { seconds: FIRST_SECOND, nanos: 0 };
const END: LogCursor = { time: { seconds: LAST_SECOND, nanos: 999_999_999 }, id: 'f'.repeat(32) };

/** LogReader on PostgreSQL. */
export class PostgresLogReader implements LogReader {
  constructor(private readonly database: Database) {}

  async newest(request: PageRequest): Promise<LogPage> {
    return this.readNewest(request, logPageOf);
  }

  async byTrace(request: PageRequest & { readonly traceId: string }): Promise<LogPage> {
    return this.readTrace(request, logPageOf);
  }

  /**
   * Asks the last seconds first and widens the window until the page is full: eight steps lead from ten seconds to
   * everything, and each costs a fraction of the next.
   */
  async readNewest<T>(request: PageRequest, read: (page: RecordPage) => T): Promise<T> {
    const before = request.after ?? END;
    const start = Math.min(before.time.seconds, Math.floor(Date.now() / 1000));
    for (let width = FIRST_WINDOW_SECONDS; ; width *= WINDOW_GROWTH) {
      const last = start - width <= BEGINNING.seconds;
      const from = last ? BEGINNING : { seconds: start - width, nanos: 0 };
      const page = await this.page(readNewestPage(request, from, before), request);
      if (last || page.more) return read(page);
    }
  }

  /** Most traces are small: they are answered by a plan that costs half. */
  async readTrace<T>(request: PageRequest & { readonly traceId: string }, read: (page: RecordPage) => T): Promise<T> {
    if (request.after === undefined) {
      const { traceId, tenant, signal } = request;
      const rows = await this.database.withClient((client) => queryRows(client, SMALL_TRACE, [traceId, tenant]), signal);
      const page = smallTracePageOf(rows, request);
      if (page !== null) return read(page);
    }
    return read(await this.page(readTracePage(request), request));
  }

  async worstSeverity(tenant: string, traceId: string, signal?: AbortSignal): Promise<number | null> {
    const [row] = await this.database.query<{ severity: number | null }>(worstSeverity(tenant, traceId), signal);
    return row?.severity ?? null;
  }

  async traceRecords(tenant: string, traceId: string, cap: number): Promise<TraceRecords> {
    const rows = await this.database.query<TraceRecordRow>(readTraceRecords(tenant, traceId, cap + 1));
    return { records: rows.slice(0, cap).map(traceRecordOf), truncated: rows.length > cap };
  }

  async smallTraces(traces: readonly TraceKey[], cap: number): Promise<readonly (readonly TraceRecord[] | null)[]> {
    const rows = await this.database.query<TraceRecordRow & { readonly place: string }>(readSmallTraces(traces, cap + 1));
    const found = traces.map((): TraceRecord[] => []);
    for (const row of rows) found[Number(row.place) - 1]?.push(traceRecordOf(row));
    return found.map((records) => (records.length > cap ? null : records));
  }

  private async page({ statement, values }: PageQuery, { limit, signal }: PageRequest): Promise<RecordPage> {
    return cutPageOf(await this.database.withClient((client) => queryRows(client, statement, values), signal), limit);
  }
}
