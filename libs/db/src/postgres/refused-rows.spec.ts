import { TestPartition, storeSome } from '../conformance/batches.js';
import { startPostgresUnderTest, type PostgresUnderTest } from '../conformance/postgres-under-test.js';
import { readNewest, readSpans } from '../conformance/read-all.js';
import { PostgresErrorTraceQueue } from './postgres-error-trace-queue.js';
import { PostgresLogReader } from './postgres-log-reader.js';
import { PostgresLogWriter } from './postgres-log-writer.js';
import { PostgresSpanReader } from './postgres-span-reader.js';

let postgres: PostgresUnderTest;

/** The database refuses what no check before it finds: a stand-in for limits of PostgreSQL that we don't know. */
beforeAll(async () => {
  postgres = await startPostgresUnderTest('log-ingestion');
  // The partitions that are there take the check over.
  await storeSome(new PostgresLogWriter(postgres.database), new TestPartition().batch({ logs: [{}], spans: [{}] }));
  const refuse = (column: string): string => `CHECK (1 / (CASE ${column} WHEN 'refused' THEN 0 ELSE 1 END) = 1)`;
  await postgres.database.query({ text: `ALTER TABLE logs ADD ${refuse('message')}` });
  await postgres.database.query({ text: `ALTER TABLE spans ADD ${refuse('name')}` });
}, 60_000);
afterAll(async () => postgres.close(), 60_000);

describe('rows that only the database refuses', () => {
  it('are found among logs and spans, handed over, and raise no trace', async () => {
    const { database } = postgres;
    const partition = new TestPartition();
    const { tenant } = partition;
    const logs = Array.from({ length: 40 }, (_, i) => ({
      traceId: `log-${i}`,
      level: 3,
      message: i % 13 === 5 ? 'refused' : `${i}`,
    }));
    const spans = Array.from({ length: 40 }, (_, i) => ({
      traceId: `span-${i}`,
      status: 2,
      name: i % 11 === 3 ? 'refused' : `${i}`,
    }));
    const batch = partition.batch({ logs, spans }, { spans: [{ traceId: 'next', name: 'next', status: 2 }] });
    const { outcome, letters } = await storeSome(new PostgresLogWriter(database), batch);
    const badLogs = [5, 18, 31];
    const badSpans = [3, 14, 25, 36];
    expect(outcome).toMatchObject({ kind: 'stored', records: 74, errorTraces: true });
    expect(letters.map(({ index }) => index)).toEqual([...badLogs, ...badSpans.map((i) => 40 + i)]);
    expect(letters.map(({ reason }) => reason.startsWith('span: '))).toEqual([...Array(3).fill(false), ...Array(4).fill(true)]);
    expect(letters.every(({ reason }) => /PostgreSQL refuses the record/.test(reason))).toBe(true);
    expect(await readNewest(new PostgresLogReader(database), tenant)).toHaveLength(37);
    expect(await readSpans(new PostgresSpanReader(database), tenant, 'span-4')).toHaveLength(1);
    const claimed = await new PostgresErrorTraceQueue(database).claim('owner', 1_000, 60_000);
    const raised = new Set(claimed.map(({ traceId }) => traceId));
    expect(raised.size).toBe(74);
    for (const bad of [...badLogs.map((i) => `log-${i}`), ...badSpans.map((i) => `span-${i}`)]) {
      expect(raised.has(bad)).toBe(false);
    }
  });
});
