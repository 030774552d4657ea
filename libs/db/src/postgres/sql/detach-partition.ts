import type { PoolClient } from 'pg';
import type { StoredPartition } from './read-partitions.js';

/**
 * Takes a partition off its table without stopping anybody: SHARE UPDATE EXCLUSIVE, where a plain DETACH or DROP takes ACCESS
 * EXCLUSIVE on the table (https://www.postgresql.org/docs/current/sql-altertable.html).
 *
 * States: attached -> detaching (committed; no new statement sees it, those under way are waited for) -> a table of its own.
 * Rejects where the session's lock_timeout or statement_timeout passes; it may be `detaching` then, which finishDetaching ends.
 * The client must not be within a transaction.
 */
export async function detachPartition(client: PoolClient, { parent, name }: StoredPartition): Promise<void> {
  await client.query(`ALTER TABLE ${parent} DETACH PARTITION ${name} CONCURRENTLY`);
}

/** Ends a detaching that was stopped in the middle, by a crash or a time-out: there is no way back from it. */
export async function finishDetaching(client: PoolClient, { parent, name }: StoredPartition): Promise<void> {
  await client.query('BEGIN');
  try {
    await client.query("SET LOCAL lock_timeout = '5s'");
    await client.query(`ALTER TABLE ${parent} DETACH PARTITION ${name} FINALIZE`);
    await client.query('COMMIT');
  } catch (error) {
    await client.query('ROLLBACK').catch(() => undefined);
    throw error;
  }
}
