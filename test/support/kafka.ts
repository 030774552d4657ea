import { createRequire } from 'node:module';
import kafkajs, { type Admin, type Producer } from 'kafkajs';
import { kafkaAvailability, startKafka, type Kafka } from '../../tools/kafka/kafka.mjs';
import { unique } from './records.js';
import type { TestBed } from './test-bed.js';
import { waitUntil } from './wait-until.js';

const availability = await kafkaAvailability();

/**
 * `describe` for tests that need a real Apache Kafka. Where none can be run, the tests are skipped and standard error says
 * so; in CI (CI is set) that is a failure.
 */
export function describeWithKafka(name: string, suite: () => void): void {
  if (availability.available) {
    describe(name, suite);
  } else if (process.env.CI) {
    const { reason } = availability;
    describe(name, () => {
      it('finds a Kafka to test with', () => {
        throw new Error(`In CI nothing is skipped, and Kafka can not be run: ${reason}.`);
      });
    });
  } else {
    process.stderr.write(`\n>>> SKIPPED: "${name}" needs a real Apache Kafka: ${availability.reason} <<<\n\n`);
    describe.skip(name, suite);
  }
}

/** A message as any consumer sees it. */
export interface TopicMessage {
  readonly partition: number;
  readonly offset: string;
  readonly key: string | null;
  readonly value: Buffer;
  readonly headers: Readonly<Record<string, string>>;
}

/** A broker of the test file's own, and what a stranger with kafkajs can do with it. */
export class Broker {
  private readonly client: kafkajs.Kafka;

  constructor(
    private readonly kafka: Kafka,
    private readonly bed: TestBed,
  ) {
    readLz4();
    this.client = new kafkajs.Kafka({
      brokers: [kafka.brokers],
      logLevel: kafkajs.logLevel.NOTHING,
      retry: { retries: 20, maxRetryTime: 1_000 },
    });
  }

  static async start(bed: TestBed): Promise<Broker> {
    const kafka = await startKafka();
    bed.defer(() => kafka.remove());
    return new Broker(kafka, bed);
  }

  /** host:port; the same for its whole life. */
  get address(): string {
    return this.kafka.brokers;
  }

  /** Ends the broker in order; its data stays. */
  stop(): Promise<void> {
    return this.kafka.stop();
  }

  /** SIGKILL; its data stays. */
  kill(): Promise<void> {
    return this.kafka.kill();
  }

  /** Starts it again on its data. */
  restart(): Promise<void> {
    return this.kafka.restart();
  }

  async admin(): Promise<Admin> {
    const admin = this.client.admin();
    await admin.connect();
    this.bed.defer(() => admin.disconnect());
    return admin;
  }

  /** By partition: the offset that its next message will get. */
  async ends(topic: string): Promise<ReadonlyMap<number, bigint>> {
    const offsets = await this.ask((admin) => admin.fetchTopicOffsets(topic));
    return new Map(offsets.map(({ partition, high }) => [partition, BigInt(high)]));
  }

  /** Raises the topic's partitions to so many. */
  async growTo(topic: string, partitions: number): Promise<void> {
    await this.ask((admin) => admin.createPartitions({ topicPartitions: [{ topic, count: partitions }] }));
  }

  /** By member of the consumer group: the partitions of the topic that are its own. Empty while the group is being formed. */
  async assignments(groupId: string, topic: string): Promise<number[][]> {
    const { groups } = await this.ask((admin) => admin.describeGroups([groupId]));
    if (groups[0]?.state !== 'Stable') return [];
    return groups[0].members.map(({ memberAssignment }) => {
      const decoded = kafkajs.AssignerProtocol.MemberAssignment.decode(memberAssignment);
      return decoded?.assignment[topic] ?? [];
    });
  }

  /** A connection for one question: the broker may have been away since the last one. */
  private async ask<T>(question: (admin: Admin) => Promise<T>): Promise<T> {
    const admin = this.client.admin();
    try {
      await admin.connect();
      return await question(admin);
    } finally {
      await admin.disconnect();
    }
  }

  async producer(): Promise<Producer> {
    const producer = this.client.producer({ createPartitioner: kafkajs.Partitioners.DefaultPartitioner });
    await producer.connect();
    this.bed.defer(() => producer.disconnect());
    return producer;
  }

  /** Where any Kafka client puts a message with that key: murmur2, as Kafka's own. */
  partitionOf(key: string, partitions: number): number {
    const partitionMetadata = Array.from({ length: partitions }, (_, partitionId) => ({
      partitionErrorCode: 0,
      partitionId,
      leader: 0,
      replicas: [0],
      isr: [0],
    }));
    return kafkajs.Partitioners.DefaultPartitioner()({ topic: '', partitionMetadata, message: { key, value: null } });
  }

  /** Reads the topic from its beginning until what is there satisfies. */
  async read(topic: string, enough: (messages: readonly TopicMessage[]) => boolean): Promise<TopicMessage[]> {
    const messages: TopicMessage[] = [];
    const consumer = this.client.consumer({ groupId: unique('reader') });
    await consumer.connect();
    try {
      await consumer.subscribe({ topic, fromBeginning: true });
      await consumer.run({
        eachMessage: ({ partition, message: { offset, key, value, headers = {} } }) => {
          const texts = Object.entries(headers).map(([name, bytes]) => [name, String(bytes)] as const);
          messages.push({
            partition,
            offset,
            key: key?.toString() ?? null,
            value: value ?? Buffer.alloc(0),
            headers: Object.fromEntries(texts),
          });
          return Promise.resolve();
        },
      });
      await waitUntil(() => enough(messages), `enough messages are in ${topic}`);
    } finally {
      await consumer.disconnect();
    }
    return messages;
  }
}

/** kafkajs reads gzip only; our producers use LZ4 wherever lz4-napi has a binary, and gzip elsewhere. */
function readLz4(): void {
  try {
    const lz4 = createRequire(import.meta.url)('lz4-napi') as typeof import('lz4-napi');
    kafkajs.CompressionCodecs[kafkajs.CompressionTypes.LZ4] = () => ({
      compress: ({ buffer }: { buffer: Buffer }) => lz4.compressFrame(buffer),
      decompress: (bytes: Buffer) => lz4.decompressFrame(bytes),
    });
  } catch {
    // There is no binary for this platform.
  }
}
