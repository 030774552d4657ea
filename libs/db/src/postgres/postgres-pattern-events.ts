import { setTimeout as pause } from 'node:timers/promises';
import { instantOfEpochMicros, type Instant } from '#domain';
import type { PoolClient } from 'pg';
import type { PatternEvent, PatternEvents } from '../api/pattern-events.js';
import type { Database } from './database.js';
import { PATTERN_EVENTS_CHANNEL } from './sql/add-pattern-events.js';
import { timestampText } from './sql/time-parameter.js';

const AGAIN_MS = 1_000;

interface EventRow {
  readonly position: string;
  readonly tenant: string;
  readonly pattern_id: string;
  readonly kind: 'new' | 'regression';
  readonly created_at: string;
}

/** PatternEvents on PostgreSQL: the table pattern_events, and NOTIFY. Each watch holds a connection of the pool. */
export class PostgresPatternEvents implements PatternEvents {
  constructor(private readonly database: Database) {}

  async after(position: bigint, limit: number, signal?: AbortSignal): Promise<readonly PatternEvent[]> {
    const text = `
      SELECT position, tenant, pattern_id, kind, (extract(epoch FROM created_at) * 1000000)::bigint AS created_at
      FROM pattern_events WHERE position > $1 ORDER BY position LIMIT $2`;
    const values = [String(position), limit];
    const rows = await this.database.query<EventRow>({ name: 'pattern-events', text, values }, signal);
    return rows.map((row) => ({
      position: BigInt(row.position),
      tenant: row.tenant,
      patternId: row.pattern_id,
      kind: row.kind,
      createdAt: instantOfEpochMicros(BigInt(row.created_at), 0),
    }));
  }

  async newestPosition(signal?: AbortSignal): Promise<bigint> {
    const text = 'SELECT coalesce(max(position), 0) AS position FROM pattern_events';
    const [row] = await this.database.query<{ position: string }>({ text }, signal);
    return BigInt(row?.position ?? 0);
  }

  watch(wake: () => void): () => Promise<void> {
    const stopping = new AbortController();
    const watching = this.watchUntil(stopping.signal, wake);
    return async () => {
      stopping.abort();
      await watching;
    };
  }

  async sweep(before: Instant): Promise<number> {
    const text =
      'WITH gone AS (DELETE FROM pattern_events WHERE created_at < $1 RETURNING 1) SELECT count(*)::int AS count FROM gone';
    const [row] = await this.database.query<{ count: number }>({ text, values: [timestampText(before)] });
    return row?.count ?? 0;
  }

  private async watchUntil(stop: AbortSignal, wake: () => void): Promise<void> {
    while (!stop.aborted) {
      // Whatever breaks the connection, the answer is the same: connect again and look.
      await this.database.withClient((client) => listen(client, stop, wake)).catch(() => undefined);
      await pause(AGAIN_MS, undefined, { signal: stop }).catch(() => undefined);
    }
  }
}

/** Resolves once it is stopped; rejects where the connection breaks. */
async function listen(client: PoolClient, stop: AbortSignal, wake: () => void): Promise<void> {
  let end: () => void = () => undefined;
  let fail: (error: Error) => void = () => undefined;
  const ended = new Promise<void>((resolve, reject) => {
    end = resolve;
    fail = reject;
  });
  // It may break before anybody waits for it.
  ended.catch(() => undefined);
  client.on('notification', wake);
  client.once('error', fail);
  stop.addEventListener('abort', end, { once: true });
  try {
    await client.query(`LISTEN ${PATTERN_EVENTS_CHANNEL}`);
    // What was committed before is not notified.
    wake();
    if (!stop.aborted) await ended;
    // The connection goes back to the pool.
    await client.query(`UNLISTEN ${PATTERN_EVENTS_CHANNEL}`);
  } finally {
    client.off('notification', wake);
    client.off('error', fail);
    stop.removeEventListener('abort', end);
    end();
  }
}
