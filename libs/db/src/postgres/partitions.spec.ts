import { TestPartition, storeGood } from '../conformance/batches.js';
import { startPostgresUnderTest, type PostgresUnderTest } from '../conformance/postgres-under-test.js';
import { readNewest } from '../conformance/read-all.js';
import { PostgresLogReader } from './postgres-log-reader.js';
import { PostgresLogWriter } from './postgres-log-writer.js';
import { partitionName, startOfDay } from './sql/partitions.js';

const DAY_MS = 86_400_000;
let postgres: PostgresUnderTest;

beforeAll(async () => {
  postgres = await startPostgresUnderTest('log-ingestion');
}, 60_000);
afterAll(async () => postgres.close(), 60_000);

/** Rows of a tenant by the partition that they lie in. */
async function rowsByPartition(tenant: string): Promise<Record<string, number>> {
  const rows = await postgres.database.query<{ name: string; rows: number }>({
    text: 'SELECT tableoid::regclass::text AS name, count(*)::int AS rows FROM logs WHERE tenant = $1 GROUP BY 1',
    values: [tenant],
  });
  return Object.fromEntries(rows.map(({ name, rows: count }) => [name, count]));
}

function daysAgo(days: number): number {
  return Date.now() - days * DAY_MS;
}

function nameOf(receivedAt: number): string {
  return partitionName(startOfDay(receivedAt));
}

describe('partitions of logs', () => {
  it('are made for every day of receipt in a batch', async () => {
    const writer = new PostgresLogWriter(postgres.database);
    const partition = new TestPartition();
    const times = [daysAgo(0), daysAgo(1), daysAgo(30), daysAgo(1)];
    await storeGood(writer, partition.batch(...times.map((receivedAt) => ({ logs: [{}], receivedAt }))));
    expect(await rowsByPartition(partition.tenant)).toEqual({
      [nameOf(daysAgo(0))]: 1,
      [nameOf(daysAgo(1))]: 2,
      [nameOf(daysAgo(30))]: 1,
    });
  });

  it('reach from midnight to midnight in UTC', async () => {
    const writer = new PostgresLogWriter(postgres.database);
    const partition = new TestPartition();
    const midnight = startOfDay(daysAgo(50));
    const times = [midnight - 1, midnight, midnight + DAY_MS - 1, midnight + DAY_MS];
    await storeGood(writer, partition.batch(...times.map((receivedAt) => ({ logs: [{}], receivedAt }))));
    expect(await rowsByPartition(partition.tenant)).toEqual({
      [nameOf(midnight - 1)]: 1,
      [nameOf(midnight)]: 2,
      [nameOf(midnight + DAY_MS)]: 1,
    });
  });

  it('have the indexes of logs and no check that is left over', async () => {
    const writer = new PostgresLogWriter(postgres.database);
    await storeGood(writer, new TestPartition().batchOf({}));
    const name = nameOf(Date.now());
    const indexes = await postgres.database.query<{ method: string }>({
      text: `SELECT am.amname AS method FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_am am ON am.oid = c.relam
        WHERE i.indrelid = $1::regclass ORDER BY 1`,
      values: [name],
    });
    expect(indexes.map(({ method }) => method)).toEqual(['brin', 'hash']);
    const checks = await postgres.database.query({
      text: `SELECT conname FROM pg_constraint WHERE conrelid = $1::regclass AND contype = 'c'`,
      values: [name],
    });
    expect(checks).toEqual([]);
  });

  it('are made once by writers that miss the same ones at once', async () => {
    const all = [0, 1, 2, 3].map((i) => ({
      writer: new PostgresLogWriter(postgres.connect()),
      partition: new TestPartition(),
      i,
    }));
    const slices = [daysAgo(100), daysAgo(101), daysAgo(102)].map((receivedAt) => ({ logs: [{}], receivedAt }));
    const reversed = [...slices].reverse();
    await Promise.all(
      all.map(async ({ writer, partition, i }) => storeGood(writer, partition.batch(...(i % 2 === 0 ? slices : reversed)))),
    );
    for (const { partition } of all) {
      expect(Object.values(await rowsByPartition(partition.tenant))).toEqual([1, 1, 1]);
    }
  });

  it('are made again by a writer that knew them, where retention has dropped them', async () => {
    const writer = new PostgresLogWriter(postgres.database);
    const partition = new TestPartition();
    const receivedAt = daysAgo(200);
    await storeGood(writer, partition.batch({ logs: [{ message: 'old' }], receivedAt }));
    await postgres.database.query({ text: `DROP TABLE ${nameOf(receivedAt)}` });
    await storeGood(writer, partition.batch({ logs: [{ message: 'new' }], receivedAt }));
    const records = await readNewest(new PostgresLogReader(postgres.database), partition.tenant);
    expect(records.map(({ message }) => message)).toEqual(['new']);
  });

  it.each([NaN, -1, 0, Date.UTC(9999, 11, 31), Date.UTC(1970, 0, 2)])(
    'are not made for a time of receipt that can not be ours: %p',
    async (receivedAt) => {
      const partition = new TestPartition();
      const before = nameOf(Date.now());
      await storeGood(new PostgresLogWriter(postgres.database), partition.batch({ logs: [{}], receivedAt }));
      const [name = ''] = Object.keys(await rowsByPartition(partition.tenant));
      expect([before, nameOf(Date.now())]).toContain(name);
    },
  );
});
