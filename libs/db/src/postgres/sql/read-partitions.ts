import type { PoolClient } from 'pg';
import type { RecordTable } from '../copy/encoded-rows.js';
import type { TimeRange } from '../partition-ranges.js';

/** A partition of `logs` or `spans` as PostgreSQL's catalogue has it. */
export interface StoredPartition extends TimeRange {
  readonly parent: RecordTable;
  /** Schema and table, quoted where need be. */
  readonly name: string;
  /** Its detaching has begun and not ended: no statement sees it any more, but nothing else can take its range yet. */
  readonly detaching: boolean;
  /** What `markRetired` writes upon it, as an SQL literal. */
  readonly mark: string;
  readonly marked: boolean;
}

/** What stands on a table that retention drops, before the table's own name. */
export const RETIRED = 'Rootspan: retention drops ';

/** The bounds are asked of PostgreSQL, never read out of names: widths change, and a name can be taken. */
const PARTITIONS = `
  SELECT $1::text AS parent, format('%I.%I', n.nspname, c.relname) AS name, i.inhdetachpending AS detaching,
    quote_literal('${RETIRED}' || c.relname) AS mark,
    coalesce(obj_description(c.oid, 'pg_class') = '${RETIRED}' || c.relname, false) AS marked,
    (extract(epoch FROM replace(trim(both '''' FROM bound[1]), 'MINVALUE', '-infinity')::timestamptz) * 1000)::float8 AS "from",
    (extract(epoch FROM replace(trim(both '''' FROM bound[2]), 'MAXVALUE', 'infinity')::timestamptz) * 1000)::float8 AS "to"
  FROM pg_inherits i
  JOIN pg_class c ON c.oid = i.inhrelid
  JOIN pg_namespace n ON n.oid = c.relnamespace
  JOIN LATERAL regexp_match(pg_get_expr(c.relpartbound, c.oid), 'FROM \\((.*)\\) TO \\((.*)\\)') AS bound ON bound IS NOT NULL
  WHERE i.inhparent = $1::text::regclass
  ORDER BY "from"`;

/** All partitions of a table, oldest first; rejects where the table itself is missing. */
export async function readPartitions(client: PoolClient, table: RecordTable = 'logs'): Promise<StoredPartition[]> {
  return (await client.query<StoredPartition>({ name: 'read-partitions', text: PARTITIONS, values: [table] })).rows;
}

/** The tables of records, which have partitions of their own. */
export const RECORD_TABLES: readonly RecordTable[] = ['logs', 'spans'];

/** All partitions of both. */
export async function readAllPartitions(client: PoolClient): Promise<StoredPartition[]> {
  const all: StoredPartition[] = [];
  for (const table of RECORD_TABLES) all.push(...(await readPartitions(client, table)));
  return all;
}
