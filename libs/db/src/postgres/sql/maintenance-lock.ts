import type { PoolClient } from 'pg';
import { withAdvisoryLock } from './advisory-lock.js';
import { withBoundedWaits } from './bounded-waits.js';

/** Any number that no other program takes. */
const MAINTENANCE_LOCK = 7_205_759_404;

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
  return withAdvisoryLock(client, MAINTENANCE_LOCK, () => withBoundedWaits(client, lockTimeoutMs, work));
}
