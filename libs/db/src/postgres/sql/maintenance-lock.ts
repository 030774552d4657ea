import type { PoolClient } from 'pg';
import { withAdvisoryLock } from './advisory-lock.js';
import { withBoundedWaits } from './bounded-waits.js';
import { LOCKS } from './locks.js';

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
  return withAdvisoryLock(client, LOCKS.maintenance, () => withBoundedWaits(client, lockTimeoutMs, work));
}
