import type { PoolClient } from 'pg';
import type { RecordTable } from '../copy/encoded-rows.js';
import { DAY_MS, missingRanges, type TimeRange } from '../partition-ranges.js';
import { isPartitionRace } from '../sql-state.js';
import { finishDetaching } from './detach-partition.js';
import { readPartitions } from './read-partitions.js';
import { LOCKS } from './locks.js';

export { startOfDay } from '../partition-ranges.js';

const TRIES = 5;

/** `logs_20250416` for a partition that begins on that day. For people: what it holds is said by its bounds. */
export function partitionName(fromMs: number, table: RecordTable = 'logs'): string {
  return `${table}_${new Date(fromMs).toISOString().slice(0, 10).replaceAll('-', '')}`;
}

/**
 * Makes what is missing of the partitions for one UTC day of receipt; safe among any number of processes.
 *
 * CREATE ... PARTITION OF would take ACCESS EXCLUSIVE on the whole and stop every reader; a table made apart and attached
 * takes SHARE UPDATE EXCLUSIVE only, and its CHECK saves the scan of the new partition. Waits for a lock for seconds only
 * and rejects then. The client must not be within a transaction.
 *
 * @param dayMs start of the day, milliseconds since 1970
 * @param widthDays days that a new partition spans where its neighbours leave room (partitionWidthDays)
 */
export async function ensurePartition(client: PoolClient, table: RecordTable, dayMs: number, widthDays: number): Promise<void> {
  for (let tries = 1; ; tries++) {
    const existing = await readPartitions(client, table);
    // Retention is about to drop the day and was stopped in the middle: its range is free once that has ended.
    const leaving = existing.find(({ from, to, detaching }) => detaching && from < dayMs + DAY_MS && to > dayMs);
    if (leaving === undefined && missingRanges(dayMs, widthDays, existing).length === 0) return;
    try {
      if (leaving === undefined) await makeMissing(client, table, dayMs, widthDays);
      else await finishDetaching(client, leaving);
    } catch (error) {
      if (!isPartitionRace(error) || tries >= TRIES) throw error;
    }
  }
}

async function makeMissing(client: PoolClient, table: RecordTable, dayMs: number, widthDays: number): Promise<void> {
  await client.query('BEGIN');
  try {
    await client.query("SET LOCAL lock_timeout = '5s'");
    await client.query('SELECT pg_advisory_xact_lock($1)', [LOCKS.partitions]);
    // Somebody else may have made it while this one waited.
    const existing = await readPartitions(client, table);
    for (const range of missingRanges(dayMs, widthDays, existing)) await makePartition(client, table, range);
    await client.query('COMMIT');
  } catch (error) {
    await client.query('ROLLBACK').catch(() => undefined);
    throw error;
  }
}

interface FreeName {
  readonly parent: string;
  readonly table: string;
  readonly check: string;
}

/** The first of `name`, `name_2`, ... that no table has in its parent's schema: retention may not have dropped an old one yet. */
const FREE_NAME = `
  SELECT format('%I.%I', n.nspname, c.relname) AS parent, format('%I.%I', n.nspname, candidate) AS table,
    quote_ident(candidate || '_range') AS check
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
  CROSS JOIN generate_series(1, 1000) AS number
  CROSS JOIN LATERAL (SELECT CASE number WHEN 1 THEN $1 ELSE $1 || '_' || number END) AS named (candidate)
  WHERE c.oid = $2::text::regclass AND to_regclass(format('%I.%I', n.nspname, candidate)) IS NULL
  ORDER BY number LIMIT 1`;

async function makePartition(client: PoolClient, parentTable: RecordTable, range: TimeRange): Promise<void> {
  const wanted = partitionName(range.from, parentTable);
  const named = await client.query<FreeName>(FREE_NAME, [wanted, parentTable]);
  const [name] = named.rows;
  if (name === undefined) throw new Error(`Every name for a partition from ${wanted} on is taken.`);
  const from = new Date(range.from).toISOString();
  const to = new Date(range.to).toISOString();
  const { parent, table, check } = name;
  const like = 'INCLUDING DEFAULTS INCLUDING COMMENTS INCLUDING STORAGE INCLUDING COMPRESSION';
  await client.query(`CREATE TABLE ${table} (LIKE ${parent} ${like})`);
  await client.query(`ALTER TABLE ${table} ADD CONSTRAINT ${check} CHECK (received_at >= '${from}' AND received_at < '${to}')`);
  await client.query(`ALTER TABLE ${parent} ATTACH PARTITION ${table} FOR VALUES FROM ('${from}') TO ('${to}')`);
  await client.query(`ALTER TABLE ${table} DROP CONSTRAINT ${check}`);
}
