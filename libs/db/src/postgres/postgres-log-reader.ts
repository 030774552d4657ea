import { instantOfEpochMicros, type Instant } from '#domain';
import type { LogCursor, LogPage, LogReader, PageRequest, TraceRecords } from '../api/log-reader.js';
import type { Database } from './database.js';
import { logRecordOf } from './sql/log-columns.js';
import { readNewestLogs, readTraceLogs, type LogPageRow } from './sql/read-log-pages.js';
import { readTraceRecords, worstSeverity, type TraceRecordRow } from './sql/read-trace-records.js';

const FIRST_WINDOW_SECONDS = 10;
const WINDOW_GROWTH = 16;
/** 0001-01-01T00:00:00Z and the last instant of 9999. */
const BEGINNING: Instant = { seconds: -62_135_596_800, nanos: 0 };
const END: LogCursor = { time: { seconds: 253_402_300_799, nanos: 999_999_999 }, id: 'f'.repeat(32) };

/** LogReader on PostgreSQL. */
export class PostgresLogReader implements LogReader {
  constructor(private readonly database: Database) {}

  /**
   * Asks the last seconds first and widens the window until the page is full: eight steps lead from ten seconds to
   * everything, and each costs a fraction of the next.
   */
  async newest(request: PageRequest): Promise<LogPage> {
    const before = request.after ?? END;
    const start = Math.min(before.time.seconds, Math.floor(Date.now() / 1000));
    for (let width = FIRST_WINDOW_SECONDS; ; width *= WINDOW_GROWTH) {
      const last = start - width <= BEGINNING.seconds;
      const from = last ? BEGINNING : { seconds: start - width, nanos: 0 };
      const query = readNewestLogs(request.tenant, request.limit + 1, request.maxBytes, from, before);
      const page = pageOf(await this.database.query<LogPageRow>(query, request.signal), request.limit);
      if (last || page.more) return page;
    }
  }

  async byTrace(request: PageRequest & { readonly traceId: string }): Promise<LogPage> {
    const query = readTraceLogs(request.tenant, request.traceId, request.limit + 1, request.maxBytes, request.after);
    return pageOf(await this.database.query<LogPageRow>(query, request.signal), request.limit);
  }

  async worstSeverity(tenant: string, traceId: string, signal?: AbortSignal): Promise<number | null> {
    const [row] = await this.database.query<{ severity: number | null }>(worstSeverity(tenant, traceId), signal);
    return row?.severity ?? null;
  }

  async traceRecords(tenant: string, traceId: string, cap: number): Promise<TraceRecords> {
    const rows = await this.database.query<TraceRecordRow>(readTraceRecords(tenant, traceId, cap + 1));
    const records = rows.slice(0, cap).map((row) => ({
      id: row.record_id.replaceAll('-', ''),
      spanId: row.span_id,
      parentId: row.parent_id,
      service: row.service,
      message: row.message,
      severity: row.severity,
      time: instantOfEpochMicros(BigInt(row.time_micros), row.nanos),
    }));
    return { records, truncated: rows.length > cap };
  }
}

/** The queries ask for one row more than the page holds: whether it came says whether rows follow. */
function pageOf(rows: readonly LogPageRow[], limit: number): LogPage {
  const given = rows.slice(0, limit);
  return { records: given.map(logRecordOf), more: Number(rows[0]?.chosen_rows ?? 0) > given.length };
}
