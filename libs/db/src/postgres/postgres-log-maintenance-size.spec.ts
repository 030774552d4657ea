import { randomBytes } from 'node:crypto';
import type { MaintenanceOutcome } from '../api/log-maintenance.js';
import { TestPartition, storeGood } from '../conformance/batches.js';
import { startPostgresUnderTest, type PostgresUnderTest } from '../conformance/postgres-under-test.js';
import { DAY_MS } from './partition-ranges.js';
import { PostgresLogMaintenance } from './postgres-log-maintenance.js';
import { PostgresLogWriter } from './postgres-log-writer.js';
import { PostgresStoreStatus } from './postgres-store-status.js';

const KIB = 1024;
let postgres: PostgresUnderTest;
beforeAll(async () => {
  postgres = await startPostgresUnderTest('log-ingestion', 'dag-builder');
}, 60_000);
afterAll(async () => postgres.close(), 60_000);

async function maintain(maxBytes: number | null): Promise<Extract<MaintenanceOutcome, { kind: 'done' }>> {
  const maintenance = new PostgresLogMaintenance(postgres.database, { retentionDays: 30, maxBytes });
  const outcome = await maintenance.run(new AbortController().signal);
  if (outcome.kind !== 'done') throw new Error('somebody else maintains this database');
  return outcome;
}

/** About 300 KiB for each of the days, in partitions of one day. */
async function fillDays(...daysAgo: readonly number[]): Promise<void> {
  const writer = new PostgresLogWriter(postgres.database, { partitionDays: 1 });
  const partition = new TestPartition();
  for (const days of daysAgo) {
    const logs = Array.from({ length: 200 }, () => ({
      traceId: `t${days}`,
      level: 3,
      message: randomBytes(1_000).toString('base64'),
    }));
    await storeGood(writer, partition.batch({ logs, receivedAt: Date.now() - days * DAY_MS }));
  }
}

/** Days ago of which records are kept. */
async function keptDays(): Promise<number[]> {
  const text = `SELECT DISTINCT round(extract(epoch FROM now() - received_at) / 86400)::integer AS days FROM logs ORDER BY 1`;
  return (await postgres.database.query<{ days: number }>({ text })).map(({ days }) => days);
}

describe('a bound of size', () => {
  it('drops the oldest partitions until the rest fits, and the traces that began in them', async () => {
    await fillDays(5, 4, 3, 2, 0);
    const { bytes } = await maintain(null);
    expect(await keptDays()).toEqual([0, 2, 3, 4, 5]);
    const outcome = await maintain(bytes - 500 * KIB);
    expect(outcome).toMatchObject({ partitionsDropped: 2, partitionsOverSize: 2, errorTracesSwept: 2, postponed: [] });
    expect(outcome.bytes).toBeLessThanOrEqual(bytes - 500 * KIB);
    expect(await keptDays()).toEqual([0, 2, 3]);
    expect(await maintain(bytes - 500 * KIB)).toMatchObject({ partitionsDropped: 0, partitionsOverSize: 0 });
  });

  it('never drops the partition that is written now, and says what it takes', async () => {
    await fillDays(6, 0);
    const outcome = await maintain(1);
    expect(outcome).toMatchObject({ maxBytes: 1 });
    expect(outcome.bytes).toBeGreaterThan(1);
    expect(await keptDays()).toEqual([0]);
    await fillDays(0);
    expect(await keptDays()).toEqual([0]);
  });

  it('counts what searches keep beside the records', async () => {
    const { bytes } = await maintain(null);
    const put = `
      INSERT INTO log_counts (tenant, starts_at, received_on, services, severities, counts)
      SELECT md5(i::text), to_timestamp(i * 10), now()::date, '{a}', '{3}', '{1}' FROM generate_series(1, 5000) i`;
    await postgres.database.query({ text: put });
    expect((await maintain(null)).bytes).toBeGreaterThan(bytes + 400 * KIB);
    await postgres.database.query({ text: "DELETE FROM log_counts WHERE services = '{a}'" });
  });

  it('is told to those who ask how much is stored', async () => {
    const status = new PostgresStoreStatus(postgres.database, postgres.database);
    await maintain(5 * KIB * KIB);
    expect((await status.read()).logs).toMatchObject({ maxBytes: 5 * KIB * KIB, retentionDays: 30 });
    await maintain(null);
    expect((await status.read()).logs).toMatchObject({ maxBytes: null, retentionDays: 30 });
  });
});
