import fc from 'fast-check';
import { TestPartition, storeGood } from '../conformance/batches.js';
import { startPostgresUnderTest, type PostgresUnderTest } from '../conformance/postgres-under-test.js';
import { readNewest } from '../conformance/read-all.js';
import { DAY_MS, gridCell, startOfDay } from './partition-ranges.js';
import { PostgresLogReader } from './postgres-log-reader.js';
import { PostgresLogWriter } from './postgres-log-writer.js';
import { ensurePartition, partitionName } from './sql/partitions.js';
import { readPartitions, type StoredPartition } from './sql/read-partitions.js';

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

async function partitions(): Promise<StoredPartition[]> {
  return postgres.database.withClient(readPartitions);
}

async function ensure(dayMs: number, widthDays: number): Promise<void> {
  await postgres.database.withClient((client) => ensurePartition(client, 'logs', dayMs, widthDays));
}

async function sql(text: string): Promise<void> {
  await postgres.database.query({ text });
}

function daysAgo(days: number): number {
  return Date.now() - days * DAY_MS;
}

function dailyWriter(): PostgresLogWriter {
  return new PostgresLogWriter(postgres.database, { partitionDays: 1 });
}

function nameOf(receivedAt: number): string {
  return partitionName(startOfDay(receivedAt));
}

/** Every day's first and last instant lie in one partition, and no two partitions overlap. */
function expectCovered(found: readonly StoredPartition[], wanted: readonly number[]): void {
  for (const dayMs of wanted) {
    for (const at of [dayMs, dayMs + DAY_MS - 1]) expect(found.filter(({ from, to }) => from <= at && at < to)).toHaveLength(1);
  }
  found.forEach(({ to }, i) => expect(to).toBeLessThanOrEqual(found[i + 1]?.from ?? Infinity));
}

/** Years of their own for each test, which no other test fills. */
let nextYear = 1971;
function freshDay(): number {
  nextYear += 2;
  return Date.UTC(nextYear, 0, 1);
}

describe('partitions of logs', () => {
  it('are made for every day of receipt in a batch', async () => {
    const partition = new TestPartition();
    const times = [daysAgo(0), daysAgo(1), daysAgo(30), daysAgo(1)];
    await storeGood(dailyWriter(), partition.batch(...times.map((receivedAt) => ({ logs: [{}], receivedAt }))));
    expect(await rowsByPartition(partition.tenant)).toEqual({
      [nameOf(daysAgo(0))]: 1,
      [nameOf(daysAgo(1))]: 2,
      [nameOf(daysAgo(30))]: 1,
    });
  });

  it('reach from midnight to midnight in UTC', async () => {
    const partition = new TestPartition();
    const midnight = startOfDay(daysAgo(50));
    const times = [midnight - 1, midnight, midnight + DAY_MS - 1, midnight + DAY_MS];
    await storeGood(dailyWriter(), partition.batch(...times.map((receivedAt) => ({ logs: [{}], receivedAt }))));
    expect(await rowsByPartition(partition.tenant)).toEqual({
      [nameOf(midnight - 1)]: 1,
      [nameOf(midnight)]: 2,
      [nameOf(midnight + DAY_MS)]: 1,
    });
  });

  it('span the days of their cell, so that the days beside need none', async () => {
    const partition = new TestPartition();
    const cell = gridCell(daysAgo(300), 8);
    const times = [cell.from, cell.from + 3 * DAY_MS, cell.to - 1];
    const writer = new PostgresLogWriter(postgres.database, { partitionDays: 8 });
    await storeGood(writer, partition.batch(...times.map((receivedAt) => ({ logs: [{}], receivedAt }))));
    expect(await rowsByPartition(partition.tenant)).toEqual({ [nameOf(cell.from)]: 3 });
  });

  it('have the indexes of logs and no check that is left over', async () => {
    await storeGood(dailyWriter(), new TestPartition().batchOf({}));
    const name = nameOf(Date.now());
    const indexes = await postgres.database.query<{ method: string }>({
      text: `SELECT am.amname AS method FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_am am ON am.oid = c.relam
        WHERE i.indrelid = $1::regclass ORDER BY 1`,
      values: [name],
    });
    const parents = await postgres.database.query({ text: `SELECT FROM pg_index WHERE indrelid = 'logs'::regclass` });
    expect(indexes).toHaveLength(parents.length);
    expect(indexes.map(({ method }) => method)).toEqual(expect.arrayContaining(['brin', 'btree']));
    const checks = await postgres.database.query({
      text: `SELECT conname FROM pg_constraint WHERE conrelid = $1::regclass AND contype = 'c'`,
      values: [name],
    });
    expect(checks).toEqual([]);
  });

  it('are made once by writers that miss the same ones at once', async () => {
    const all = [0, 1, 2, 3].map((i) => ({
      writer: new PostgresLogWriter(postgres.connect(), { partitionDays: 1 }),
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

  it('cover every day without overlaps where processes of different retentions make them at once', async () => {
    const connections = Array.from({ length: 4 }, () => postgres.connect(1));
    const step = fc.record({ day: fc.integer({ min: 0, max: 40 }), width: fc.constantFrom(1, 3, 8, 60) });
    const property = fc.asyncProperty(fc.array(step, { minLength: 4, maxLength: 16 }), async (steps) => {
      const base = freshDay();
      const wanted = steps.map(({ day }) => base + day * DAY_MS);
      await Promise.all(
        connections.map(async (connection, i) => {
          for (let at = i; at < steps.length; at += connections.length) {
            const dayMs = wanted[at] ?? base;
            await connection.withClient((client) => ensurePartition(client, 'logs', dayMs, steps[at]?.width ?? 1));
          }
        }),
      );
      expectCovered(await partitions(), wanted);
    });
    await fc.assert(property, { numRuns: 15, endOnFailure: true });
  });

  it('fill the gap between older partitions of one day', async () => {
    const base = gridCell(freshDay(), 8).from;
    for (const day of [1, 6]) {
      const [from, to] = [base + day * DAY_MS, base + (day + 1) * DAY_MS].map((ms) => new Date(ms).toISOString());
      const name = partitionName(base + day * DAY_MS);
      await sql(`CREATE TABLE ${name} PARTITION OF logs FOR VALUES FROM ('${from}') TO ('${to}')`);
    }
    await ensure(base + 3 * DAY_MS, 8);
    await ensure(base + 6 * DAY_MS, 8);
    const made = (await partitions()).filter(({ from }) => from >= base && from < base + 8 * DAY_MS);
    expect(made.map(({ from, to }) => [(from - base) / DAY_MS, (to - base) / DAY_MS])).toEqual([
      [1, 2],
      [2, 6],
      [6, 7],
    ]);
  });

  it('take another name where a table has theirs, and leave that table alone', async () => {
    const day = gridCell(freshDay(), 3).from;
    const name = partitionName(day);
    await sql(`CREATE TABLE ${name} (mine text)`);
    await ensure(day, 3);
    const made = (await partitions()).find(({ from }) => from === day);
    expect(made?.name).toBe(`public.${name}_2`);
    expect(await postgres.database.query({ text: `SELECT mine FROM ${name}` })).toEqual([]);
  });

  it('are made while a reader and a writer are in the middle of a transaction', async () => {
    await storeGood(dailyWriter(), new TestPartition().batchOf({}));
    await postgres.database.transaction(async (client) => {
      await client.query('SELECT count(*) FROM logs');
      await client.query('INSERT INTO logs SELECT * FROM logs LIMIT 1');
      const day = freshDay();
      await ensure(day, 3);
      expectCovered(await partitions(), [day]);
    });
  });

  it('are made anew where the detaching of the old one was stopped in the middle', async () => {
    const day = freshDay();
    await ensure(day, 1);
    const detaching = postgres.connect(1);
    await postgres.database.transaction(async (reader) => {
      await reader.query('SELECT count(*) FROM logs');
      await detaching.query({ text: "SET lock_timeout = '100ms'" });
      const detach = detaching.query({ text: `ALTER TABLE logs DETACH PARTITION ${partitionName(day)} CONCURRENTLY` });
      await expect(detach).rejects.toMatchObject({ code: '55P03' });
    });
    expect((await partitions()).find(({ from }) => from === day)).toMatchObject({ detaching: true });
    await ensure(day, 1);
    expect((await partitions()).find(({ from }) => from === day)).toMatchObject({
      detaching: false,
      name: `public.${partitionName(day)}_2`,
    });
  });

  it('are made again by a writer that knew them, where retention has dropped them', async () => {
    const writer = dailyWriter();
    const partition = new TestPartition();
    const receivedAt = daysAgo(200);
    await storeGood(writer, partition.batch({ logs: [{ message: 'old' }], receivedAt }));
    await sql(`DROP TABLE ${nameOf(receivedAt)}`);
    await storeGood(writer, partition.batch({ logs: [{ message: 'new' }], receivedAt }));
    const records = await readNewest(new PostgresLogReader(postgres.database), partition.tenant);
    expect(records.map(({ message }) => message)).toEqual(['new']);
  });

  it.each([NaN, -1, 0, Date.UTC(9999, 11, 31), Date.UTC(1970, 0, 2)])(
    'are not made for a time of receipt that can not be ours: %p',
    async (receivedAt) => {
      const partition = new TestPartition();
      const before = nameOf(Date.now());
      await storeGood(dailyWriter(), partition.batch({ logs: [{}], receivedAt }));
      const [name = ''] = Object.keys(await rowsByPartition(partition.tenant));
      expect([before, nameOf(Date.now())]).toContain(name);
    },
  );
});
