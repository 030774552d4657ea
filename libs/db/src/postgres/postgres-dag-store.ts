import { and, desc, eq, inArray, sql } from 'drizzle-orm';
import { drizzle } from 'drizzle-orm/node-postgres';
import type { DagPage, DagPageRequest, DagReader, DagWriter, StoredDag } from '../api/dag-store.js';
import { dagRowOf, storedDagOf } from './dag-rows.js';
import type { Database } from './database.js';
import { dags } from './schema/dags.js';
import { timestampText } from './sql/time-parameter.js';

/** DagWriter and DagReader on PostgreSQL: the table dags of the DAG database. */
export class PostgresDagStore implements DagWriter, DagReader {
  constructor(private readonly database: Database) {}

  async put(stored: Omit<StoredDag, 'updatedAt'>): Promise<'written' | 'older'> {
    const row = { ...dagRowOf(stored), updatedAt: sql`now()` };
    const written = await this.database.withClient((client) =>
      drizzle({ client })
        .insert(dags)
        .values(row)
        .onConflictDoUpdate({ target: [dags.tenant, dags.traceId], set: row, setWhere: sql`${dags.version} < excluded.version` })
        .returning({ version: dags.version }),
    );
    return written.length > 0 ? 'written' : 'older';
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
