import type { PoolClient, QueryConfig } from 'pg';
import type { RecordTable } from '../copy/encoded-rows.js';
import { readPartitions } from './read-partitions.js';

/** What VACUUM or ANALYZE saw last, or what was counted since then, whichever is more; a new table was not seen yet (-1). */
const ROWS = 'greatest(c.reltuples, pg_stat_get_live_tuples(c.oid), 0)';

export interface SizeRow {
  readonly rows: number;
  readonly bytes: number;
  readonly tables: number;
}

export function sizeOf(table: RecordTable): QueryConfig {
  const text = `
  SELECT coalesce(sum(${ROWS}), 0)::float8 AS rows, coalesce(sum(pg_total_relation_size(c.oid)), 0)::float8 AS bytes,
    count(*)::integer AS tables
  FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
  WHERE i.inhparent = $1::text::regclass`;
  return { name: 'partitions-size', text, values: [table] };
}

export const DAG_SIZE: QueryConfig = {
  name: 'dag-size',
  text: `
  SELECT ${ROWS}::float8 AS rows, pg_total_relation_size(c.oid)::float8 AS bytes, 1 AS tables
  FROM pg_class c WHERE c.oid = 'dags'::regclass`,
};

export interface RetentionRow {
  readonly retention_days: number;
  readonly max_bytes: number | null;
}

/** No row before the first maintenance. */
export const RETENTION: QueryConfig = {
  name: 'retention',
  text: 'SELECT retention_days, max_bytes::float8 AS max_bytes FROM retention_state',
};

/** By the index of what is due, which holds nothing else. */
export const PENDING_DAGS: QueryConfig = {
  name: 'pending-dags',
  text: 'SELECT count(*)::float8 AS pending FROM error_traces WHERE version > built_version AND parked_reason IS NULL',
};

/**
 * Microseconds since 1970 of the receipt of the first record in the oldest partition that has one: the first as it lies in
 * the table, which is written in the order of receipt but for moments. Null where nothing is stored.
 */
export async function readOldestReceipt(client: PoolClient): Promise<string | null> {
  for (const { name, detaching } of await readPartitions(client)) {
    if (detaching) continue;
    const text = `SELECT (extract(epoch FROM received_at) * 1000000)::bigint AS micros FROM ${name} LIMIT 1`;
    const [row] = (await client.query<{ micros: string }>(text)).rows;
    if (row !== undefined) return row.micros;
  }
  return null;
}
