import type { PoolClient } from 'pg';

/** Runs `work` where no other session has the lock; null where one has. The client must not be within a transaction. */
export async function withAdvisoryLock<T>(client: PoolClient, lock: number, work: () => Promise<T>): Promise<T | null> {
  const taken = await client.query<{ taken: boolean }>('SELECT pg_try_advisory_lock($1) AS taken', [lock]);
  if (taken.rows[0]?.taken !== true) return null;
  try {
    return await work();
  } finally {
    // A cancel request that comes late may hit the first try; where the connection is broken the lock is gone with the session.
    const release = () => client.query('SELECT pg_advisory_unlock($1)', [lock]);
    await release()
      .catch(release)
      .catch(() => undefined);
  }
}
