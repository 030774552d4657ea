import { and, desc, eq, inArray, sql } from 'drizzle-orm';
import { drizzle } from 'drizzle-orm/node-postgres';
import type { PoolClient } from 'pg';
import { epochMicrosOf } from '#domain';
import type { DagPage, DagPageRequest, DagReader, DagWriter, NewDag, StoredDag } from '../api/dag-store.js';
import { compareKeys } from './compare-keys.js';
import { dagRowOf, storedDagOf, type NewDagRow } from './dag-rows.js';
import type { Database } from './database.js';
import { patternMovesOf, type TraceMove } from './pattern-moves.js';
import { dags } from './schema/dags.js';
import { addPatternEvents } from './sql/add-pattern-events.js';
import { countPatternHours, countPatterns, narrowPatterns } from './sql/count-patterns.js';
import { RowSet } from './sql/row-set.js';
import { timestampText } from './sql/time-parameter.js';

const ROWS = new RowSet<NewDagRow>(dags, ['updatedAt', 'countedPatternId', 'countedErrorTime']);
/**
 * Answers what each row that was written had counted as before: nulls where there was none, or none with a pattern. Only the
 * statement that replaces a row surely sees what it replaces; whoever reads it before may be overtaken.
 */
const PUT = `
  INSERT INTO dags AS d (${ROWS.list()}, updated_at)
  SELECT ${ROWS.list('r.')}, now() FROM json_populate_recordset(NULL::dags, $1::json) AS r
  ON CONFLICT (tenant, trace_id) DO UPDATE SET ${ROWS.assignments()}, updated_at = excluded.updated_at,
    counted_pattern_id = d.pattern_id, counted_error_time = d.first_error_time
  WHERE d.version < excluded.version
  RETURNING tenant, trace_id AS "traceId", counted_pattern_id AS "patternId",
    (extract(epoch FROM counted_error_time) * 1000000)::bigint AS micros`;

interface WrittenRow {
  readonly tenant: string;
  readonly traceId: string;
  readonly patternId: string | null;
  readonly micros: string | null;
}

function byKey(a: { tenant: string; traceId: string }, b: { tenant: string; traceId: string }): number {
  return compareKeys(a.tenant, b.tenant) || compareKeys(a.traceId, b.traceId);
}

function keyOf({ tenant, traceId }: { readonly tenant: string; readonly traceId: string }): string {
  return JSON.stringify([tenant, traceId]);
}

/** None where the DAG was not written. */
function traceMoveOf({ tenant, pattern, dag }: NewDag, replaced: WrittenRow | undefined): TraceMove[] {
  if (replaced === undefined) return [];
  const { patternId, micros } = replaced;
  const before = patternId === null || micros === null ? null : { patternId, micros: BigInt(micros) };
  return [{ tenant, before, now: pattern ? { pattern, micros: epochMicrosOf(dag.firstErrorTime) } : null }];
}

/** Patterns after DAGs, hours after patterns, events last: every builder takes its locks in this order. */
async function countPatternMoves(client: PoolClient, traces: readonly TraceMove[]): Promise<void> {
  const { patterns, hours } = patternMovesOf(traces);
  if (patterns.length === 0) return;
  const news = await countPatterns(client, patterns);
  await countPatternHours(client, hours);
  await narrowPatterns(
    client,
    patterns.filter(({ narrowed }) => narrowed),
  );
  await addPatternEvents(client, news);
}

/** DagWriter and DagReader on PostgreSQL: the table dags of the DAG database. */
export class PostgresDagStore implements DagWriter, DagReader {
  constructor(private readonly database: Database) {}

  async put(stored: readonly NewDag[]): Promise<readonly ('written' | 'older')[]> {
    if (stored.length === 0) return [];
    // Two builders may write the same traces: in one order, so that neither waits for the other in a ring.
    const values = [ROWS.json(stored.map(dagRowOf).sort(byKey))];
    const written = await this.database.transaction(async (client) => {
      const { rows } = await client.query<WrittenRow>({ name: 'put-dags', text: PUT, values });
      const before = new Map(rows.map((row) => [keyOf(row), row]));
      await countPatternMoves(
        client,
        stored.flatMap((dag) => traceMoveOf(dag, before.get(keyOf(dag)))),
      );
      return before;
    });
    return stored.map((dag) => (written.has(keyOf(dag)) ? 'written' : 'older'));
  }

  /** Two steps: which DAGs fit into the page by their sizes, then their contents. */
  async newest(request: DagPageRequest): Promise<DagPage> {
    const { tenant, after, limit, maxBytes, signal } = request;
    return this.database.withClient(async (client) => {
      const place = sql`(${dags.firstErrorTime}, ${dags.firstErrorNanos}, ${dags.traceId})`;
      const before =
        after &&
        sql`${place} < (${timestampText(after.firstErrorTime)}::timestamptz, ${after.firstErrorTime.nanos % 1000}::smallint, ${after.traceId})`;
      const order = [desc(dags.firstErrorTime), desc(dags.firstErrorNanos), desc(dags.traceId)];
      const found = await drizzle({ client })
        .select({ traceId: dags.traceId, size: dags.size })
        .from(dags)
        .where(and(eq(dags.tenant, tenant), before))
        .orderBy(...order)
        .limit(limit + 1);
      let bytes = 0;
      const fitting = found.slice(0, limit).filter(({ size }, i) => (bytes += size) <= maxBytes || i === 0);
      const chosen = fitting.map(({ traceId }) => traceId);
      signal?.throwIfAborted();
      const rows = await drizzle({ client })
        .select()
        .from(dags)
        .where(and(eq(dags.tenant, tenant), inArray(dags.traceId, chosen)))
        .orderBy(...order);
      return { dags: rows.map(storedDagOf), more: found.length > chosen.length };
    }, signal);
  }

  async byTrace(tenant: string, traceId: string, signal?: AbortSignal): Promise<StoredDag | null> {
    const rows = await this.database.withClient(
      (client) =>
        drizzle({ client })
          .select()
          .from(dags)
          .where(and(eq(dags.tenant, tenant), eq(dags.traceId, traceId))),
      signal,
    );
    return rows[0] === undefined ? null : storedDagOf(rows[0]);
  }
}
