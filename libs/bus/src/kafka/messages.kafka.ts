import { createRequire } from 'node:module';
import kafkajs, { type Message } from 'kafkajs';
import { FencedStore, sliceOf, waitUntil } from '../conformance/index.js';
import { BOUND_MS, describeWithKafka } from '../conformance/kafka-broker.js';
import { KafkaBusFixture, MemoryDeadLetters } from '../conformance/kafka-bus.js';
import { dumpTopic } from '../conformance/kafka-topic-dump.js';
import { registerCodecs } from './codecs/codecs.js';

const GOOD = { format: '1', tenant: 'default', 'received-at': '1790000000000' };

describeWithKafka('messages on a real broker:', (broker) => {
  let bus: KafkaBusFixture;
  let store: FencedStore;

  // For the plain kafkajs clients in here.
  beforeAll(registerCodecs);

  beforeEach(async () => {
    store = new FencedStore();
    bus = new KafkaBusFixture(broker(), 1);
    expect(await bus.prepare()).toEqual([]);
  }, BOUND_MS);

  afterEach(() => bus.close(), BOUND_MS);

  async function produce(messages: Message[], compression = 0): Promise<void> {
    const producer = broker().client.producer({ createPartitioner: kafkajs.Partitioners.DefaultPartitioner });
    await producer.connect();
    await producer.send({ topic: bus.topic, messages, compression });
    await producer.disconnect();
  }

  it(
    'what is published is read by a plain kafkajs consumer: value, key and the headers of the contract',
    async () => {
      const publisher = await bus.publisher();
      const slice = { ...sliceOf('value', { tenant: 'team-a', batchKey: 'batch-1' }), messageKey: Buffer.from('trace-1') };
      await publisher.publish([slice]);
      const [message] = await dumpTopic(broker(), bus.topic, 1);
      expect(message?.value?.toString()).toBe('value');
      expect(message?.key).toBe('trace-1');
      expect(message?.headers).toEqual({
        'content-type': 'application/x-protobuf',
        format: '1',
        tenant: 'team-a',
        'received-at': String(slice.receivedAt),
        'batch-key': 'batch-1',
        digest: 'ab'.repeat(16),
        slice: '0',
        slices: '1',
      });
    },
    BOUND_MS,
  );

  it.each(['none', 'gzip', 'snappy', 'lz4'] as const)(
    'a publisher that compresses with %s is read back',
    async (compression) => {
      const publisher = await bus.publisher({}, compression);
      const texts = Array.from({ length: 50 }, (_, i) => `${i} `.repeat(500));
      await Promise.all(texts.map((text) => publisher.publish([sliceOf(text)])));
      await bus.source().start(store.handle, store.readPositions);
      await waitUntil('all are stored', () => store.count() === 50);
      expect(store.texts(0)).toEqual(texts);
    },
    BOUND_MS,
  );

  it(
    'Snappy in xerial framing and Zstandard are read',
    async () => {
      const codecs = kafkajs.CompressionCodecs;
      const { Snappy, ZSTD } = kafkajs.CompressionTypes;
      codecs[Snappy] = () => ({ compress: async ({ buffer }: { buffer: Buffer }) => xerial(buffer), decompress: unused });
      codecs[ZSTD] = () => ({ compress: async ({ buffer }: { buffer: Buffer }) => zstdRaw(buffer), decompress: unused });
      try {
        await produce([{ value: 'framed', headers: GOOD }], Snappy);
        await produce([{ value: 'zstd', headers: GOOD }], ZSTD);
      } finally {
        registerCodecs();
      }
      await bus.source().start(store.handle, store.readPositions);
      await waitUntil('both are stored', () => store.count() === 2);
      expect(store.texts(0)).toEqual(['framed', 'zstd']);
    },
    BOUND_MS,
  );

  it(
    'JSON of other producers is read: tenant from the header or default, time of receipt from the message where it is plausible',
    async () => {
      const now = Date.now();
      await produce([
        { value: '{"service":"a"}', timestamp: String(now - 3_600_000) },
        { value: '[{"service":"b"},{"service":"c"}]', headers: { tenant: 'team-b' }, timestamp: String(now - 30 * 86_400_000) },
      ]);
      await bus.source().start(store.handle, store.readPositions);
      await waitUntil('both are stored', () => store.count() === 2);
      const [first, second] = store.slices(0);
      expect(store.texts(0)).toEqual(['{"service":"a"}', '{"service":"b"}\n{"service":"c"}']);
      expect(first).toMatchObject({ tenant: 'default', receivedAt: now - 3_600_000 });
      expect(second?.tenant).toBe('team-b');
      expect(second?.receivedAt).toBeGreaterThanOrEqual(now - 3_600_000);
    },
    BOUND_MS,
  );

  it(
    "what can't be read goes to logs.dlq with its reason, and its neighbours are stored",
    async () => {
      await produce([
        { value: 'first', headers: GOOD },
        { value: 'not json' },
        { value: 'x', headers: { ...GOOD, format: '9' } },
        { value: 'x', headers: { format: '1', 'received-at': '1' } },
        { value: 'x', headers: { ...GOOD, tenant: 'no spaces' } },
        { value: 'x', headers: { ...GOOD, 'received-at': 'yesterday' } },
        { value: null, headers: GOOD },
        { value: 'x', headers: { ...GOOD, 'batch-key': 'b', digest: 'short' } },
        { value: '[{"service":"a"},{"nothing":1}]', headers: { tenant: 'team-c' } },
        { value: 'last', headers: GOOD },
      ]);
      await bus.source().start(store.handle, store.readPositions);
      await waitUntil('the good ones are stored', () => store.count() === 3);
      expect(store.texts(0)).toEqual(['first', '{"service":"a"}', 'last']);
      const letters = await dumpTopic(broker(), bus.deadLetterTopic, 8);
      const origin = (offset: number, index = -1): string => `${bus.topic}/0/${offset}/${index}`;
      expect(letters.map(({ key }) => key)).toEqual([1, 2, 3, 4, 5, 6, 7].map((offset) => origin(offset)).concat(origin(8, 1)));
      expect(letters.map(({ headers }) => headers['origin'])).toEqual(letters.map(({ key }) => key));
      const reasons = letters.map(({ headers }) => headers['reason']);
      const expected = [
        /no JSON/,
        /format is "9"/,
        /tenant is missing/,
        /tenant must be/,
        /received-at must be/,
        /no value/,
        /digest/,
      ];
      expected.push(/service is missing/);
      expected.forEach((pattern, i) => expect(reasons[i]).toMatch(pattern));
      expect(letters[0]?.value?.toString()).toBe('not json');
      expect(letters[7]?.headers['tenant']).toBe('team-c');
      expect(letters[7]?.value?.toString()).toBe('{"nothing":1}');
    },
    BOUND_MS,
  );

  it(
    "no batch goes past a record that can't be read until its dead letter is kept",
    async () => {
      await produce([{ value: 'not json' }, { value: 'good', headers: GOOD }]);
      const deadLetters = new MemoryDeadLetters();
      deadLetters.isAway = true;
      const source = bus.source(deadLetters);
      await source.start(store.handle, store.readPositions);
      await waitUntil('the source says what it waits for', () =>
        source.problems().some((text) => text.includes('dead letters are away')),
      );
      expect(store.count()).toBe(0);
      deadLetters.isAway = false;
      await waitUntil('the good one is stored', () => store.count() === 1);
      expect(deadLetters.kept.map(({ offset, index }) => [offset, index])).toEqual([[0n, -1]]);
      expect(source.problems()).toEqual([]);
    },
    BOUND_MS,
  );

  it(
    'records of an aborted transaction are left out, and its markers are stepped over',
    async () => {
      const producer = broker().client.producer({
        transactionalId: bus.topic,
        idempotent: true,
        maxInFlightRequests: 1,
        createPartitioner: kafkajs.Partitioners.DefaultPartitioner,
      });
      await producer.connect();
      const send = async (value: string, end: 'commit' | 'abort'): Promise<void> => {
        const transaction = await producer.transaction();
        await transaction.send({ topic: bus.topic, messages: [{ value, headers: GOOD }] });
        await transaction[end]();
      };
      await send('kept', 'commit');
      await send('dropped', 'abort');
      await send('kept too', 'commit');
      await producer.disconnect();
      await bus.source().start(store.handle, store.readPositions);
      await waitUntil('both are stored and the markers behind', () => store.count() === 2 && store.position(0) === 6n);
      expect(store.texts(0)).toEqual(['kept', 'kept too']);
    },
    BOUND_MS,
  );

  it(
    'a message of nearly 4 MiB and a call of 16 MiB travel',
    async () => {
      const publisher = await bus.publisher();
      const noise = (bytes: number): Buffer =>
        Buffer.from(Uint32Array.from({ length: bytes / 4 }, () => Math.random() * 2 ** 32).buffer);
      const large = { ...sliceOf(''), value: noise(4 * 1024 * 1024 - 80 * 1024) };
      const many = Array.from({ length: 32 }, () => ({ ...sliceOf(''), value: noise(512 * 1024) }));
      expect(await publisher.publish([large])).toEqual({ kind: 'durable', duplicate: false });
      expect(await publisher.publish(many)).toEqual({ kind: 'durable', duplicate: false });
      await bus.source().start(store.handle, store.readPositions);
      await waitUntil('all are stored', () => store.count() === 33);
      expect(store.slices(0)[0]?.value.equals(large.value)).toBe(true);
      expect(store.slices(0)[32]?.value.equals(many[31]?.value ?? Buffer.alloc(0))).toBe(true);
    },
    BOUND_MS,
  );
});

const unused = async (): Promise<Buffer> => Buffer.alloc(0);
const { compress } = createRequire(import.meta.url)('snappyjs') as { compress: (bytes: Buffer) => Uint8Array };

/** As Java's SnappyOutputStream writes it, in two blocks. */
function xerial(bytes: Buffer): Buffer {
  const head = Buffer.from([0x82, 0x53, 0x4e, 0x41, 0x50, 0x50, 0x59, 0, 0, 0, 0, 1, 0, 0, 0, 1]);
  const half = bytes.length >> 1;
  const blocks = [bytes.subarray(0, half), bytes.subarray(half)].flatMap((part) => {
    const block = Buffer.from(compress(part));
    const size = Buffer.alloc(4);
    size.writeUInt32BE(block.length);
    return [size, block];
  });
  return Buffer.concat([head, ...blocks]);
}

/** A Zstandard frame with one raw block, for fewer than 256 bytes (RFC 8878). */
function zstdRaw(bytes: Buffer): Buffer {
  const blockHead = Buffer.alloc(3);
  blockHead.writeUIntLE((bytes.length << 3) | 1, 0, 3);
  return Buffer.concat([Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0x20, bytes.length]), blockHead, bytes]);
}
