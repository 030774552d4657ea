import type { PoolClient } from 'pg';

const HOUR_MS = 3_600_000;
/** The contract: the same batch_id is stored once within 24 h of bus time. */
const REMEMBERED_MS = 24 * HOUR_MS;
/** Receipt times of one partition are not quite in order: clocks of ingest processes differ, a call waits to be sent. */
const DISORDER_MS = HOUR_MS;
/** A day more than the seven for which the topic keeps records: what stood still for longer has none left to read. */
const IDLE_MS = 8 * 24 * HOUR_MS;

const CLOCK = `
  SELECT (extract(epoch FROM least(now(), to_timestamp($1::float8 / 1000))) * 1000)::float8 AS now`;

/** Now by the earlier of the process's clock and the database's, milliseconds since 1970: a wrong clock must not drop logs. */
export async function readEarlierClock(client: PoolClient, processNow: number): Promise<number> {
  const result = await client.query<{ now: number }>({ name: 'earlier-clock', text: CLOCK, values: [processNow] });
  return result.rows[0]?.now ?? processNow;
}

const RETRY_KEYS = `
  SELECT (least(min(reached_at), to_timestamp($1::float8 / 1000)) - $2 * interval '1 ms')::text AS before
  FROM bus_positions WHERE updated_at > now() - $3 * interval '1 ms'
  HAVING bool_and(reached_at IS NOT NULL)`;

/**
 * The receipt time before which retry keys may go; null where none may. Bus time, not the clock's: a backlog of days is
 * read with the keys of those days.
 *
 * A retry that is remembered was received within 24 h of the first try. Where it is still unread, its partition has reached
 * no later time than its receipt (give or take the disorder), so the slowest partition less 24 h lies before the first try.
 *
 * - A partition whose reached time is not known yet (a position of an older version) holds everything back.
 * - One that has not moved for eight days does not count, or an idle one would hold the sweep back for ever. That is safe
 *   where it is idle, since what comes to it later is received now; and where it is stopped (/readyz says so), the topic
 *   has expired what it did not read. A topic that keeps records for longer may then bring a retry that is not recognized.
 * - The earlier clock bounds it, so that a record from the future sweeps nothing early.
 *
 * @param now by the earlier clock, milliseconds since 1970
 */
export async function readRetryKeyBound(client: PoolClient, now: number): Promise<string | null> {
  const values = [now, REMEMBERED_MS + DISORDER_MS, IDLE_MS];
  const result = await client.query<{ before: string | null }>({ name: 'retry-key-bound', text: RETRY_KEYS, values });
  return result.rows[0]?.before ?? null;
}

const COUNT = `SELECT coalesce(pg_stat_get_live_tuples('ingested_batches'::regclass), 0)::float8 AS rows`;

/** How many retry keys are kept, as PostgreSQL's statistics have it: counting would read the table. */
export async function estimateRetryKeys(client: PoolClient): Promise<number> {
  return (await client.query<{ rows: number }>({ name: 'estimate-retry-keys', text: COUNT })).rows[0]?.rows ?? 0;
}
