import type { PoolClient } from 'pg';
import { RETIRED, type StoredPartition } from './read-partitions.js';

/**
 * Writes upon a partition that retention drops it, so that a run after a crash knows the table that was detached for one
 * that may go. The mark holds the table's name: whoever renames a table to save it, or detaches one by hand, keeps it.
 */
export async function markRetired(client: PoolClient, { name, mark }: StoredPartition): Promise<void> {
  await client.query(`COMMENT ON TABLE ${name} IS ${mark}`);
}

/** Takes the mark off a partition that is to be kept after all: RETENTION_DAYS has grown. */
export async function clearMark(client: PoolClient, { name }: StoredPartition): Promise<void> {
  await client.query(`COMMENT ON TABLE ${name} IS NULL`);
}

const RETIRED_TABLES = `
  SELECT format('%I.%I', n.nspname, c.relname) AS name
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE c.relnamespace = (SELECT relnamespace FROM pg_class WHERE oid = 'logs'::regclass)
    AND c.relkind = 'r' AND NOT c.relispartition
    AND obj_description(c.oid, 'pg_class') = '${RETIRED}' || c.relname
  ORDER BY c.relname`;

/** Names of the tables that were partitions of `logs` or `spans` until retention detached them. */
export async function readRetiredTables(client: PoolClient): Promise<string[]> {
  const found = await client.query<{ name: string }>({ name: 'retired-tables', text: RETIRED_TABLES });
  return found.rows.map(({ name }) => name);
}

/** Drops one of readRetiredTables, unless it is none any more now that nobody else can change it. */
export async function dropRetiredTable(client: PoolClient, name: string): Promise<boolean> {
  await client.query('BEGIN');
  try {
    await client.query(`LOCK TABLE ${name} IN ACCESS EXCLUSIVE MODE`);
    const still = (await readRetiredTables(client)).includes(name);
    if (still) await client.query(`DROP TABLE ${name}`);
    await client.query('COMMIT');
    return still;
  } catch (error) {
    await client.query('ROLLBACK').catch(() => undefined);
    throw error;
  }
}
