import { instantOfEpochMicros } from '#domain';
import type { StoreStatus, StoreStatusReader } from '../api/store-status.js';
import type { Database } from './database.js';
import { isMissingTable } from './sql-state.js';
import {
  DAG_SIZE,
  PENDING_DAGS,
  RETENTION,
  readOldestReceipt,
  sizeOf,
  type RetentionRow,
  type SizeRow,
} from './sql/read-store-status.js';

/** StoreStatusReader on PostgreSQL. */
export class PostgresStoreStatus implements StoreStatusReader {
  constructor(
    private readonly logs: Database,
    private readonly dags: Database,
  ) {}

  async read(signal?: AbortSignal): Promise<StoreStatus> {
    const [[logs], [spans], [retention], [dags], [queue], oldest] = await Promise.all([
      this.logs.query<SizeRow>(sizeOf('logs'), signal),
      this.logs.query<SizeRow>(sizeOf('spans'), signal),
      this.logs.query<RetentionRow>(RETENTION, signal),
      this.dags.query<SizeRow>(DAG_SIZE, signal),
      this.logs.query<{ pending: number }>(PENDING_DAGS, signal),
      this.oldestReceipt(signal),
    ]);
    return {
      logs: {
        rows: Math.round(logs?.rows ?? 0),
        bytes: logs?.bytes ?? 0,
        partitions: logs?.tables ?? 0,
        retentionDays: retention?.retention_days ?? null,
        maxBytes: retention?.max_bytes ?? null,
        oldestReceivedAt: oldest === null ? null : instantOfEpochMicros(BigInt(oldest), 0),
      },
      spans: { rows: Math.round(spans?.rows ?? 0), bytes: spans?.bytes ?? 0 },
      dags: { rows: Math.round(dags?.rows ?? 0), bytes: dags?.bytes ?? 0, pending: queue?.pending ?? 0 },
    };
  }

  /** Retention may drop the very partition that is being looked at: then the next one is the oldest. */
  private async oldestReceipt(signal?: AbortSignal): Promise<string | null> {
    try {
      return await this.logs.withClient(readOldestReceipt, signal);
    } catch (error) {
      if (!isMissingTable(error)) throw error;
      return this.logs.withClient(readOldestReceipt, signal);
    }
  }
}
