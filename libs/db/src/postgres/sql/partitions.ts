import type { PoolClient } from 'pg';
import { isDuplicateObject } from '../sql-state.js';

const DAY_MS = 86_400_000;

/** First millisecond of the UTC day that holds `ms`. */
export function startOfDay(ms: number): number {
  return Math.floor(ms / DAY_MS) * DAY_MS;
}

/** `logs_20250416` for the day that starts at `dayMs`. */
export function partitionName(dayMs: number): string {
  return `logs_${new Date(dayMs).toISOString().slice(0, 10).replaceAll('-', '')}`;
}

/**
 * Makes the partition for one day of receipt where it is missing.
 *
 * CREATE ... PARTITION OF would take ACCESS EXCLUSIVE on `logs` and stop every reader; a table made apart and attached
 * takes SHARE UPDATE EXCLUSIVE only, and its CHECK saves the scan of the new partition.
 */
export async function ensurePartition(client: PoolClient, dayMs: number): Promise<void> {
  const name = partitionName(dayMs);
  const found = await client.query('SELECT 1 FROM pg_inherits WHERE inhrelid = to_regclass($1) AND inhparent = $2::regclass', [
    name,
    'logs',
  ]);
  if (found.rowCount !== 0) return;
  const from = new Date(dayMs).toISOString();
  const to = new Date(dayMs + DAY_MS).toISOString();
  await client.query('BEGIN');
  try {
    await client.query("SET LOCAL lock_timeout = '5s'");
    // Two writers may find it missing at once: the second waits here and finds the table.
    await client.query('SELECT pg_advisory_xact_lock($1, $2)', [PARTITION_LOCK, Math.floor(dayMs / DAY_MS)]);
    const again = await client.query('SELECT 1 FROM pg_inherits WHERE inhrelid = to_regclass($1) AND inhparent = $2::regclass', [
      name,
      'logs',
    ]);
    if (again.rowCount === 0) {
      await client.query(`CREATE TABLE IF NOT EXISTS ${name} (LIKE logs INCLUDING DEFAULTS INCLUDING COMMENTS)`);
      await client.query(
        `ALTER TABLE ${name} ADD CONSTRAINT ${name}_day CHECK (received_at >= '${from}' AND received_at < '${to}')`,
      );
      await client.query(`ALTER TABLE logs ATTACH PARTITION ${name} FOR VALUES FROM ('${from}') TO ('${to}')`);
      await client.query(`ALTER TABLE ${name} DROP CONSTRAINT ${name}_day`);
    }
    await client.query('COMMIT');
  } catch (error) {
    await client.query('ROLLBACK').catch(() => undefined);
    if (!isDuplicateObject(error)) throw error;
  }
}

const PARTITION_LOCK = 7_205_760;
