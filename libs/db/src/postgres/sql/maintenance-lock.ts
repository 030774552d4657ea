import type { PoolClient } from 'pg';

/** Any number that no other program takes. */
const MAINTENANCE_LOCK = 7_205_759_404;
/** A statement that waits for several locks, or finds more to do than it should; a run goes on where the last one ended. */
const STATEMENT_TIMEOUT_MS = 30_000;

/**
 * Runs `work` where no other process of this database is at it, with bounded waits for locks; null where one is.
 *
 * The lock is the session's, not a transaction's: detaching needs transactions of its own. A connection that breaks gives
 * the lock back.
 */
export async function withMaintenanceLock<T>(
  client: PoolClient,
  lockTimeoutMs: number,
  work: () => Promise<T>,
): Promise<T | null> {
  const taken = await client.query<{ taken: boolean }>('SELECT pg_try_advisory_lock($1) AS taken', [MAINTENANCE_LOCK]);
  if (taken.rows[0]?.taken !== true) return null;
  try {
    await client.query(`SET lock_timeout = ${lockTimeoutMs}; SET statement_timeout = ${STATEMENT_TIMEOUT_MS}`);
    return await work();
  } finally {
    const release = async (): Promise<void> => {
      await client.query('RESET lock_timeout; RESET statement_timeout');
      await client.query('SELECT pg_advisory_unlock($1)', [MAINTENANCE_LOCK]);
    };
    // The request that cancels `work` may arrive late and hit the release: it comes once, so the second try succeeds. Where
    // the connection is broken, both fail, the error of `work` says why, and the lock is gone with the session.
    await release()
      .catch(release)
      .catch(() => undefined);
  }
}
