import type { PoolClient } from 'pg';

/** A statement that waits for several locks, or finds more to do than it should; a run goes on where the last one ended. */
const STATEMENT_TIMEOUT_MS = 30_000;

/** Runs `work` with bounded waits for locks and bounded statements; then the connection is as it was. */
export async function withBoundedWaits<T>(client: PoolClient, lockTimeoutMs: number, work: () => Promise<T>): Promise<T> {
  try {
    await client.query(`SET lock_timeout = ${lockTimeoutMs}; SET statement_timeout = ${STATEMENT_TIMEOUT_MS}`);
    return await work();
  } finally {
    // A cancel request that comes late may hit the first try; a connection that is broken needs none.
    const reset = () => client.query('RESET lock_timeout; RESET statement_timeout');
    await reset()
      .catch(reset)
      .catch(() => undefined);
  }
}
