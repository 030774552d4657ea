import type { PoolClient } from 'pg';

const NOTE = `
  INSERT INTO retention_state (retention_days, max_bytes) VALUES ($1, $2)
  ON CONFLICT (singleton) DO UPDATE SET retention_days = excluded.retention_days, max_bytes = excluded.max_bytes
  WHERE (retention_state.retention_days, retention_state.max_bytes) IS DISTINCT FROM (excluded.retention_days, excluded.max_bytes)`;

/** Notes what this process keeps, for those that only read. @param maxBytes null: no bound */
export async function noteRetention(client: PoolClient, retentionDays: number, maxBytes: number | null): Promise<void> {
  await client.query({ name: 'note-retention', text: NOTE, values: [retentionDays, maxBytes] });
}
