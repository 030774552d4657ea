import { instantOfEpochMicros } from '#domain';
import { sql } from 'drizzle-orm';
import { drizzle } from 'drizzle-orm/node-postgres';
import type { PoolClient } from 'pg';
import type { HourMove, PatternMove } from '../pattern-moves.js';
import { patternHours, patterns } from '../schema/patterns.js';
import { timestampText } from './time-parameter.js';

/** A pattern whose first trace came, or that came back. */
export interface PatternNews {
  readonly tenant: string;
  readonly id: string;
  readonly kind: 'new' | 'regression';
}

const REGRESSED = sql`${patterns.state} = 'resolved' AND excluded.last_seen > ${patterns.resolvedAt}`;
const EMPTY = sql`${patterns.traceCount} <= 0`;
/** The row as it is replaced. `excluded` holds what the batch adds: the first and last of the traces that join, and the difference in count. */
const COUNTED = {
  firstSeen: sql`CASE WHEN ${EMPTY} THEN excluded.first_seen ELSE least(${patterns.firstSeen}, excluded.first_seen) END`,
  lastSeen: sql`CASE WHEN ${EMPTY} THEN excluded.last_seen ELSE greatest(${patterns.lastSeen}, excluded.last_seen) END`,
  traceCount: sql`${patterns.traceCount} + excluded.trace_count`,
  state: sql`CASE WHEN ${REGRESSED} THEN 'open' ELSE ${patterns.state} END`,
  regressedAt: sql`CASE WHEN ${REGRESSED}
    THEN CASE WHEN excluded.first_seen > ${patterns.resolvedAt} THEN excluded.first_seen ELSE excluded.last_seen END
    ELSE ${patterns.regressedAt} END`,
  regressions: sql`${patterns.regressions} + CASE WHEN ${REGRESSED} THEN 1 ELSE 0 END`,
  countedRegressions: sql`${patterns.regressions}`,
};

/**
 * Adds a batch to the patterns and locks their rows, in the order given, until the transaction ends.
 *
 * A new row's `counted_regressions` is null, and a row that came back has more regressions than were counted before: so the
 * statement that decides also tells, under whatever concurrency.
 *
 * @param moves not empty; each pattern once, sorted by key
 */
export async function countPatterns(client: PoolClient, moves: readonly PatternMove[]): Promise<readonly PatternNews[]> {
  const rows = await drizzle({ client })
    .insert(patterns)
    .values(moves.map(patternRowOf))
    .onConflictDoUpdate({ target: [patterns.tenant, patterns.id], set: COUNTED })
    .returning({
      tenant: patterns.tenant,
      id: patterns.id,
      regressions: patterns.regressions,
      counted: patterns.countedRegressions,
    });
  return rows.flatMap(({ tenant, id, regressions, counted }): PatternNews[] => {
    if (counted === null) return [{ tenant, id, kind: 'new' }];
    return regressions > counted ? [{ tenant, id, kind: 'regression' }] : [];
  });
}

/** Where no trace joins, bounds that change nothing, and no texts: the row is there. */
function patternRowOf({ tenant, id, joined, delta }: PatternMove): typeof patterns.$inferInsert {
  return {
    tenant,
    id,
    title: joined?.pattern.title ?? '',
    template: joined?.pattern.template ?? '',
    service: joined?.pattern.service ?? '',
    services: [...(joined?.pattern.services ?? [])],
    firstSeen: joined === null ? 'infinity' : textOf(joined.first),
    lastSeen: joined === null ? '-infinity' : textOf(joined.last),
    traceCount: delta,
  };
}

/** Adds a batch to the hours of patterns whose rows are locked. @param moves sorted by key; may be empty */
export async function countPatternHours(client: PoolClient, moves: readonly HourMove[]): Promise<void> {
  if (moves.length === 0) return;
  await drizzle({ client })
    .insert(patternHours)
    .values(moves.map(({ tenant, patternId, hour, delta }) => ({ tenant, patternId, hour: textOf(hour), traceCount: delta })))
    .onConflictDoUpdate({
      target: [patternHours.tenant, patternHours.patternId, patternHours.hour],
      set: { traceCount: sql`${patternHours.traceCount} + excluded.trace_count` },
    });
}

const NARROW = `
  UPDATE patterns AS p SET first_seen = seen.first, last_seen = seen.last
  FROM unnest($1::text[], $2::text[]) AS k (tenant, id), LATERAL (
    SELECT min(d.first_error_time) AS first, max(d.first_error_time) AS last
    FROM dags AS d WHERE d.tenant = k.tenant AND d.pattern_id = k.id
  ) AS seen
  WHERE p.tenant = k.tenant AND p.id = k.id AND seen.first IS NOT NULL`;

/**
 * Reads first and last seen anew, for patterns whose rows are locked and that a trace has left. A statement of its own:
 * only one that begins after the lock was taken sees what other builders committed before. Those that still wait for the
 * lock add their part after it.
 */
export async function narrowPatterns(client: PoolClient, moves: readonly PatternMove[]): Promise<void> {
  if (moves.length === 0) return;
  const values = [moves.map(({ tenant }) => tenant), moves.map(({ id }) => id)];
  await client.query({ name: 'narrow-patterns', text: NARROW, values });
}

function textOf(micros: bigint): string {
  return timestampText(instantOfEpochMicros(micros, 0));
}
