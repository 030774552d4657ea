import fc from 'fast-check';
import type { MaintenanceOutcome } from '../api/log-maintenance.js';
import { StoreUnavailableError } from '../api/store-unavailable.js';
import { TestPartition, storeGood } from '../conformance/batches.js';
import { startPostgresUnderTest, type PostgresUnderTest } from '../conformance/postgres-under-test.js';
import { waitUntil } from '../conformance/wait-until.js';
import { Database } from './database.js';
import { DAY_MS, partitionWidthDays, startOfDay } from './partition-ranges.js';
import { PostgresLogMaintenance } from './postgres-log-maintenance.js';
import { PostgresLogWriter } from './postgres-log-writer.js';
import { detachPartition } from './sql/detach-partition.js';
import { markRetired } from './sql/drop-retired-tables.js';
import { readPartitions, type StoredPartition } from './sql/read-partitions.js';

let postgres: PostgresUnderTest;
let never: AbortSignal;

beforeAll(async () => {
  postgres = await startPostgresUnderTest('log-ingestion');
  never = new AbortController().signal;
}, 60_000);
afterAll(async () => postgres.close(), 60_000);

/** Each test begins with the partitions of these days only. */
beforeEach(async () => {
  await maintain(1);
}, 60_000);

type Done = Extract<MaintenanceOutcome, { kind: 'done' }>;

async function maintain(retentionDays: number, lockTimeoutMs = 3_000): Promise<Done> {
  const outcome = await new PostgresLogMaintenance(postgres.database, { retentionDays, lockTimeoutMs }).run(never);
  if (outcome.kind !== 'done') throw new Error('somebody else maintains this database');
  return outcome;
}

async function partitions(): Promise<StoredPartition[]> {
  return postgres.database.withClient(readPartitions);
}

function daysAgo(days: number): number {
  return Date.now() - days * DAY_MS;
}

/** Stores a record a time of receipt, in partitions of one day unless said otherwise. */
async function storeAt(times: readonly number[], partitionDays = 1): Promise<TestPartition> {
  const partition = new TestPartition();
  const writer = new PostgresLogWriter(postgres.database, { partitionDays });
  await storeGood(writer, partition.batch(...times.map((receivedAt) => ({ logs: [{}], receivedAt }))));
  return partition;
}

/** Receipt times of a tenant's rows, oldest first. */
async function receiptsOf(tenant: string): Promise<number[]> {
  const text = `SELECT (extract(epoch FROM received_at) * 1000)::float8 AS ms FROM logs WHERE tenant = $1 ORDER BY 1`;
  return (await postgres.database.query<{ ms: number }>({ text, values: [tenant] })).map(({ ms }) => ms);
}

async function partitionAt(ms: number): Promise<StoredPartition> {
  const found = (await partitions()).find(({ from, to }) => from <= ms && ms < to);
  if (found === undefined) throw new Error('there is no such partition');
  return found;
}

async function tableExists(name: string): Promise<boolean> {
  return (await postgres.database.query({ text: 'SELECT WHERE to_regclass($1) IS NOT NULL', values: [name] })).length > 0;
}

async function sql(text: string): Promise<void> {
  await postgres.database.query({ text });
}

/** Leaves a partition as a process does that is killed while it waits for readers to end. */
async function detachHalf(partition: StoredPartition): Promise<void> {
  const connection = postgres.connect(1);
  await postgres.database.transaction(async (reader) => {
    await reader.query('SELECT count(*) FROM logs');
    await connection.query({ text: "SET lock_timeout = '100ms'" });
    await expect(connection.withClient((client) => detachPartition(client, partition))).rejects.toMatchObject({ code: '55P03' });
  });
}

describe('maintenance of partitions', () => {
  it('makes those for today and the next two days ahead of time, and nothing more the second time', async () => {
    const { partitions: count } = await maintain(5);
    const found = await partitions();
    expect(found).toHaveLength(count);
    for (const day of [0, -1, -2]) {
      expect(found.filter(({ from, to }) => from <= daysAgo(day) && daysAgo(day) < to)).toHaveLength(1);
    }
    expect(await maintain(5)).toMatchObject({ partitions: count, partitionsDropped: 0, postponed: [] });
  });

  it('drops those that are wholly older than the retention and keeps every record that is not', async () => {
    const ages = fc.array(fc.integer({ min: 0, max: 380 }), { minLength: 1, maxLength: 12 });
    const retention = fc.integer({ min: 1, max: 300 });
    const property = fc.asyncProperty(ages, retention, retention, async (days, oldRetention, retentionDays) => {
      const width = partitionWidthDays(oldRetention);
      const partition = await storeAt(days.map(daysAgo), width);
      const before = await partitions();
      const received = await receiptsOf(partition.tenant);
      const [from, outcome, to] = [Date.now(), await maintain(retentionDays), Date.now()];
      const after = new Set((await partitions()).map(({ name }) => name));
      for (const { name, to: end } of before) {
        if (end <= from - retentionDays * DAY_MS) expect(after.has(name)).toBe(false);
        if (end > to - retentionDays * DAY_MS) expect(after.has(name)).toBe(true);
      }
      expect(outcome.postponed).toEqual([]);
      expect(outcome.partitionsDropped).toBe(before.filter(({ name }) => !after.has(name)).length);
      const kept = await receiptsOf(partition.tenant);
      const within = received.filter((ms) => ms > from - retentionDays * DAY_MS);
      expect(kept).toEqual(expect.arrayContaining(within));
    });
    await fc.assert(property, { numRuns: 12, endOnFailure: true });
  });

  it('lets a reader that began before see what it began with, and writers write, and drops when the reader has ended', async () => {
    const partition = await storeAt([daysAgo(100), daysAgo(1)]);
    const old = await partitionAt(daysAgo(100));
    const count = `SELECT count(*)::int AS rows FROM logs WHERE tenant = $1`;
    await postgres.database.transaction(async (reader) => {
      await reader.query('SET TRANSACTION ISOLATION LEVEL REPEATABLE READ');
      const read = async () => (await reader.query<{ rows: number }>(count, [partition.tenant])).rows[0]?.rows;
      expect(await read()).toBe(2);
      const outcome = await maintain(30, 100);
      expect(outcome).toMatchObject({ partitionsDropped: 0 });
      expect(outcome.postponed).toHaveLength(1);
      expect(await read()).toBe(2);
      await storeGood(new PostgresLogWriter(postgres.connect()), partition.batchOf({}, {}));
      expect(await receiptsOf(partition.tenant)).toHaveLength(3);
      expect(await read()).toBe(2);
    });
    expect(await tableExists(old.name)).toBe(true);
    expect(await maintain(30)).toMatchObject({ partitionsDropped: 1, postponed: [] });
    expect(await tableExists(old.name)).toBe(false);
    expect(await receiptsOf(partition.tenant)).toHaveLength(3);
  });

  it('lets a writer that has rows of the expired day end, and one that comes with them later', async () => {
    const partition = await storeAt([daysAgo(90)]);
    const maintenance = new PostgresLogMaintenance(postgres.database, { retentionDays: 30, lockTimeoutMs: 30_000 });
    const old = await partitionAt(daysAgo(90));
    let running: Promise<MaintenanceOutcome> | undefined;
    await postgres.database.transaction(async (writer) => {
      await writer.query(`INSERT INTO logs SELECT * FROM logs WHERE tenant = $1`, [partition.tenant]);
      running = maintenance.run(never);
      running.catch(() => undefined);
      await waitUntil('the detach has begun', async () => (await partitions()).some(({ detaching }) => detaching));
    });
    const late = storeGood(new PostgresLogWriter(postgres.connect()), partition.batch({ logs: [{}], receivedAt: daysAgo(90) }));
    expect(await late).toMatchObject({ kind: 'stored', records: 1 });
    expect(await running).toMatchObject({ kind: 'done' });
    expect(await maintain(30)).toMatchObject({ postponed: [] });
    expect(await tableExists(old.name)).toBe(false);
    expect(await receiptsOf(partition.tenant)).toEqual([]);
  });

  it('drops a table that a killed run had detached, and no other table', async () => {
    await storeAt([daysAgo(60), daysAgo(61), daysAgo(62)]);
    const [killed, byHand, renamed] = await Promise.all([60, 61, 62].map((days) => partitionAt(daysAgo(days))));
    if (killed === undefined || byHand === undefined || renamed === undefined) throw new Error('a partition is missing');
    await postgres.database.withClient(async (client) => {
      for (const partition of [killed, renamed]) await markRetired(client, partition);
      for (const partition of [killed, byHand, renamed]) await detachPartition(client, partition);
    });
    await sql(`ALTER TABLE ${renamed.name} RENAME TO saved_logs`);
    await sql(`CREATE TABLE logs_20010101 (mine text)`);
    expect(await maintain(30)).toMatchObject({ partitionsDropped: 1, postponed: [] });
    expect(await tableExists(killed.name)).toBe(false);
    for (const name of [byHand.name, 'saved_logs', 'logs_20010101'])
      expect([name, await tableExists(name)]).toEqual([name, true]);
  });

  it('ends a detach that a killed run had begun', async () => {
    await storeAt([daysAgo(70), daysAgo(71)]);
    const half = await partitionAt(daysAgo(70));
    await postgres.database.withClient((client) => markRetired(client, half));
    await detachHalf(half);
    expect((await partitions()).find(({ name }) => name === half.name)).toMatchObject({ detaching: true, marked: true });
    expect(await maintain(30)).toMatchObject({ partitionsDropped: 2, postponed: [] });
    expect(await tableExists(half.name)).toBe(false);
  });

  it('keeps a partition that a killed run had marked, where the retention has grown', async () => {
    await storeAt([daysAgo(80)]);
    const marked = await partitionAt(daysAgo(80));
    await postgres.database.withClient((client) => markRetired(client, marked));
    expect(await maintain(365)).toMatchObject({ partitionsDropped: 0, postponed: [] });
    expect(await partitionAt(daysAgo(80))).toMatchObject({ name: marked.name, marked: false });
  });

  it('goes on with the rest where one table can not be dropped', async () => {
    await storeAt([daysAgo(120), daysAgo(121)]);
    const [held, free] = [await partitionAt(daysAgo(120)), await partitionAt(daysAgo(121))];
    await sql(`CREATE VIEW held AS SELECT * FROM ${held.name}`);
    const outcome = await maintain(100);
    expect(outcome.postponed).toEqual([expect.stringContaining(held.name)]);
    expect([await tableExists(held.name), await tableExists(free.name)]).toEqual([true, false]);
    await sql(`DROP VIEW held`);
    expect(await maintain(100)).toMatchObject({ partitionsDropped: 1, postponed: [] });
  });
});

describe('several processes that maintain one database', () => {
  it('work one at a time, and a run that is stopped leaves the lock and the rest to the next', async () => {
    await storeAt([daysAgo(130)]);
    const old = await partitionAt(daysAgo(130));
    const stopping = new AbortController();
    const options = { retentionDays: 100, lockTimeoutMs: 60_000 };
    await postgres.database.transaction(async (reader) => {
      await reader.query('SELECT count(*) FROM logs');
      const first = new PostgresLogMaintenance(postgres.connect(2), options).run(stopping.signal);
      first.catch(() => undefined);
      await waitUntil('the first waits for the reader', async () => (await partitions()).some(({ detaching }) => detaching));
      expect(await new PostgresLogMaintenance(postgres.connect(2), options).run(never)).toEqual({ kind: 'elsewhere' });
      stopping.abort(new Error('the program ends'));
      await expect(first).rejects.toThrow('the program ends');
    });
    expect(await maintain(100)).toMatchObject({ partitionsDropped: 1 });
    expect(await tableExists(old.name)).toBe(false);
  });

  it('leave their connections as they found them', async () => {
    const connection = postgres.connect(1);
    await new PostgresLogMaintenance(connection, { retentionDays: 100, lockTimeoutMs: 77 }).run(never);
    const text = `SELECT current_setting('lock_timeout') AS lock, current_setting('statement_timeout') AS statement,
      (SELECT count(*)::int FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid()) AS locks`;
    expect(await connection.query({ text })).toEqual([{ lock: '0', statement: '0', locks: 0 }]);
  });

  it('are told where the database is away', async () => {
    const away = new Database({ url: 'postgres://nobody@127.0.0.1:1/nothing', applicationName: 'test', maxConnections: 1 });
    const run = new PostgresLogMaintenance(away, { retentionDays: 30 }).run(never);
    await expect(run).rejects.toBeInstanceOf(StoreUnavailableError);
    await away.close();
  });
});

describe('today', () => {
  it('is never dropped, however short the retention', async () => {
    const partition = await storeAt([Date.now(), startOfDay(Date.now())]);
    await maintain(1);
    expect(await receiptsOf(partition.tenant)).toHaveLength(2);
  });
});
