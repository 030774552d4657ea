import type { PoolClient } from 'pg';
import { CELL_SECONDS } from '../copy/count-tally.js';
import { withAdvisoryLock } from './advisory-lock.js';
import { LOCKS } from './locks.js';

/** Transactions' counts that one statement takes; those of ten seconds under load are a few hundred. */
const PARTS = 500;

/**
 * When a cell that has new counts is to be signed: soon after it is over, as what comes now is there by then; later on only when
 * nothing new came for a while, or each part of an import would have its cells read once more.
 */
const SIGN_AT = `greatest(
        starts_at + $2 * interval '1 second' + $3 / 4 * interval '1 millisecond',
        CASE WHEN now() > starts_at + 2 * $2 * interval '1 second' THEN now() + $3 * interval '1 millisecond' END
      )`;

/** Sums up, sorted as writers of the same rows would lock them. */
const FOLD = `
  WITH gone AS (
    DELETE FROM new_log_counts WHERE ctid = ANY (ARRAY(SELECT ctid FROM new_log_counts LIMIT $1))
    RETURNING tenants, starts_at, received_on, services, severities, counts
  ), summed AS (
    SELECT line.tenant, line.starts_at, line.received_on, line.service, line.severity, sum(line.count)::bigint AS count
    FROM gone, unnest(gone.tenants, gone.starts_at, gone.received_on, gone.services, gone.severities, gone.counts)
      AS line (tenant, starts_at, received_on, service, severity, count)
    GROUP BY 1, 2, 3, 4, 5
  ), folded AS (
    INSERT INTO log_counts AS c (tenant, starts_at, received_on, services, severities, counts, sign_at)
    SELECT tenant, starts_at, received_on, array_agg(service), array_agg(severity), array_agg(count),
      ${SIGN_AT}
    FROM summed GROUP BY 1, 2, 3 ORDER BY 1, 2, 3
    ON CONFLICT (tenant, starts_at, received_on) DO UPDATE SET (services, severities, counts, sign_at) = (
      SELECT array_agg(service), array_agg(severity), array_agg(count), excluded.sign_at
      FROM (
        SELECT service, severity, sum(count)::bigint AS count
        FROM (
          SELECT * FROM unnest(c.services, c.severities, c.counts)
          UNION ALL SELECT * FROM unnest(excluded.services, excluded.severities, excluded.counts)
        ) AS both_of (service, severity, count)
        GROUP BY 1, 2
      ) AS merged
    )
    RETURNING 1
  )
  SELECT (SELECT count(*) FROM gone)::integer AS parts`;

/**
 * Folds what transactions have counted into `log_counts`, in statements of bounded size: each moves its counts in one
 * transaction, so a reader meets every count once, whenever it looks and wherever this ends.
 *
 * @param settleMs milliseconds without anything new in an old cell after which it is to be signed; a quarter of it for one that
 *   is just over
 * @param signal ends it between two statements
 * @returns how many transactions' counts were folded; 0 too where another process is at it
 */
export async function foldCounts(client: PoolClient, settleMs: number, signal: AbortSignal): Promise<number> {
  const folded = await withAdvisoryLock(client, LOCKS.foldCounts, async () => {
    for (let total = 0; ;) {
      signal.throwIfAborted();
      const values = [PARTS, CELL_SECONDS, settleMs];
      const { rows } = await client.query<{ parts: number }>({ name: 'fold-counts', text: FOLD, values });
      const parts = rows[0]?.parts ?? 0;
      total += parts;
      if (parts < PARTS) return total;
    }
  });
  return folded ?? 0;
}
