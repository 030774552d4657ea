import { randomBytes } from 'node:crypto';
import { TestPartition, storeGood } from '../conformance/batches.js';
import { describeLogTail } from '../conformance/log-tail.js';
import { mishapsOf, startPostgresUnderTest, type PostgresUnderTest } from '../conformance/postgres-under-test.js';
import { TailReader } from '../conformance/tail-reader.js';
import { PostgresLogMaintenance } from './postgres-log-maintenance.js';
import { PostgresLogReader } from './postgres-log-reader.js';
import { PostgresLogTail } from './postgres-log-tail.js';
import { PostgresLogWriter } from './postgres-log-writer.js';
import { RecentBatches } from './tail/recent-batches.js';

describeLogTail('PostgreSQL', async () => {
  const { database, close } = await startPostgresUnderTest('log-ingestion');
  return {
    writer: new PostgresLogWriter(database),
    reader: new PostgresLogReader(database),
    tail: new PostgresLogTail(database),
    mishaps: mishapsOf(database),
    close,
  };
});

describeLogTail('PostgreSQL, by the process that stores', async () => {
  const { database, close } = await startPostgresUnderTest('log-ingestion');
  // So small that some is forgotten before it is read.
  const recent = new RecentBatches(20_000);
  return {
    writer: new PostgresLogWriter(database, { recent }),
    reader: new PostgresLogReader(database),
    tail: new PostgresLogTail(database, recent),
    mishaps: mishapsOf(database),
    close,
  };
});

describe('what is noted of stored offsets', () => {
  let postgres: PostgresUnderTest;
  let writer: PostgresLogWriter;
  let tail: PostgresLogTail;
  beforeAll(async () => {
    postgres = await startPostgresUnderTest('log-ingestion');
    writer = new PostgresLogWriter(postgres.database);
    tail = new PostgresLogTail(postgres.database);
  }, 60_000);
  afterAll(async () => postgres.close(), 60_000);

  interface Noted {
    readonly lower: string;
    readonly upper: string;
    readonly rows: string;
  }
  const noted = async (where = 'true'): Promise<Noted[]> =>
    postgres.database.query({ text: `SELECT lower, upper, rows FROM stored_ranges WHERE ${where} ORDER BY lower` });
  const run = async (text: string): Promise<void> => void (await postgres.database.query({ text }));
  beforeEach(async () => run('TRUNCATE stored_ranges, bus_partitions, bus_positions, bus_epochs, logs'));

  it('is one range for a minute of a partition, whatever way its batches go', async () => {
    const partition = new TestPartition();
    await storeGood(writer, partition.batchOf({}, {}));
    const retryKey = { batchKey: 'k', digest: 'c'.repeat(32), slice: 0, sliceCount: 1 };
    await storeGood(writer, partition.batch({ logs: [{}], retryKey }));
    await storeGood(writer, partition.batch({ logs: [{}], retryKey }, {}));
    await storeGood(writer, partition.batchOf({}));
    expect(await noted()).toEqual([{ lower: '0', upper: '5', rows: '4' }]);
    await run(`UPDATE stored_ranges SET opened_at = opened_at - interval '61 seconds'`);
    await storeGood(writer, partition.batchOf({}));
    await storeGood(writer, partition.batchOf({}));
    expect(await noted('lower > 0')).toEqual([{ lower: '5', upper: '7', rows: '2' }]);
  });

  it('begins anew where a writer of an older version has noted nothing, whose records are found all the same', async () => {
    const partition = new TestPartition();
    const records = { kind: 'tenants', tenants: [partition.tenant] } as const;
    const reader = await TailReader.start(tail, records);
    await storeGood(writer, partition.batchOf({ message: 'a' }));
    await storeGood(writer, partition.batchOf({ message: 'b' }));
    await run('UPDATE stored_ranges SET upper = 1, rows = 1');
    await storeGood(writer, partition.batchOf({ message: 'c' }));
    expect(await noted()).toEqual([
      { lower: '0', upper: '1', rows: '1' },
      { lower: '2', upper: '3', rows: '1' },
    ]);
    await reader.catchUp();
    expect(reader.ids).toHaveLength(3);
  });

  it('is swept with the records, and not needed to find what is left', async () => {
    const partition = new TestPartition();
    const records = { kind: 'tenants', tenants: [partition.tenant] } as const;
    const reader = await TailReader.start(tail, records);
    await storeGood(writer, partition.batchOf({}));
    await run(`UPDATE stored_ranges SET opened_at = opened_at - interval '40 days'`);
    await storeGood(writer, partition.batchOf({}));
    await new PostgresLogMaintenance(postgres.database, { retentionDays: 30 }).run(new AbortController().signal);
    expect(await noted()).toEqual([{ lower: '1', upper: '2', rows: '1' }]);
    await reader.catchUp();
    expect(reader.ids).toHaveLength(2);
  });

  it('leads to new rows wherever in the table they lie', async () => {
    const partition = new TestPartition();
    const records = { kind: 'tenants', tenants: [partition.tenant] } as const;
    const reader = await TailReader.start(tail, records, { limit: 10_000, maxBytes: 100_000_000 });
    const many = async (): Promise<void> => {
      // Some megabytes that do not shrink: more than is looked at first.
      const logs = Array.from({ length: 2_000 }, () => ({ message: randomBytes(900).toString('base64') }));
      await storeGood(writer, partition.batchOf(...logs));
    };
    const rounds = 3;
    for (let i = 0; i < rounds; i++) {
      await many();
      await reader.catchUp();
    }
    await run(`DELETE FROM logs WHERE id < (SELECT id FROM logs ORDER BY id OFFSET 4000 LIMIT 1)`);
    await run('VACUUM logs');
    const other = new PostgresLogWriter(postgres.connect());
    await storeGood(other, partition.batchOf({ message: 'into freed room' }, {}));
    await reader.catchUp();
    await storeGood(writer, partition.batchOf({ message: 'at the end' }));
    await reader.catchUp();
    expect(new Set(reader.ids).size).toBe(rounds * 2_000 + 3);
    expect(reader.ids).toHaveLength(rounds * 2_000 + 3);
    const places = `SELECT (ctid::text::point)[0]::int AS block FROM logs WHERE message = 'into freed room'`;
    expect((await postgres.database.query<{ block: number }>({ text: places }))[0]?.block).toBeLessThan(300);
  });

  it('leads to rows that are too large to be read at once', async () => {
    const partition = new TestPartition();
    const records = { kind: 'tenants', tenants: [partition.tenant] } as const;
    const reader = await TailReader.start(tail, records, { limit: 500, maxBytes: 1_000_000 });
    for (let round = 0; round < 2; round++) {
      // Printed, these are thirty times as large as they came.
      const attributesJson = JSON.stringify({ n: 0 }).replace('0', `[${Array.from({ length: 300 }, () => '1e300').join()}]`);
      await storeGood(writer, partition.batchOf(...Array.from({ length: 300 }, () => ({ attributesJson }))));
      await reader.catchUp();
      expect(reader.ids).toHaveLength((round + 1) * 300);
      expect(new Set(reader.ids).size).toBe(reader.ids.length);
    }
  });

  it('counts records of the log only, which spans are not', async () => {
    const partition = new TestPartition();
    await storeGood(writer, partition.batch({ logs: [{}], spans: [{}, { spanId: 'b' }] }, { spans: [{ spanId: 'c' }] }));
    await storeGood(writer, partition.batch({ logs: [{}, {}], spans: [{ spanId: 'd' }] }));
    expect(await noted()).toEqual([{ lower: '0', upper: '3', rows: '3' }]);
  });

  it('tells what there was of a topic that was made anew', async () => {
    const partition = new TestPartition();
    const records = { kind: 'tenants', tenants: [partition.tenant] } as const;
    const reader = await TailReader.start(tail, records);
    await storeGood(writer, partition.batchOf({}));
    await run('DELETE FROM bus_positions');
    const anew = new TestPartition(partition.tenant, 0, { ...partition.source, topicId: 'id-2' });
    await storeGood(writer, anew.batchOf({}));
    await reader.catchUp();
    expect(reader.ids).toHaveLength(2);
    const late = await TailReader.start(tail, records);
    await storeGood(writer, anew.batchOf({}));
    await late.catchUp();
    expect(late.ids).toHaveLength(1);
  });
});
