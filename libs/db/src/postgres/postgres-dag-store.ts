import { and, desc, eq, getTableColumns, inArray, sql } from 'drizzle-orm';
import { drizzle } from 'drizzle-orm/node-postgres';
import type { DagPage, DagPageRequest, DagReader, DagWriter, StoredDag } from '../api/dag-store.js';
import { dagRowOf, storedDagOf } from './dag-rows.js';
import type { Database } from './database.js';
import { dags } from './schema/dags.js';
import { timestampText } from './sql/time-parameter.js';

/** Every column as the refused row has it. */
const NEW_ROW = Object.fromEntries(
  Object.entries(getTableColumns(dags)).map(([key, column]) => [key, sql.raw(`excluded."${column.name}"`)]),
);

function byKey(a: { tenant: string; traceId: string }, b: { tenant: string; traceId: string }): number {
  return compare(a.tenant, b.tenant) || compare(a.traceId, b.traceId);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** DagWriter and DagReader on PostgreSQL: the table dags of the DAG database. */
export class PostgresDagStore implements DagWriter, DagReader {
  constructor(private readonly database: Database) {}

  async put(stored: readonly Omit<StoredDag, 'updatedAt'>[]): Promise<readonly ('written' | 'older')[]> {
    if (stored.length === 0) return [];
    // Two builders may write the same traces: in one order, so that neither waits for the other in a ring.
    const rows = stored.map((dag) => ({ ...dagRowOf(dag), updatedAt: sql`now()` })).sort(byKey);
    const written = await this.database.withClient((client) =>
      drizzle({ client })
        .insert(dags)
        .values(rows)
        .onConflictDoUpdate({
          target: [dags.tenant, dags.traceId],
          set: NEW_ROW,
          setWhere: sql`${dags.version} < excluded.version`,
        })
        .returning({ tenant: dags.tenant, traceId: dags.traceId }),
    );
    const keys = new Set(written.map(({ tenant, traceId }) => JSON.stringify([tenant, traceId])));
    return stored.map(({ tenant, traceId }) => (keys.has(JSON.stringify([tenant, traceId])) ? 'written' : 'older'));
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
