import { and, desc, eq, getTableColumns, inArray, sql } from 'drizzle-orm';
import { drizzle } from 'drizzle-orm/node-postgres';
import type { PoolClient } from 'pg';
import { epochMicrosOf } from '#domain';
import type { DagPage, DagPageRequest, DagReader, DagWriter, NewDag, StoredDag } from '../api/dag-store.js';
import { compareKeys } from './compare-keys.js';
import { dagRowOf, storedDagOf } from './dag-rows.js';
import type { Database } from './database.js';
import { patternMovesOf, type TraceMove } from './pattern-moves.js';
import { dags } from './schema/dags.js';
import { addPatternEvents } from './sql/add-pattern-events.js';
import { countPatternHours, countPatterns, narrowPatterns } from './sql/count-patterns.js';
import { timestampText } from './sql/time-parameter.js';

/**
 * Every column as the refused row has it, and what the row before counted as. Only the statement that replaces a row surely
 * sees what it replaces: whoever reads it before may be overtaken.
 */
const NEW_ROW = {
  ...Object.fromEntries(
    Object.entries(getTableColumns(dags)).map(([key, column]) => [key, sql.raw(`excluded."${column.name}"`)]),
  ),
  countedPatternId: sql`${dags.patternId}`,
  countedErrorTime: sql`${dags.firstErrorTime}`,
};

/** What the row that was replaced counted as; nulls where there was none, or none with a pattern. */
interface ReplacedRow {
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
function traceMoveOf({ tenant, pattern, dag }: NewDag, replaced: ReplacedRow | undefined): TraceMove[] {
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
    const rows = stored.map((dag) => ({ ...dagRowOf(dag), updatedAt: sql`now()` })).sort(byKey);
    const written = await this.database.transaction(async (client) => {
      const replaced = await drizzle({ client })
        .insert(dags)
        .values(rows)
        .onConflictDoUpdate({
          target: [dags.tenant, dags.traceId],
          set: NEW_ROW,
          setWhere: sql`${dags.version} < excluded.version`,
        })
        .returning({
          tenant: dags.tenant,
          traceId: dags.traceId,
          patternId: dags.countedPatternId,
          micros: sql<string | null>`(extract(epoch FROM ${dags.countedErrorTime}) * 1000000)::bigint`,
        });
      const before = new Map(replaced.map((row) => [keyOf(row), row]));
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
