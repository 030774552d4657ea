import { randomBytes } from 'node:crypto';
import { waitUntil } from '../conformance/index.js';
import { BOUND_MS, describeWithKafka, freshName, MemoryLogger, type TestBroker } from '../conformance/kafka-broker.js';
import { dumpTopic } from '../conformance/kafka-topic-dump.js';
import { registerCodecs } from './codecs/codecs.js';
import type { KafkaConnection } from './connection.js';
import { ProduceError, ProduceSession } from './produce-session.js';

const logger = new MemoryLogger();

function open(connection: KafkaConnection, topic: string): Promise<ProduceSession> {
  return ProduceSession.open({ connection, topic, compression: 'lz4', requestTimeoutMs: 10_000 }, logger);
}

async function createTopic({ admin }: TestBroker, maxMessageBytes = 4_194_304): Promise<string> {
  const topic = freshName('produced');
  const configEntries = [{ name: 'max.message.bytes', value: String(maxMessageBytes) }];
  await admin.createTopics({ waitForLeaders: true, topics: [{ topic, numPartitions: 3, configEntries }] });
  return topic;
}

describeWithKafka('a produce session with a real broker', (broker) => {
  // For the plain kafkajs consumers in here.
  beforeAll(registerCodecs);

  it(
    'writes every message once, in order within a partition, over many requests',
    async () => {
      const topic = await createTopic(broker());
      const session = await open(broker().connection, topic);
      expect(session.partitionCount).toBe(3);
      const sent: string[] = [];
      for (let request = 0; request < 30; request++) {
        const texts = Array.from({ length: 1 + (request % 7) }, (_, i) => `${request}.${i} ${'x'.repeat(request * 500)}`);
        sent.push(...texts);
        await session.send(texts.map((value, i) => ({ partition: i % 3, value })));
      }
      session.close();
      const read = await dumpTopic(broker(), topic, sent.length);
      expect(read).toHaveLength(sent.length);
      for (let partition = 0; partition < 3; partition++) {
        const expected = sent.filter((text) => Number(/\.(\d)/.exec(text)?.[1]) % 3 === partition);
        expect(read.filter((message) => message.partition === partition).map(({ value }) => String(value))).toEqual(expected);
      }
    },
    BOUND_MS,
  );

  it(
    'sends a message without a partition to the one that kafkajs chooses for its key',
    async () => {
      const [ours, theirs] = [await createTopic(broker()), await createTopic(broker())];
      const messages = Array.from({ length: 20 }, (_, i) => ({ key: `logs.raw/0/${i * 7}/-1`, value: String(i) }));
      const session = await open(broker().connection, ours);
      await session.send(messages);
      session.close();
      const producer = broker().client.producer({ allowAutoTopicCreation: false });
      await producer.connect();
      await producer.send({ topic: theirs, messages });
      await producer.disconnect();
      const places = async (topic: string): Promise<string[]> =>
        (await dumpTopic(broker(), topic, 20)).map(({ partition, key }) => `${key} in ${partition}`).sort();
      expect(await places(ours)).toEqual(await places(theirs));
    },
    BOUND_MS,
  );

  it(
    'says that a batch is too large for the topic, and is of no use afterwards',
    async () => {
      const session = await open(broker().connection, await createTopic(broker(), 2_000));
      await session.send([{ partition: 0, value: 'fits' }]);
      const tooLarge = session.send([{ partition: 1, value: randomBytes(5_000) }]);
      const failure: unknown = await tooLarge.catch((error: unknown) => error);
      expect(failure).toBeInstanceOf(ProduceError);
      expect(failure).toMatchObject({ isTooLarge: true, message: expect.stringContaining('MESSAGE_TOO_LARGE') });
      await expect(session.send([{ partition: 0, value: 'fits' }])).rejects.toMatchObject({ isTooLarge: false });
    },
    BOUND_MS,
  );

  it(
    'names a topic and a partition that do not exist',
    async () => {
      await expect(open(broker().connection, freshName('missing'))).rejects.toThrow('does not exist');
      const session = await open(broker().connection, await createTopic(broker()));
      await expect(session.send([{ partition: 3, value: 'x' }])).rejects.toThrow('partition 3 of topic');
    },
    BOUND_MS,
  );

  async function isLed(topic: string): Promise<boolean> {
    return broker()
      .admin.fetchTopicOffsets(topic)
      .then(
        () => true,
        () => false,
      );
  }

  it(
    'goes on over another connection where one ended while nothing was under way',
    async () => {
      const topic = await createTopic(broker());
      const session = await open(broker().connection, topic);
      await session.send([{ partition: 0, value: 'before' }]);
      await broker().stop();
      await broker().restart();
      await waitUntil('the broker leads the partition again', () => isLed(topic));
      await session.send([{ partition: 0, value: 'after' }]);
      session.close();
      const texts = (await dumpTopic(broker(), topic, 2)).map(({ value }) => String(value));
      expect(texts).toEqual(['before', 'after']);
    },
    BOUND_MS,
  );
});
