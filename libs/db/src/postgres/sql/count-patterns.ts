import { instantOfEpochMicros } from '#domain';
import type { PoolClient } from 'pg';
import type { HourMove, PatternMove } from '../pattern-moves.js';
import { patterns } from '../schema/patterns.js';
import { RowSet } from './row-set.js';
import { timestampText } from './time-parameter.js';

/** A pattern whose first trace came, or that came back. */
export interface PatternNews {
  readonly tenant: string;
  readonly id: string;
  readonly kind: 'new' | 'regression';
}

type NewPatternRow = Omit<
  typeof patterns.$inferInsert,
  'state' | 'resolvedAt' | 'regressedAt' | 'regressions' | 'countedRegressions'
>;

const ROWS = new RowSet<NewPatternRow>(patterns, ['state', 'resolvedAt', 'regressedAt', 'regressions', 'countedRegressions']);
const REGRESSED = `p.state = 'resolved' AND excluded.last_seen > p.resolved_at`;
/** `excluded` holds what the batch adds: the first and last of the traces that join, and the difference in count. */
const COUNT = `
  INSERT INTO patterns AS p (${ROWS.list()})
  SELECT ${ROWS.list('r.')} FROM json_populate_recordset(NULL::patterns, $1::json) AS r
  ON CONFLICT (tenant, id) DO UPDATE SET
    first_seen = CASE WHEN p.trace_count <= 0 THEN excluded.first_seen ELSE least(p.first_seen, excluded.first_seen) END,
    last_seen = CASE WHEN p.trace_count <= 0 THEN excluded.last_seen ELSE greatest(p.last_seen, excluded.last_seen) END,
    trace_count = p.trace_count + excluded.trace_count,
    state = CASE WHEN ${REGRESSED} THEN 'open' ELSE p.state END,
    regressed_at = CASE WHEN ${REGRESSED}
      THEN CASE WHEN excluded.first_seen > p.resolved_at THEN excluded.first_seen ELSE excluded.last_seen END
      ELSE p.regressed_at END,
    regressions = p.regressions + CASE WHEN ${REGRESSED} THEN 1 ELSE 0 END,
    counted_regressions = p.regressions
  RETURNING tenant, id, regressions, counted_regressions AS counted`;

interface CountedRow {
  readonly tenant: string;
  readonly id: string;
  readonly regressions: number;
  readonly counted: number | null;
}

/**
 * Adds a batch to the patterns and locks their rows, in the order given, until the transaction ends.
 *
 * A new row's `counted_regressions` is null, and a row that came back has more regressions than were counted before: so the
 * statement that decides also tells, under whatever concurrency.
 *
 * @param moves not empty; each pattern once, sorted by key
 */
export async function countPatterns(client: PoolClient, moves: readonly PatternMove[]): Promise<readonly PatternNews[]> {
  const values = [ROWS.json(moves.map(patternRowOf))];
  const { rows } = await client.query<CountedRow>({ name: 'count-patterns', text: COUNT, values });
  return rows.flatMap(({ tenant, id, regressions, counted }): PatternNews[] => {
    if (counted === null) return [{ tenant, id, kind: 'new' }];
    return regressions > counted ? [{ tenant, id, kind: 'regression' }] : [];
  });
}

/** Where no trace joins, bounds that change nothing, and no texts: the row is there. */
function patternRowOf({ tenant, id, joined, delta }: PatternMove): NewPatternRow {
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

const COUNT_HOURS = `
  INSERT INTO pattern_hours AS h (tenant, pattern_id, hour, trace_count)
  SELECT * FROM unnest($1::text[], $2::text[], $3::timestamptz[], $4::bigint[])
  ON CONFLICT (tenant, pattern_id, hour) DO UPDATE SET trace_count = h.trace_count + excluded.trace_count`;

/** Adds a batch to the hours of patterns whose rows are locked. @param moves sorted by key; may be empty */
export async function countPatternHours(client: PoolClient, moves: readonly HourMove[]): Promise<void> {
  if (moves.length === 0) return;
  const columns = [
    moves.map(({ tenant }) => tenant),
    moves.map(({ patternId }) => patternId),
    moves.map(({ hour }) => textOf(hour)),
    moves.map(({ delta }) => delta),
  ];
  await client.query({ name: 'count-pattern-hours', text: COUNT_HOURS, values: columns });
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
