import { randomBytes } from 'node:crypto';
import { TestPartition, storeGood } from '../conformance/batches.js';
import { filterOf } from '../conformance/log-search-suite.js';
import { startPostgresUnderTest, type PostgresUnderTest } from '../conformance/postgres-under-test.js';
import { DAY_MS } from './partition-ranges.js';
import { PostgresLogMaintenance } from './postgres-log-maintenance.js';
import { PostgresLogSearch } from './postgres-log-search.js';
import { PostgresLogWriter } from './postgres-log-writer.js';
import { PostgresSearchUpkeep } from './postgres-search-upkeep.js';

let postgres: PostgresUnderTest;
let search: PostgresLogSearch;
let upkeep: PostgresSearchUpkeep;
const never = new AbortController().signal;

beforeAll(async () => {
  postgres = await startPostgresUnderTest('log-ingestion');
  search = new PostgresLogSearch(postgres.database, { budgetMs: 60_000, countBudgetMs: 60_000 });
  upkeep = new PostgresSearchUpkeep(postgres.database);
}, 60_000);
afterAll(async () => postgres.close(), 60_000);

async function rows(text: string): Promise<number> {
  const [row] = await postgres.database.query<{ n: number }>({ text: `SELECT (${text})::integer AS n` });
  return row?.n ?? -1;
}

/** How many records of each service are counted, around a moment. */
async function servicesAround(tenant: string, ms: number): Promise<readonly { value: string; count: number }[]> {
  const at = (offset: number) => ({ seconds: Math.floor(ms / 1000) + offset, nanos: 0 });
  const filter = { ...filterOf(''), from: at(-100), to: at(100) };
  return (await search.fieldValues({ tenant, filter, field: { kind: 'service' }, prefix: '', limit: 10 })).values;
}

describe('upkeep of searches', () => {
  it('sums up what transactions have counted, once, and leaves nothing behind', async () => {
    const partition = new TestPartition();
    const writer = new PostgresLogWriter(postgres.database);
    const now = Date.now();
    for (let i = 0; i < 5; i++) await storeGood(writer, partition.batch({ logs: [{ service: 'a' }], receivedAt: now }));
    expect((await upkeep.run(never)).foldedParts).toBe(5);
    expect((await upkeep.run(never)).foldedParts).toBe(0);
    expect(await rows('SELECT count(*) FROM new_log_counts')).toBe(0);
    expect(await rows(`SELECT sum(one) FROM log_counts, unnest(counts) AS one WHERE tenant = '${partition.tenant}'`)).toBe(5);
    expect(await servicesAround(partition.tenant, now)).toEqual([{ value: 'a', count: 5 }]);
  });

  it('gives up nothing where a process dies in the middle of it', async () => {
    const partition = new TestPartition();
    const now = Date.now();
    await storeGood(new PostgresLogWriter(postgres.database), partition.batch({ logs: [{ service: 'b' }], receivedAt: now }));
    const doomed = postgres.connect(1);
    await postgres.database.transaction(async (holder) => {
      await holder.query('LOCK TABLE log_counts IN SHARE MODE');
      const run = new PostgresSearchUpkeep(doomed).run(never).catch((error: unknown) => error);
      const text = `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE '%log_counts%'`;
      const over = run.then(() => true);
      while (!(await Promise.race([over, holder.query(text).then(() => false)])));
    });
    expect(await servicesAround(partition.tenant, now)).toEqual([{ value: 'b', count: 1 }]);
    await upkeep.run(never);
    expect(await servicesAround(partition.tenant, now)).toEqual([{ value: 'b', count: 1 }]);
  });

  it('tells the indexes on time about every range of blocks but the last', async () => {
    const partition = new TestPartition();
    const writer = new PostgresLogWriter(postgres.database);
    for (let i = 0; i < 6; i++) {
      // Five rows a block, which can't be compressed.
      const logs = Array.from({ length: 100 }, () => ({ message: randomBytes(1_050).toString('base64') }));
      await storeGood(writer, partition.batchOf(...logs));
    }
    expect(await upkeep.summarize(never)).toBeGreaterThan(0);
    expect(await upkeep.summarize(never)).toBe(0);
    const left = await rows(
      `SELECT max(brin_summarize_new_values(x.indexrelid)) FROM pg_inherits i JOIN pg_index x ON x.indrelid = i.inhrelid
       JOIN pg_class c ON c.oid = x.indexrelid JOIN pg_am am ON am.oid = c.relam
       WHERE i.inhparent = 'logs'::regclass AND am.amname = 'brin'`,
    );
    expect(left).toBeLessThanOrEqual(1);
  });

  it('waits for nobody: a partition that vacuum has is left to it', async () => {
    const partition = new TestPartition();
    await storeGood(new PostgresLogWriter(postgres.database), partition.batchOf({ service: 'c' }));
    const fresh = new PostgresSearchUpkeep(postgres.database);
    await postgres.database.transaction(async (vacuum) => {
      const { rows: names } = await vacuum.query<{ name: string }>(
        `SELECT inhrelid::regclass::text AS name FROM pg_inherits WHERE inhparent = 'logs'::regclass`,
      );
      for (const { name } of names) await vacuum.query(`LOCK TABLE ${name} IN SHARE UPDATE EXCLUSIVE MODE`);
      expect(await fresh.summarize(never)).toBe(0);
    });
  });

  it('forgets the counts of records that retention dropped, and answers without them before', async () => {
    const partition = new TestPartition();
    const old = Date.now() - 40 * DAY_MS;
    await storeGood(
      new PostgresLogWriter(postgres.database, { partitionDays: 1 }),
      partition.batch({ logs: [{ service: 'old' }], receivedAt: old }),
    );
    await upkeep.run(never);
    expect(await servicesAround(partition.tenant, old)).toEqual([{ value: 'old', count: 1 }]);
    const name = `logs_${new Date(old).toISOString().slice(0, 10).replaceAll('-', '')}`;
    await postgres.database.query({ text: `ALTER TABLE logs DETACH PARTITION ${name}` });
    expect(await servicesAround(partition.tenant, old)).toEqual([]);
    await postgres.database.query({ text: `DROP TABLE ${name}` });
    await new PostgresLogMaintenance(postgres.database, { retentionDays: 30 }).run(never);
    expect(await rows(`SELECT count(*) FROM log_counts WHERE tenant = '${partition.tenant}'`)).toBe(0);
  });

  it('is not trusted before everything that is kept was counted', async () => {
    const partition = new TestPartition();
    const now = Date.now();
    await storeGood(new PostgresLogWriter(postgres.database), partition.batch({ logs: [{ service: 'd' }], receivedAt: now }));
    await upkeep.run(never);
    await postgres.database.query({ text: `UPDATE log_count_state SET counted_from = now() + interval '1 day'` });
    await postgres.database.query({ text: `DELETE FROM log_counts WHERE tenant = '${partition.tenant}'` });
    expect(await servicesAround(partition.tenant, now)).toEqual([{ value: 'd', count: 1 }]);
  });
});
