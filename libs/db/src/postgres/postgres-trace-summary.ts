import type { TraceSummary, TraceSummaryReader } from '../api/trace-summary.js';
import type { Database } from './database.js';
import { readTraceSummary, traceSummaryOf, type TraceSummaryRow } from './sql/read-trace-summary.js';

/** TraceSummaryReader on PostgreSQL. */
export class PostgresTraceSummary implements TraceSummaryReader {
  constructor(private readonly database: Database) {}

  async summary(tenant: string, traceId: string, signal?: AbortSignal): Promise<TraceSummary | null> {
    const [row] = await this.database.query<TraceSummaryRow>(readTraceSummary(tenant, traceId), signal);
    return row === undefined ? null : traceSummaryOf(row);
  }
}
