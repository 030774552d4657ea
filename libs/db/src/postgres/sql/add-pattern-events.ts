import type { PoolClient } from 'pg';
import type { PatternNews } from './count-patterns.js';
import { LOCKS } from './locks.js';

/** What listeners LISTEN to. */
export const PATTERN_EVENTS_CHANNEL = 'rootspan_pattern_events';

const ADD = `
  INSERT INTO pattern_events (tenant, pattern_id, kind)
  SELECT tenant, id, kind FROM unnest($1::text[], $2::text[], $3::text[]) AS news (tenant, id, kind)`;

/**
 * Appends events and wakes whoever listens, once the transaction is committed. The last step of a transaction: the lock
 * makes those that have events commit one after the other, so that positions become visible in their order, and it is held
 * for the commit only. New patterns and regressions are rare.
 */
export async function addPatternEvents(client: PoolClient, news: readonly PatternNews[]): Promise<void> {
  if (news.length === 0) return;
  await client.query('SELECT pg_advisory_xact_lock($1)', [LOCKS.patternEvents]);
  const values = [news.map(({ tenant }) => tenant), news.map(({ id }) => id), news.map(({ kind }) => kind)];
  await client.query({ name: 'add-pattern-events', text: ADD, values });
  await client.query(`NOTIFY ${PATTERN_EVENTS_CHANNEL}`);
}
