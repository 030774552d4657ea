import type { PoolClient } from 'pg';
import type { Instant } from '#domain';
import { CELL_SECONDS } from '../copy/count-tally.js';
import { readPartitions } from '../sql/read-partitions.js';
import { timestampText } from '../sql/time-parameter.js';
import type { BoundValues } from './bound-values.js';
import type { TimeWindow } from './time-windows.js';

/*
 * Cells: records of a tenant, of ten seconds of time, of a day of receipt, counted by service and severity in the transaction
 * that stored them (drizzle/log-ingestion/0006_log_counts.sql). A cell lies in `log_counts`, in `new_log_counts`, or partly in
 * both; statements see each count once. Nothing depends on them: where they do not reach, the records themselves are counted.
 */

const COUNTED_FROM = 'SELECT (extract(epoch FROM counted_from) * 1000)::float8 AS from_ms FROM log_count_state';

/**
 * The first day of receipt whose records are kept, as a date of PostgreSQL, where all that are kept are counted; null where some
 * may not be. Counts of older days belong to partitions that are gone.
 */
export async function readCountedDays(client: PoolClient): Promise<string | null> {
  const { rows } = await client.query<{ from_ms: number }>({ name: 'counted-from', text: COUNTED_FROM });
  const countedFrom = rows[0]?.from_ms ?? Infinity;
  const [oldest] = (await readPartitions(client)).filter(({ detaching }) => !detaching);
  const keptFrom = oldest?.from ?? -Infinity;
  if (keptFrom < countedFrom) return null;
  return keptFrom === -Infinity ? '-infinity' : new Date(keptFrom).toISOString().slice(0, 10);
}

/** Lines of the cells that begin within a window, as an SQL relation: `starts_at`, `service`, `severity`, `count`. */
export function cellsSql(tenant: string, window: TimeWindow, keptFrom: string, bound: BoundValues): string {
  const owner = bound.add(tenant);
  const from = `${bound.add(timestampText(window.low.time))}::timestamptz`;
  const to = `${bound.add(timestampText(window.high.time))}::timestamptz`;
  const kept = `${bound.add(keptFrom)}::date`;
  return `(
    SELECT c.starts_at, line.service, line.severity, line.count
    FROM log_counts c, unnest(c.services, c.severities, c.counts) AS line (service, severity, count)
    WHERE c.tenant = ${owner} AND c.starts_at >= ${from} AND c.starts_at < ${to} AND c.received_on >= ${kept}
    UNION ALL
    SELECT line.starts_at, line.service, line.severity, line.count
    FROM new_log_counts n, unnest(n.tenants, n.starts_at, n.received_on, n.services, n.severities, n.counts)
      AS line (tenant, starts_at, received_on, service, severity, count)
    WHERE line.tenant = ${owner} AND line.starts_at >= ${from} AND line.starts_at < ${to} AND line.received_on >= ${kept}
  ) AS cells`;
}

/** The first instant at or after this one at which a cell begins. */
export function cellAtOrAfter({ seconds, nanos }: Instant): Instant {
  return { seconds: Math.ceil((nanos > 0 ? seconds + 1 : seconds) / CELL_SECONDS) * CELL_SECONDS, nanos: 0 };
}

/** The last instant at or before this one at which a cell begins. */
export function cellAtOrBefore({ seconds }: Instant): Instant {
  return { seconds: Math.floor(seconds / CELL_SECONDS) * CELL_SECONDS, nanos: 0 };
}
