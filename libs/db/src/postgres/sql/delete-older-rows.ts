import type { PoolClient } from 'pg';

/** What is swept by age, and the column that says it; each has a btree on it (drizzle/log-ingestion). */
const AGE_COLUMNS = {
  ingested_batches: 'received_at',
  error_traces: 'first_error_received_at',
  dead_letters: 'created_at',
  recognized_retries: 'received_at',
  log_counts: 'received_on',
  text_signatures: 'received_on',
  stored_ranges: 'opened_at',
} as const;

export type AgingTable = keyof typeof AGE_COLUMNS;

/**
 * One chunk, oldest first. SKIP LOCKED: writers lock rows in the order of their keys and this goes by age, so it must never
 * wait for them; a row that is skipped goes with the next run. The lower bound steps over what the chunks before have left
 * in the index until vacuum comes.
 */
function chunkOf(table: AgingTable): string {
  const age = AGE_COLUMNS[table];
  return `
  WITH gone AS (
    DELETE FROM ${table} WHERE ctid = ANY (ARRAY(
      SELECT ctid FROM ${table} WHERE ${age} >= $1::timestamptz AND ${age} < $2::timestamptz
      ORDER BY ${age} LIMIT $3 FOR UPDATE SKIP LOCKED
    )) RETURNING ${age}
  )
  SELECT count(*)::int AS rows, max(${age})::text AS newest FROM gone`;
}

/**
 * Deletes rows that are older than `before` in chunks, each a transaction of its own, so that no writer waits for long.
 *
 * @param before an instant as PostgreSQL prints it
 * @param signal ends the work between two chunks
 * @returns how many rows are gone
 */
export async function deleteOlderRows(
  client: PoolClient,
  table: AgingTable,
  before: string,
  chunkRows: number,
  signal: AbortSignal,
): Promise<number> {
  const text = chunkOf(table);
  let total = 0;
  for (let from = '-infinity'; ;) {
    signal.throwIfAborted();
    const values = [from, before, chunkRows];
    const result = await client.query<{ rows: number; newest: string | null }>({ name: `sweep-${table}`, text, values });
    const [chunk] = result.rows;
    total += chunk?.rows ?? 0;
    if (chunk === undefined || chunk.newest === null || chunk.rows < chunkRows) return total;
    from = chunk.newest;
  }
}
