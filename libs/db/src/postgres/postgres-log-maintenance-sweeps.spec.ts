import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import type { MaintenanceOutcome } from '../api/log-maintenance.js';
import { TestPartition, freshName, storeGood } from '../conformance/batches.js';
import { startPostgresUnderTest, type PostgresUnderTest } from '../conformance/postgres-under-test.js';
import { DAY_MS, startOfDay } from './partition-ranges.js';
import { PostgresDeadLetters } from './postgres-dead-letters.js';
import { PostgresErrorTraceQueue } from './postgres-error-trace-queue.js';
import { PostgresLogMaintenance } from './postgres-log-maintenance.js';
import { PostgresLogWriter } from './postgres-log-writer.js';
import { putPosition } from './sql/put-position.js';

const HOUR_MS = 3_600_000;
const ERROR = 3;
let postgres: PostgresUnderTest;
let writer: PostgresLogWriter;

beforeAll(async () => {
  postgres = await startPostgresUnderTest('log-ingestion');
  writer = new PostgresLogWriter(postgres.database);
}, 60_000);
afterAll(async () => postgres.close(), 60_000);

async function maintain(retentionDays = 390, chunkRows = 5_000): Promise<Extract<MaintenanceOutcome, { kind: 'done' }>> {
  const maintenance = new PostgresLogMaintenance(postgres.database, { retentionDays, chunkRows });
  const outcome = await maintenance.run(new AbortController().signal);
  if (outcome.kind !== 'done') throw new Error('somebody else maintains this database');
  expect(outcome.postponed).toEqual([]);
  return outcome;
}

async function sql(text: string, values: readonly unknown[] = []): Promise<void> {
  await postgres.database.query({ text, values: [...values] });
}

async function count(table: string, where = 'true', values: readonly unknown[] = []): Promise<number> {
  const text = `SELECT count(*)::int AS rows FROM ${table} WHERE ${where}`;
  return (await postgres.database.query<{ rows: number }>({ text, values: [...values] }))[0]?.rows ?? 0;
}

function daysAgo(days: number): number {
  return Date.now() - days * DAY_MS;
}

describe('the sweep of error traces', () => {
  const trace = async (tenant: string, traceId: string): Promise<number> =>
    count('error_traces', 'tenant = $1 AND trace_id = $2', [tenant, traceId]);

  it('takes those whose first error is older than what is kept; what comes late for them raises nothing', async () => {
    const partition = new TestPartition();
    const error = (traceId: string) => ({ logs: [{ traceId, spanId: 's', level: ERROR }] });
    await storeGood(
      writer,
      partition.batch({ ...error('old'), receivedAt: daysAgo(100) }, { ...error('new'), receivedAt: daysAgo(10) }),
    );
    expect((await maintain(30)).errorTracesSwept).toBe(1);
    expect([await trace(partition.tenant, 'old'), await trace(partition.tenant, 'new')]).toEqual([0, 1]);
    const late = await storeGood(writer, partition.batchOf({ traceId: 'old', spanId: 't' }));
    expect(late).toMatchObject({ kind: 'stored', errorTraces: false });
    expect(await trace(partition.tenant, 'old')).toBe(0);
  });

  it('keeps those whose first error lies in the partition that holds the oldest kept day', async () => {
    const daily = new PostgresLogWriter(postgres.database, { partitionDays: 1 });
    const partition = new TestPartition();
    const dayStart = startOfDay(daysAgo(200));
    const error = { traceId: 'boundary', spanId: 's', level: ERROR };
    await storeGood(daily, partition.batch({ logs: [error], receivedAt: dayStart }));
    await maintain(200);
    expect(await trace(partition.tenant, 'boundary')).toBe(1);
  });

  it('does no harm to a builder that holds one of them', async () => {
    const partition = new TestPartition();
    const queue = new PostgresErrorTraceQueue(postgres.database);
    const error = { traceId: 'held', spanId: 's', level: ERROR };
    await storeGood(writer, partition.batch({ logs: [error], receivedAt: daysAgo(100) }));
    const held = (await queue.claim('builder', 100, 60_000)).filter(({ tenant }) => tenant === partition.tenant);
    expect(held).toHaveLength(1);
    await maintain(30);
    for (const claimed of held) {
      await queue.built('builder', [claimed], 0);
      await queue.postponed('builder', claimed, 0);
      await queue.failed('builder', claimed, 'no reason', 5);
    }
    expect(await trace(partition.tenant, 'held')).toBe(0);
  });

  it('goes by chunks, and leaves a row that a writer holds to the next run', async () => {
    const tenant = freshName('tenant');
    await sql(
      `INSERT INTO error_traces (tenant, trace_id, first_error_received_at)
       SELECT $1, 'trace-' || n, now() - interval '300 days' - n * interval '1 s' FROM generate_series(1, 95) AS n`,
      [tenant],
    );
    await postgres.connect().transaction(async (client) => {
      await client.query(`UPDATE error_traces SET version = version + 1 WHERE tenant = $1 AND trace_id = 'trace-50'`, [tenant]);
      expect((await maintain(30, 10)).errorTracesSwept).toBe(94);
    });
    expect((await maintain(30, 10)).errorTracesSwept).toBe(1);
  });
});

describe('the sweep of dead letters', () => {
  it('takes those that are older than the retention', async () => {
    const letter = (offset: bigint) => ({
      tenant: 'default',
      topic: 'letters',
      partition: 0,
      offset,
      index: 0,
      reason: 'unreadable',
      bytes: Buffer.from('x'),
    });
    await new PostgresDeadLetters(postgres.database).put([letter(1n), letter(2n), letter(3n)]);
    await sql(`UPDATE dead_letters SET created_at = now() - interval '31 days' WHERE "offset" < 3`);
    expect((await maintain(30)).deadLettersSwept).toBe(2);
    expect(await count('dead_letters')).toBe(1);
  });
});

/** A bus of some partitions in a store that knows no other, at a bus time of one's own. */
class Bus {
  readonly tenant = freshName('tenant');
  readonly lanes: readonly TestPartition[];
  private readonly topic = freshName('topic');

  constructor(partitions: number) {
    this.lanes = Array.from({ length: partitions }, (_, i) => new TestPartition(this.tenant, i, { topic: this.topic }));
  }

  static async make(partitions: number, beganAt: number): Promise<Bus> {
    await sql('TRUNCATE bus_positions, ingested_batches');
    const bus = new Bus(partitions);
    for (let lane = 0; lane < partitions; lane++) await bus.store(lane, beganAt, null);
    return bus;
  }

  /** Stores a call of one record; null: without a key. @returns whether it was left out as a retry */
  async store(lane: number, receivedAt: number, key: string | null): Promise<boolean> {
    const partition = this.lanes[lane];
    if (partition === undefined) throw new Error('there is no such partition');
    const retryKey = key === null ? undefined : { batchKey: key, digest: 'ab'.repeat(16), slice: 0, sliceCount: 1 };
    const slice = { logs: [{ message: 'call' }], receivedAt, ...(retryKey && { retryKey }) };
    const outcome = await storeGood(writer, partition.batch(slice));
    return outcome.kind === 'stored' && outcome.duplicates[0] === true;
  }

  async keys(): Promise<number> {
    return count('ingested_batches', 'tenant = $1', [this.tenant]);
  }

  async setPosition(lane: number, assignment: string): Promise<void> {
    await sql(`UPDATE bus_positions SET ${assignment} WHERE topic = $1 AND "partition" = $2`, [this.topic, lane]);
  }
}

describe('the sweep of recognized retries', () => {
  it('takes those that are older than what is kept, and no others: a replay leaves these out without their keys', async () => {
    const partition = new TestPartition();
    const call = (batchKey: string, receivedAt: number) => ({
      logs: [{ message: batchKey }],
      receivedAt,
      retryKey: { batchKey, digest: 'ab'.repeat(16), slice: 0, sliceCount: 1 },
    });
    const calls = [daysAgo(100), daysAgo(10)].flatMap((at) => [call(`key of ${at}`, at), call(`key of ${at}`, at + 1)]);
    expect(await storeGood(writer, partition.batch(...calls))).toMatchObject({ duplicates: [false, true, false, true] });
    const kept = async (): Promise<number> => {
      const ofTopic = 'epoch = (SELECT epoch FROM bus_epochs WHERE topic = $1)';
      return count('recognized_retries', ofTopic, [partition.source.topic]);
    };
    expect(await kept()).toBe(2);
    await maintain(30);
    expect(await kept()).toBe(1);
  });
});

describe('the sweep of retry keys', () => {
  it('never takes a key whose retry is still to come, however the partitions advance', async () => {
    const hours = (max: number) => fc.integer({ min: 0, max: max * HOUR_MS });
    const call = fc.record({ lane: fc.nat(2), at: hours(72), retries: fc.array(hours(24), { maxLength: 2 }) });
    const calls = fc.array(call, { minLength: 3, maxLength: 8 });
    const turns = fc.infiniteStream(fc.nat(5));
    const property = fc.asyncProperty(calls, turns, async (sent, turn) => {
      const base = daysAgo(20);
      const bus = await Bus.make(3, base);
      // Each partition holds its messages in the order of their receipt; how fast each is read is anybody's guess.
      const keyed = sent.flatMap(({ lane, at, retries }) => {
        const key = randomUUID();
        return [0, ...retries].map((after) => ({ lane, receivedAt: base + at + after, key }));
      });
      const others = [0, 1, 2].flatMap((lane) =>
        Array.from({ length: 8 }, (_, i) => ({ lane, receivedAt: base + i * 12 * HOUR_MS, key: null })),
      );
      const messages = [...keyed, ...others];
      const queues = [0, 1, 2].map((lane) =>
        messages.filter((message) => message.lane === lane).sort((a, b) => a.receivedAt - b.receivedAt),
      );
      let stored = 0;
      while (queues.some((queue) => queue.length > 0)) {
        const next = turn.next().value ?? 0;
        const message = queues[next]?.shift();
        if (message === undefined) await maintain();
        else if (!(await bus.store(message.lane, message.receivedAt, message.key)) && message.key !== null) stored++;
      }
      expect(stored).toBe(sent.length);
    });
    await fc.assert(property, { numRuns: 10, endOnFailure: true });
  });

  it('takes the keys that all partitions have left behind by more than a day, and no others', async () => {
    const base = daysAgo(5);
    const bus = await Bus.make(2, base);
    for (const hour of [0, 10, 20, 30, 40]) await bus.store(0, base + hour * HOUR_MS, `key-${hour}`);
    await maintain();
    expect(await bus.keys()).toBe(5);
    await bus.store(1, base + 41 * HOUR_MS, null);
    expect(await maintain()).toMatchObject({ retryKeysSwept: 2 });
    expect(await bus.keys()).toBe(3);
  });

  it('forgets a call: what is sent again after more than a day is stored again, as documented', async () => {
    const base = daysAgo(5);
    const bus = await Bus.make(1, base);
    expect(await bus.store(0, base, 'again')).toBe(false);
    expect(await bus.store(0, base + 24 * HOUR_MS, 'again')).toBe(true);
    await bus.store(0, base + 26 * HOUR_MS, null);
    await maintain();
    expect(await bus.store(0, base + 26 * HOUR_MS, 'again')).toBe(false);
  });

  it('waits for a partition whose bus time is not known, as after a repair by hand', async () => {
    const base = daysAgo(5);
    const bus = await Bus.make(2, base);
    await bus.store(0, base, 'key');
    for (const lane of [0, 1]) await bus.store(lane, base + 40 * HOUR_MS, null);
    const put = bus.lanes[1] ?? new TestPartition();
    await putPosition(postgres.database, put.source, 1, { topicId: put.source.topicId, next: put.next });
    expect((await maintain()).retryKeysSwept).toBe(0);
    await bus.store(1, base + 40 * HOUR_MS, null);
    expect((await maintain()).retryKeysSwept).toBe(1);
  });

  it('does not wait for a partition that has not moved for more than a week', async () => {
    const base = daysAgo(5);
    const bus = await Bus.make(2, base);
    await bus.store(0, base, 'key');
    await bus.store(0, base + 40 * HOUR_MS, null);
    await bus.setPosition(1, `updated_at = now() - interval '7 days'`);
    expect((await maintain()).retryKeysSwept).toBe(0);
    await bus.setPosition(1, `updated_at = now() - interval '9 days'`);
    expect((await maintain()).retryKeysSwept).toBe(1);
  });

  it('takes nothing where no partition moves, and nothing early for a record from the future', async () => {
    const base = daysAgo(5);
    const bus = await Bus.make(1, base);
    await bus.store(0, base, 'old');
    await bus.store(0, Date.now(), 'new');
    await bus.setPosition(0, `updated_at = now() - interval '9 days'`);
    expect((await maintain()).retryKeysSwept).toBe(0);
    await bus.setPosition(0, `updated_at = now(), reached_at = now() + interval '300 days'`);
    expect((await maintain()).retryKeysSwept).toBe(1);
    expect(await bus.keys()).toBe(1);
  });

  it('goes by chunks', async () => {
    const bus = await Bus.make(1, daysAgo(1));
    await sql(
      `INSERT INTO ingested_batches SELECT $1, 'key-' || n, gen_random_uuid(), 0, 1, now() - interval '10 days'
       FROM generate_series(1, 1005) AS n`,
      [bus.tenant],
    );
    expect((await maintain(390, 100)).retryKeysSwept).toBe(1005);
  });
});
