import type { DeadLetter } from '#domain';
import type { DeadLetters } from '#bus';
import { KafkaDeadLetters, KafkaLogPublisher, KafkaLogSource, prepareTopics } from '#bus/kafka';
import type { BusProcess } from './bus-under-test.js';
import type { FencedStore } from './fenced-store.js';
import { decodeJson, freshName, MemoryLogger, type TestBroker } from './kafka-broker.js';

/** What a test of the Kafka bus works with: topics and a group of its own on the shared broker. */
export class KafkaBusFixture {
  readonly topic = freshName('logs.raw');
  readonly deadLetterTopic = freshName('logs.dlq');
  readonly groupId = freshName('group');
  readonly logger = new MemoryLogger();
  private readonly stops: (() => Promise<void>)[] = [];

  constructor(
    readonly broker: TestBroker,
    readonly partitions: number,
  ) {}

  async prepare(): Promise<string[]> {
    const { connection } = this.broker;
    const topics = [
      { topic: this.topic, partitions: this.partitions, replication: 1 },
      { topic: this.deadLetterTopic, partitions: 1, replication: 1 },
    ];
    return prepareTopics({ connection, logger: this.logger, topics });
  }

  async publisher(
    limits: { queueBytes?: number; tenantBytes?: number } = {},
    compression?: 'none' | 'gzip' | 'snappy' | 'lz4',
  ): Promise<KafkaLogPublisher> {
    const { connection } = this.broker;
    const publisher = new KafkaLogPublisher({ connection, topic: this.topic, logger: this.logger, limits, compression });
    this.stops.push(() => publisher.stop());
    await publisher.start();
    return publisher;
  }

  /** Not started yet. */
  source(deadLetters: DeadLetters = this.deadLetters()): KafkaLogSource {
    const { connection } = this.broker;
    const source = new KafkaLogSource({
      connection,
      topic: this.topic,
      groupId: this.groupId,
      deadLetters,
      decodeForeign: decodeJson,
      logger: this.logger,
      sessionTimeoutMs: 6_000,
    });
    this.stops.push(() => source.stop());
    return source;
  }

  deadLetters(): KafkaDeadLetters {
    const { connection } = this.broker;
    const deadLetters = new KafkaDeadLetters({ connection, topic: this.deadLetterTopic, logger: this.logger });
    this.stops.push(() => deadLetters.stop());
    return deadLetters;
  }

  async startProcess(store: FencedStore, limits: { queueBytes?: number; tenantBytes?: number } = {}): Promise<BusProcess> {
    const publisher = await this.publisher(limits);
    const source = this.source();
    await source.start(store.handle, store.readPositions);
    const stop = async (): Promise<void> => {
      await publisher.stop();
      await source.stop();
    };
    return { publisher, source, stop };
  }

  async close(): Promise<void> {
    for (const stop of this.stops.splice(0).reverse()) await stop();
  }
}

/** Dead letters of a process that has no topic for them; fails as long as told to. */
export class MemoryDeadLetters implements DeadLetters {
  readonly kept: DeadLetter[] = [];
  isAway = false;

  async put(letters: readonly DeadLetter[]): Promise<void> {
    if (this.isAway) throw new Error('the dead letters are away');
    this.kept.push(...letters);
  }
}
