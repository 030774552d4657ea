import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { FencedStore, sliceOf, waitUntil } from '../conformance/index.js';
import { BOUND_MS, describeWithKafka } from '../conformance/kafka-broker.js';
import { KafkaBusFixture } from '../conformance/kafka-bus.js';
import { dumpTopic } from '../conformance/kafka-topic-dump.js';
import { prepareTopics } from './topic.js';

describeWithKafka('a broker that comes and goes:', (broker) => {
  let bus: KafkaBusFixture;
  let store: FencedStore;

  beforeEach(async () => {
    store = new FencedStore();
    bus = new KafkaBusFixture(broker(), 2);
    await bus.prepare();
  }, BOUND_MS);

  afterEach(() => bus.close(), BOUND_MS);

  it(
    'killed: calls are unavailable, never durable; started again: the next calls are durable and nothing acknowledged is lost',
    async () => {
      const publisher = await bus.publisher();
      const source = bus.source();
      await source.start(store.handle, store.readPositions);
      const acknowledged: string[] = [];
      let running = true;
      let unavailable = 0;
      const load = (async () => {
        for (let i = 0; running; i++) {
          const outcome = await publisher.publish([sliceOf(`slice-${i}`, { partition: i % 2, batchKey: `batch-${i}` })]);
          if (outcome.kind === 'durable') acknowledged.push(`slice-${i}`);
          else {
            unavailable++;
            await new Promise((resolve) => setTimeout(resolve, 20));
          }
        }
      })();
      await waitUntil('some are acknowledged', () => acknowledged.length >= 100);
      await broker().kill();
      await waitUntil('calls are unavailable', () => unavailable >= 10);
      const before = acknowledged.length;
      expect(publisher.problems()).toHaveLength(1);
      expect(await publisher.publish([sliceOf('x')])).toMatchObject({ kind: 'unavailable' });
      expect(acknowledged.length).toBe(before);
      await broker().restart();
      await waitUntil('calls are durable again', () => acknowledged.length >= before + 100);
      running = false;
      await load;
      await waitUntil('all that was acknowledged is stored', () => {
        const stored = new Set([...store.texts(0), ...store.texts(1)]);
        return acknowledged.every((text) => stored.has(text));
      });
      const all = [...store.texts(0), ...store.texts(1)];
      expect(new Set(all).size).toBe(all.length);
      expect(publisher.problems()).toEqual([]);
      await waitUntil('the source has no problem', () => source.problems().length === 0);
    },
    BOUND_MS,
  );

  it(
    'frozen: a call and those behind it are unavailable within their bound; thawed: the next calls are durable',
    async () => {
      const publisher = await bus.publisher();
      expect(await publisher.publish([sliceOf('before')])).toMatchObject({ kind: 'durable' });
      broker().freeze();
      try {
        const outcomes = await Promise.all(['a', 'b'].map((text) => publisher.publish([sliceOf(text)])));
        expect(outcomes.map(({ kind }) => kind)).toEqual(['unavailable', 'unavailable']);
      } finally {
        broker().thaw();
      }
      await waitUntil('calls are durable again', async () => (await publisher.publish([sliceOf('after')])).kind === 'durable');
    },
    BOUND_MS,
  );

  it(
    'a publisher, a source and the preparation of topics wait for a broker that is not there yet',
    async () => {
      await broker().stop();
      const publisher = bus.publisher();
      const source = bus.source();
      const started = source.start(store.handle, store.readPositions);
      const waited: string[] = [];
      const prepared = prepareTopics({
        connection: broker().connection,
        logger: bus.logger,
        topics: [{ topic: bus.topic, partitions: 2, replication: 1 }],
        waitFor: async (what, attempt) => {
          for (;;) {
            try {
              return await attempt();
            } catch {
              waited.push(what);
              await new Promise((resolve) => setTimeout(resolve, 200));
            }
          }
        },
      });
      await waitUntil('they wait', () => source.problems().length > 0 && waited.length > 0);
      await broker().restart();
      expect(await prepared).toEqual([]);
      await started;
      expect(await (await publisher).publish([sliceOf('x')])).toEqual({ kind: 'durable', duplicate: false });
      await waitUntil('it is stored', () => store.count() === 1);
    },
    BOUND_MS,
  );

  it(
    'a record batch that was damaged on the disk is stepped over with a dead letter that names it',
    async () => {
      const publisher = await bus.publisher({}, 'snappy');
      for (const text of ['first', 'damaged '.repeat(20), 'last']) await publisher.publish([sliceOf(text)]);
      await broker().stop();
      await damageSecondBatch(join(broker().folder, 'data', `${bus.topic}-0`));
      await broker().restart();
      await bus.source().start(store.handle, store.readPositions);
      await waitUntil('the others are stored', () => store.count() === 2);
      expect(store.texts(0)).toEqual(['first', 'last']);
      const [letter] = await dumpTopic(broker(), bus.deadLetterTopic, 1);
      expect(letter?.key).toBe(`${bus.topic}/0/1/-1`);
      expect(letter?.headers['reason']).toMatch(/record batch of offsets 1 to 1 can't be decoded: the checksum does not match/);
    },
    BOUND_MS,
  );

  it(
    'topics that fall short are named, one sentence a setting, and left as they are',
    async () => {
      const topic = `${bus.topic}.short`;
      await broker().admin.createTopics({
        waitForLeaders: true,
        topics: [
          {
            topic,
            numPartitions: 1,
            configEntries: [
              { name: 'max.message.bytes', value: '1000000' },
              { name: 'retention.ms', value: '3600000' },
              { name: 'retention.bytes', value: '1000000000' },
              { name: 'cleanup.policy', value: 'compact,delete' },
            ],
          },
        ],
      });
      const topics = [{ topic, partitions: 4, replication: 1 }];
      const shortfalls = await prepareTopics({ connection: broker().connection, logger: bus.logger, topics });
      const expected = [
        /max\.message\.bytes is 1000000/,
        /retention\.ms is 3600000/,
        /retention\.bytes is 1000000000/,
        /cleanup\.policy is/,
      ];
      expected.push(/partitions are 1/);
      expect(shortfalls).toHaveLength(expected.length);
      expected.forEach((pattern, i) => expect(shortfalls[i]).toMatch(pattern));
    },
    BOUND_MS,
  );
});

/** Turns over one byte of the second record batch's records, as a failing disk would. */
async function damageSecondBatch(folder: string): Promise<void> {
  const name = (await readdir(folder)).find((file) => file.endsWith('.log')) ?? '';
  const file = join(folder, name);
  const bytes = await readFile(file);
  const second = 12 + bytes.readInt32BE(8);
  const at = second + 61 + 20;
  bytes.writeUInt8(bytes.readUInt8(at) ^ 0xff, at);
  await writeFile(file, bytes);
}
