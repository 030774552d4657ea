import { TestPartition, storeGood, storeSome } from '../conformance/batches.js';
import { startPostgresUnderTest, type PostgresUnderTest } from '../conformance/postgres-under-test.js';
import { readSpans } from '../conformance/read-all.js';
import { DAY_MS } from './partition-ranges.js';
import { PostgresLogMaintenance } from './postgres-log-maintenance.js';
import { PostgresLogWriter } from './postgres-log-writer.js';
import { PostgresSpanReader } from './postgres-span-reader.js';
import { readPartitions, type StoredPartition } from './sql/read-partitions.js';

let postgres: PostgresUnderTest;

/** Each test begins with an empty store. */
beforeEach(async () => {
  postgres = await startPostgresUnderTest('log-ingestion');
}, 60_000);
afterEach(async () => postgres.close(), 60_000);

async function maintain(retentionDays: number) {
  const outcome = await new PostgresLogMaintenance(postgres.database, { retentionDays }).run(new AbortController().signal);
  if (outcome.kind !== 'done') throw new Error('somebody else maintains this database');
  return outcome;
}

async function partitionsOf(table: 'logs' | 'spans'): Promise<StoredPartition[]> {
  return postgres.database.withClient((client) => readPartitions(client, table));
}

function daysAgo(days: number): number {
  return Date.now() - days * DAY_MS;
}

describe('partitions of spans', () => {
  it('are not made where no span comes', async () => {
    await storeGood(new PostgresLogWriter(postgres.database), new TestPartition().batchOf({ traceId: 't' }));
    const { partitions } = await maintain(3);
    expect(await partitionsOf('spans')).toEqual([]);
    expect(partitions).toBe((await partitionsOf('logs')).length);
  }, 60_000);

  it('are made by the day of receipt, ahead of time, with their index, and dropped when all of one is old', async () => {
    const writer = new PostgresLogWriter(postgres.database, { partitionDays: 1 });
    const reader = new PostgresSpanReader(postgres.database);
    const partition = new TestPartition();
    const days = [0, 2, 9, 11];
    await storeGood(writer, partition.batch(...days.map((day) => ({ spans: [{ name: `${day}` }], receivedAt: daysAgo(day) }))));
    expect(await partitionsOf('spans')).toHaveLength(4);
    const indexes = await postgres.database.query({
      text: `SELECT FROM pg_index WHERE indrelid IN (SELECT inhrelid FROM pg_inherits WHERE inhparent = 'spans'::regclass)`,
    });
    expect(indexes).toHaveLength(8);
    const outcome = await maintain(5);
    expect(outcome).toMatchObject({ partitionsDropped: 4, postponed: [] });
    const names = (await readSpans(reader, partition.tenant, 't')).map(({ name }) => name);
    expect(names.sort()).toEqual(['0', '2']);
    const found = await partitionsOf('spans');
    for (const day of [0, -1, -2]) {
      expect(found.filter(({ from, to }) => from <= daysAgo(day) && daysAgo(day) < to)).toHaveLength(1);
    }
    expect(outcome.partitions).toBe(found.length + (await partitionsOf('logs')).length);
    const tables = await postgres.database.query({
      text: `SELECT FROM pg_class WHERE relname LIKE 'spans\\_2%' AND relkind = 'r'`,
    });
    expect(tables).toHaveLength(found.length);
  }, 60_000);

  it('are made again where one is gone under a writer that knew it, also for a message that goes the long way', async () => {
    const writer = new PostgresLogWriter(postgres.database, { partitionDays: 1 });
    const reader = new PostgresSpanReader(postgres.database);
    const partition = new TestPartition();
    const dropAll = async (): Promise<void> => {
      for (const { name } of await partitionsOf('spans')) await postgres.database.query({ text: `DROP TABLE ${name}` });
    };
    await storeGood(writer, partition.batch({ spans: [{ name: 'first' }] }));
    await dropAll();
    expect(await storeGood(writer, partition.batch({ spans: [{ name: 'second' }] }))).toMatchObject({ records: 1 });
    await dropAll();
    const { outcome } = await storeSome(writer, partition.batch({ spans: [{ name: 'third' }, { name: '\0' }] }));
    expect(outcome).toMatchObject({ records: 1 });
    expect((await readSpans(reader, partition.tenant, 't')).map(({ name }) => name)).toEqual(['third']);
  }, 60_000);

  it('keep an error trace as long as all that is kept of it is whole', async () => {
    const partition = new TestPartition();
    const failed = (traceId: string) => ({ spans: [{ traceId, status: 2 }] });
    const writer = new PostgresLogWriter(postgres.database, { partitionDays: 1 });
    const [old, recent] = [daysAgo(20), daysAgo(2)];
    await storeGood(writer, partition.batch({ ...failed('old'), receivedAt: old }, { ...failed('recent'), receivedAt: recent }));
    expect(await maintain(5)).toMatchObject({ errorTracesSwept: 1 });
    const left = await postgres.database.query<{ trace_id: string }>({ text: 'SELECT trace_id FROM error_traces' });
    expect(left.map(({ trace_id: id }) => id)).toEqual(['recent']);
  }, 60_000);
});
