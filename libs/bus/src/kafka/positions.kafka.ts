import { FencedStore, sliceOf, waitUntil } from '../conformance/index.js';
import { BOUND_MS, describeWithKafka } from '../conformance/kafka-broker.js';
import { KafkaBusFixture } from '../conformance/kafka-bus.js';
import type { KafkaLogPublisher } from './publisher.js';
import type { KafkaLogSource } from './source.js';

describeWithKafka('positions on a real broker:', (broker) => {
  let bus: KafkaBusFixture;
  let store: FencedStore;
  let publisher: KafkaLogPublisher;

  async function open(partitions: number): Promise<void> {
    store = new FencedStore();
    bus = new KafkaBusFixture(broker(), partitions);
    await bus.prepare();
    publisher = await bus.publisher();
  }

  afterEach(() => bus.close(), BOUND_MS);

  async function publish(text: string, partition = 0): Promise<void> {
    expect(await publisher.publish([sliceOf(text, { partition })])).toEqual({ kind: 'durable', duplicate: false });
  }

  async function startSource(): Promise<KafkaLogSource> {
    const source = bus.source();
    await source.start(store.handle, store.readPositions);
    return source;
  }

  const topicIsThere = async (): Promise<boolean> => (await broker().admin.listTopics()).includes(bus.topic);

  it(
    "a group whose offsets were reset to 0 by somebody else still goes on from the store's positions",
    async () => {
      await open(1);
      for (const text of ['a', 'b', 'c']) await publish(text);
      const first = await startSource();
      await waitUntil('three are stored', () => store.count() === 3);
      await first.stop();
      const { groupId, topic } = bus;
      await waitUntil('the offsets are reset', () =>
        broker()
          .admin.resetOffsets({ groupId, topic, earliest: true })
          .then(
            () => true,
            () => false,
          ),
      );
      await publish('d');
      await startSource();
      await waitUntil('the fourth is stored', () => store.count() === 4);
      expect(store.texts(0)).toEqual(['a', 'b', 'c', 'd']);
      expect(store.batches.at(-1)?.from).toBe(3n);
    },
    BOUND_MS,
  );

  it(
    'the broker is told where the store is, as a hint',
    async () => {
      await open(1);
      await publish('a');
      const source = await startSource();
      await waitUntil('it is stored', () => store.count() === 1);
      await source.stop();
      const { groupId, topic } = bus;
      const [offsets] = await broker().admin.fetchOffsets({ groupId, topics: [topic] });
      expect(offsets?.partitions).toEqual([expect.objectContaining({ partition: 0, offset: '1' })]);
    },
    BOUND_MS,
  );

  it(
    'a topic that was deleted and made again under a running source stops it, says so and names the repair; accepting goes on',
    async () => {
      await open(1);
      for (const text of ['a', 'b', 'c']) await publish(text);
      const source = await startSource();
      await waitUntil('three are stored', () => store.count() === 3);
      await broker().admin.deleteTopics({ topics: [bus.topic] });
      await waitUntil('the topic is gone', async () => !(await topicIsThere()));
      await bus.prepare();
      await waitUntil('the new topic takes records', async () => (await publisher.publish([sliceOf('new')])).kind === 'durable');
      await waitUntil('the repair is named', () =>
        source.problems().some((text) => text.includes(`npm run positions -- accept --topic ${bus.topic} --partition 0`)),
      );
      expect(source.problems().join()).toContain('deleted and made again');
      expect(store.count()).toBe(3);
      const { topicId } = (await newSourceIdentity()) ?? { topicId: '' };
      store.move(0, 0n, topicId);
      await waitUntil('the new topic is read', () => store.texts(0).includes('new'));
      await waitUntil('nothing is wrong any more', () => source.problems().length === 0);
    },
    BOUND_MS,
  );

  it(
    'a topic that was made again and has grown beyond the position is not mistaken for the old one',
    async () => {
      await open(1);
      await publish('old');
      const first = await startSource();
      await waitUntil('it is stored', () => store.count() === 1);
      await first.stop();
      await broker().admin.deleteTopics({ topics: [bus.topic] });
      await waitUntil('the topic is gone', async () => !(await topicIsThere()));
      await bus.prepare();
      for (let i = 0; i < 3; i++) {
        await waitUntil(
          'the new topic takes records',
          async () => (await publisher.publish([sliceOf(`new ${i}`)])).kind === 'durable',
        );
      }
      const second = await startSource();
      await waitUntil('the repair is named', () =>
        second.problems().some((text) => text.includes(`npm run positions -- accept --topic ${bus.topic} --partition 0`)),
      );
      expect(store.texts(0)).toEqual(['old']);
    },
    BOUND_MS,
  );

  it(
    'records that the broker removed before they were stored stop the partition; the others go on',
    async () => {
      await open(2);
      for (const text of ['a', 'b', 'c']) await publish(text);
      const first = await startSource();
      await waitUntil('three are stored', () => store.count() === 3);
      await first.stop();
      for (const text of ['d', 'e', 'f']) await publish(text);
      // kafkajs deletes records of topics only whose offsets it was asked for before.
      await broker().admin.fetchTopicOffsets(bus.topic);
      await broker().admin.deleteTopicRecords({ topic: bus.topic, partitions: [{ partition: 0, offset: '5' }] });
      const second = await startSource();
      await publish('other', 1);
      await waitUntil('the gap is named', () => second.problems().some((text) => text.includes('records 3 to 4 were removed')));
      await waitUntil('the other partition goes on', () => store.texts(1).length === 1);
      expect(store.texts(0)).toEqual(['a', 'b', 'c']);
    },
    BOUND_MS,
  );

  it(
    'a position beyond the end of the log stops the partition',
    async () => {
      await open(1);
      await publish('a');
      const topicId = (await newSourceIdentity())?.topicId ?? '';
      store.move(0, 100n, topicId);
      const source = await startSource();
      await waitUntil('the mismatch is named', () => source.problems().some((text) => text.includes('log ends at 1')));
      expect(store.count()).toBe(0);
    },
    BOUND_MS,
  );

  it(
    'two members share the partitions, one leaves in mid-load, the other takes over; every slice is stored once',
    async () => {
      await open(4);
      const members = [await startSource(), await startSource()];
      await waitUntil('both have partitions', () => members.every((member) => member.lag().length === 2));
      const expected: string[] = [];
      for (let i = 0; i < 200; i++) {
        expected.push(`slice-${i}`);
        await publish(`slice-${i}`, i % 4);
        if (i === 100) void members[0]?.stop();
      }
      await waitUntil('all are stored', () => store.count() >= 200);
      expect([0, 1, 2, 3].flatMap((partition) => store.texts(partition)).sort()).toEqual(expected.sort());
      await waitUntil('the second has all partitions', () => members[1]?.lag().length === 4);
    },
    BOUND_MS,
  );

  it(
    'a member that still holds a batch of a partition that is no longer its own is fenced',
    async () => {
      await open(2);
      let letGo = (): void => undefined;
      const held = new Promise<void>((resolve) => (letGo = resolve));
      let holds = 0;
      store.before = async () => {
        if (holds++ < 2) await held;
      };
      await publish('a', 0);
      await publish('b', 1);
      await startSource();
      await waitUntil('the first member holds both batches', () => holds === 2);
      await startSource();
      await waitUntil('the second member stored its part', () => store.count() >= 1);
      letGo();
      await waitUntil('both are stored', () => store.count() >= 2);
      for (const [text, partition] of [
        ['c', 0],
        ['d', 1],
      ] as const)
        await publish(text, partition);
      await waitUntil('the next ones are stored', () => store.count() >= 4);
      expect(store.texts(0)).toEqual(['a', 'c']);
      expect(store.texts(1)).toEqual(['b', 'd']);
    },
    BOUND_MS,
  );

  it(
    'partitions that are added while running are published to and read',
    async () => {
      await open(1);
      await startSource();
      await publish('a');
      await broker().admin.createPartitions({ topicPartitions: [{ topic: bus.topic, count: 3 }] });
      await waitUntil('the publisher knows them', () => publisher.partitionCount() === 3);
      await publish('c', 2);
      await waitUntil('the new partition is read', () => store.texts(2).length === 1);
    },
    BOUND_MS,
  );

  async function newSourceIdentity(): Promise<{ topicId: string } | undefined> {
    const probe = new FencedStore();
    const fixture = new KafkaBusFixture(broker(), 1);
    Object.assign(fixture, { topic: bus.topic });
    const source = fixture.source();
    let topicId = '';
    await source.start(probe.handle, async (identity) => {
      topicId = identity.topicId;
      return new Map();
    });
    await waitUntil('the identity is known', () => topicId !== '');
    await fixture.close();
    return { topicId };
  }
});
