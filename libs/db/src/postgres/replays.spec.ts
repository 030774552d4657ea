import type { BusSource } from '#domain';
import { TestPartition, freshName, storeGood } from '../conformance/batches.js';
import { KeptPartition } from '../conformance/kept-partition.js';
import { startPostgresUnderTest, type PostgresUnderTest } from '../conformance/postgres-under-test.js';
import { PostgresLogWriter } from './postgres-log-writer.js';
import type { ReplayEvent } from './replays.js';
import { putPosition } from './sql/put-position.js';

let postgres: PostgresUnderTest;
let writer: PostgresLogWriter;
let events: ReplayEvent[];

beforeAll(async () => {
  postgres = await startPostgresUnderTest('log-ingestion');
}, 60_000);
afterAll(async () => postgres.close(), 60_000);
beforeEach(() => {
  events = [];
  writer = new PostgresLogWriter(postgres.database, { onReplay: (event) => events.push(event) });
});

async function sql(text: string, ...values: readonly unknown[]): Promise<readonly Record<string, unknown>[]> {
  return postgres.database.query({ text, values: [...values] });
}

async function storedIds(tenant: string): Promise<string[]> {
  return (await sql('SELECT id FROM logs WHERE tenant = $1 ORDER BY id', tenant)).map(({ id }) => String(id));
}

/** Partitions of one topic with so many messages each, all of them stored. */
async function storedPartitions(numbers: readonly number[], messages = 3): Promise<KeptPartition[]> {
  const { tenant, source } = new TestPartition();
  const made = numbers.map((number) => {
    const slices = Array.from({ length: messages }, (_, i) => ({ logs: [{ message: `${number}/${i}` }] }));
    return new KeptPartition(new TestPartition(tenant, number, source)).write(...slices);
  });
  for (const bus of made) await bus.deliver(writer);
  return made;
}

async function storedPartition(messages = 3): Promise<KeptPartition> {
  const [bus] = await storedPartitions([0], messages);
  if (bus === undefined) throw new Error('no partition was made');
  return bus;
}

/** Hands everything over again and expects that nothing of it is stored. */
async function expectNothingNew(bus: KeptPartition): Promise<void> {
  const before = await storedIds(bus.at.tenant);
  bus.position = 0n;
  while (!bus.atEnd) expect(await bus.deliver(writer, 2)).toMatchObject({ kind: 'stored', records: 0 });
  expect(await storedIds(bus.at.tenant)).toEqual(before);
}

const scans = (): readonly (readonly number[])[] =>
  events.flatMap((event) => (event.kind === 'scanning' ? [event.partitions] : []));

async function stateOf({ topic }: BusSource): Promise<Record<string, unknown>> {
  const [state] = await sql(
    `SELECT (SELECT count(*)::int FROM settled_ranges r WHERE r.epoch = e.epoch) AS ranges,
       (SELECT count(*)::int FROM bus_partitions b WHERE b.epoch = e.epoch AND replay_until IS NOT NULL) AS replays,
       (SELECT bool_and(covered_until = next_offset) FROM bus_positions p WHERE p.topic = e.topic) AS usual
     FROM bus_epochs e WHERE e.topic = $1`,
    topic,
  );
  return state ?? {};
}

describe('replays on PostgreSQL', () => {
  it('reads nothing of the table for partitions that are new, whatever else is stored', async () => {
    await storedPartitions([0, 1, 2]);
    expect(events).toEqual([]);
  });

  it('reads the table once for all partitions of a topic that were wiped, and tells each step', async () => {
    const partitions = await storedPartitions([0, 1, 2]);
    const topic = partitions[0]?.at.source.topic;
    await sql('DELETE FROM bus_positions WHERE topic = $1', topic);
    for (const bus of partitions) bus.position = 0n;
    await Promise.all(partitions.map(async (bus) => bus.deliver(writer, 1)));
    expect(scans()).toEqual([[0, 1, 2]]);
    for (const bus of partitions) await bus.deliver(writer);
    const told = events.map(({ kind }) => kind);
    expect(told.slice(0, 2)).toEqual(['scanning', 'scanned']);
    expect(told.slice(2).sort()).toEqual([...Array(3).fill('replayed'), ...Array(3).fill('replaying')]);
    expect(events).toContainEqual({ kind: 'replaying', topic, partition: 1, until: 3n });
  });

  it('leaves no trace of a replay that has ended', async () => {
    const bus = await storedPartition();
    await sql('DELETE FROM bus_positions WHERE topic = $1', bus.at.source.topic);
    bus.position = 0n;
    await bus.deliver(writer, 1);
    expect(await stateOf(bus.at.source)).toEqual({ ranges: 1, replays: 1, usual: false });
    await bus.deliver(writer);
    expect(await stateOf(bus.at.source)).toEqual({ ranges: 0, replays: 0, usual: true });
  });

  it.each([
    ['is set to 0 by hand', 'UPDATE bus_positions SET next_offset = 0 WHERE topic = $1'],
    [
      'is set to 0 by hand with all that it knows',
      'UPDATE bus_positions SET next_offset = 0, covered_until = NULL WHERE topic = $1',
    ],
    ['is truncated with all others', 'TRUNCATE bus_positions'],
  ])('stores nothing twice where the position %s', async (_, text) => {
    const bus = await storedPartition();
    await sql(text, ...(text.includes('$1') ? [bus.at.source.topic] : []));
    await expectNothingNew(bus);
    expect(await stateOf(bus.at.source)).toEqual({ ranges: 0, replays: 0, usual: true });
  });

  it('stores nothing twice where somebody made the position, or a program that does not know of replays', async () => {
    const bus = await storedPartition();
    const { clusterId, topic, topicId } = bus.at.source;
    await sql('DELETE FROM bus_positions WHERE topic = $1', topic);
    const insert = 'INSERT INTO bus_positions (topic, "partition", cluster_id, topic_id, next_offset) VALUES ($1, 0, $2, $3, 0)';
    await sql(insert, topic, clusterId, topicId);
    await expectNothingNew(bus);
  });

  it('goes on from a position that a program has moved that does not know of replays', async () => {
    const bus = await storedPartition();
    await sql('UPDATE bus_positions SET next_offset = 5 WHERE topic = $1', bus.at.source.topic);
    const batch = { ...bus.at.batchOf({ message: 'm' }), from: 5n, next: 6n };
    expect(await storeGood(writer, batch)).toMatchObject({ kind: 'stored', records: 1 });
    expect(events).toEqual([]);
  });

  it('reads the table again where the position was moved by hand after it was read', async () => {
    const bus = await storedPartition(6);
    await sql(`DELETE FROM logs WHERE tenant = $1 AND message IN ('0/1', '0/4')`, bus.at.tenant);
    await sql('UPDATE bus_positions SET next_offset = 0 WHERE topic = $1', bus.at.source.topic);
    bus.position = 0n;
    expect(await bus.deliver(writer, 3)).toMatchObject({ records: 1, duplicates: [true, false, true] });
    await sql('UPDATE bus_positions SET next_offset = 0 WHERE topic = $1', bus.at.source.topic);
    bus.position = 0n;
    expect(await bus.deliver(writer)).toMatchObject({ records: 1, duplicates: [true, true, true, true, false, true] });
    expect(scans()).toEqual([[0], [0]]);
    expect(await storedIds(bus.at.tenant)).toHaveLength(6);
  });

  it('finds partitions and offsets of every size', async () => {
    const partition = new TestPartition(freshName('tenant'), 40_000);
    const start = 2n ** 62n;
    const batch = { ...partition.batch({ logs: [{}, {}] }, { logs: [{}] }), from: start, next: start + 2n };
    const moved = { ...batch, slices: batch.slices.map((slice) => ({ ...slice, offset: start + slice.offset })) };
    await storeGood(writer, moved);
    await sql('DELETE FROM bus_positions WHERE topic = $1', partition.source.topic);
    expect(await storeGood(writer, moved)).toMatchObject({ records: 0, duplicates: [true, true] });
    expect(await storedIds(partition.tenant)).toHaveLength(3);
  });

  it('keeps nothing apart that hangs together: a gap is a range more, and no message is', async () => {
    const bus = await storedPartition(50);
    await sql(`DELETE FROM logs WHERE tenant = $1 AND message = '0/20'`, bus.at.tenant);
    await sql('DELETE FROM bus_positions WHERE topic = $1', bus.at.source.topic);
    bus.position = 0n;
    await bus.deliver(writer, 1);
    expect(await stateOf(bus.at.source)).toMatchObject({ ranges: 2 });
  });

  it('takes for new what comes after the repair command has accepted the end of a log that lost its last messages', async () => {
    const bus = await storedPartition();
    const { source, tenant } = bus.at;
    await putPosition(postgres.database, source, 0, { topicId: source.topicId, next: 1n });
    const other = new TestPartition(tenant, 0, source);
    other.next = 1n;
    expect(await storeGood(writer, other.batchOf({ message: 'another message 1' }))).toMatchObject({ records: 1 });
    expect(events).toEqual([]);
  });

  it('lets two writers replay the same partition side by side: each batch goes to one of them', async () => {
    const other = new PostgresLogWriter(postgres.connect());
    const bus = await storedPartition(20);
    await sql('DELETE FROM bus_positions WHERE topic = $1', bus.at.source.topic);
    const rival = new KeptPartition(bus.at).write();
    rival.messages.push(...bus.messages);
    bus.position = 0n;
    const run = async (consumer: KeptPartition, by: PostgresLogWriter): Promise<void> => {
      while (!consumer.atEnd) {
        const outcome = await consumer.deliver(by, 2);
        if (outcome.kind === 'stored') expect(outcome.records).toBe(0);
      }
    };
    await Promise.all([run(bus, writer), run(rival, other)]);
    expect(await storedIds(bus.at.tenant)).toHaveLength(20);
  });
});
