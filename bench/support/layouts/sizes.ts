import type { Database } from '#db/postgres';
import { round } from '../percentiles.js';

/** Bytes a row, on disk. */
export interface Sizes {
  readonly heapBytes: number;
  /** Values that were stored apart because they are large. */
  readonly toastBytes: number;
  /** By definition, over all partitions. */
  readonly indexBytes: Readonly<Record<string, number>>;
}

const TABLES = `
  SELECT sum(pg_table_size(c.oid)) AS bytes, sum(coalesce(pg_total_relation_size(nullif(c.reltoastrelid, 0)), 0)) AS toast
  FROM pg_partition_tree('logs') t JOIN pg_class c ON c.oid = t.relid WHERE t.isleaf`;
const INDEXES = `
  SELECT substring(pg_get_indexdef(i.indexrelid) FROM 'USING .*') AS definition, sum(pg_table_size(i.indexrelid)) AS bytes
  FROM pg_partition_tree('logs') t JOIN pg_index i ON i.indrelid = t.relid WHERE t.isleaf GROUP BY 1 ORDER BY 2 DESC`;

/** What `logs` takes, divided by its rows. Free space maps are part of it. */
export async function sizesOf(database: Database, rows: number): Promise<Sizes> {
  const [table] = await database.query<{ bytes: string; toast: string }>({ text: TABLES });
  const indexes = await database.query<{ definition: string; bytes: string }>({ text: INDEXES });
  const toast = Number(table?.toast);
  return {
    heapBytes: round((Number(table?.bytes) - toast) / rows),
    toastBytes: round(toast / rows),
    indexBytes: Object.fromEntries(indexes.map(({ definition, bytes }) => [definition, round(Number(bytes) / rows)])),
  };
}
