import type { DeadLetters } from '../api/dead-letters.js';
import type { BatchHandler, LogSource, PartitionLag, PositionReader } from '../api/log-source.js';
import { ClusterClient } from './cluster-client.js';
import { registerCodecs } from './codecs/codecs.js';
import type { KafkaConnection } from './connection.js';
import { GroupMembership } from './group-membership.js';
import type { BusLogger } from './logging.js';
import { messageOf } from '../queue/pause.js';
import { PartitionReader, type ReadLimits, type ReaderContext } from './partition-reader.js';
import type { ForeignDecoder } from './read-message.js';

export interface KafkaLogSourceOptions {
  readonly connection: KafkaConnection;
  /** Default `logs.raw`. */
  readonly topic?: string;
  /** Default `rootspan-processor`. */
  readonly groupId?: string;
  readonly deadLetters: DeadLetters;
  /** Reads what other producers write as JSON. */
  readonly decodeForeign: ForeignDecoder;
  /** True: a topic of other producers only, whose headers may mean other things than ours. */
  readonly isForeign?: boolean;
  readonly logger: BusLogger;
  /** After this long without a sign of life others take our partitions over. Default 10,000; brokers allow 6,000 and more. */
  readonly sessionTimeoutMs?: number;
  readonly limits?: Partial<ReadLimits>;
}

const DEFAULT_TOPIC = 'logs.raw';
const DEFAULT_GROUP = 'rootspan-processor';
const DEFAULT_SESSION_TIMEOUT_MS = 10_000;
const DEFAULT_LIMITS: ReadLimits = {
  fetchBytes: 1024 * 1024,
  fetchWaitMs: 500,
  batchBytes: 8 * 1024 * 1024,
  batchRecords: 10_000,
};
const COMMIT_EVERY_MS = 5_000;

/**
 * Reads the topic for the store: kafkajs says which partitions are ours, a PartitionReader reads each of them.
 *
 * Memory: for each partition one fetch (`fetchBytes`, compressed) and one batch (`batchBytes`, and what its last record
 * batch holds beyond that).
 */
export class KafkaLogSource implements LogSource {
  private readonly cluster: ClusterClient;
  private readonly sentences = new Map<string, string>();
  private readonly lags = new Map<number, bigint>();
  private readonly readers = new Map<number, PartitionReader>();
  /** By partition: when its last reader has ended. */
  private readonly ended = new Map<number, Promise<void>>();
  private readonly uncommitted = new Map<number, bigint>();
  private membership: GroupMembership | null = null;
  private commitTimer: NodeJS.Timeout | undefined;
  private stopping = false;

  constructor(private readonly options: KafkaLogSourceOptions) {
    registerCodecs();
    this.cluster = new ClusterClient(options.connection, options.logger);
  }

  async start(handler: BatchHandler, readPositions: PositionReader): Promise<void> {
    if (this.membership) throw new Error('this source was started before');
    const { connection, logger, deadLetters, decodeForeign, isForeign = false } = this.options;
    const topic = this.options.topic ?? DEFAULT_TOPIC;
    const context: ReaderContext = {
      cluster: this.cluster,
      topic,
      limits: { ...DEFAULT_LIMITS, ...this.options.limits },
      handler,
      readPositions,
      deadLetters,
      decodeForeign,
      isForeign,
      logger,
      problem: (partition, sentence) => this.note(`partition ${partition}`, sentence),
      progress: (partition, next, lag) => {
        if (!this.readers.has(partition) && !this.stopping) return;
        this.lags.set(partition, lag);
        this.uncommitted.set(partition, next);
      },
    };
    const groupId = this.options.groupId ?? DEFAULT_GROUP;
    const sessionTimeoutMs = this.options.sessionTimeoutMs ?? DEFAULT_SESSION_TIMEOUT_MS;
    this.membership = new GroupMembership(
      { connection, topic, groupId, sessionTimeoutMs },
      {
        assigned: (partitions) => this.read(partitions, context),
        revoked: () => this.release(),
        problem: (sentence) => this.note('group', sentence),
      },
      logger,
    );
    this.commitTimer = setInterval(() => void this.commit(), COMMIT_EVERY_MS);
    this.commitTimer.unref();
    await this.membership.start();
  }

  async stop(): Promise<void> {
    this.stopping = true;
    clearInterval(this.commitTimer);
    this.stopReaders();
    await Promise.all(this.ended.values());
    await this.commit();
    await this.membership?.stop();
    this.release();
    await Promise.all(this.ended.values());
    this.cluster.close();
    this.sentences.clear();
  }

  problems(): readonly string[] {
    return [...this.sentences.values()];
  }

  lag(): readonly PartitionLag[] {
    const topic = this.options.topic ?? DEFAULT_TOPIC;
    return [...this.lags].map(([partition, offsets]) => ({ topic, partition, offsets }));
  }

  private read(partitions: readonly number[], context: ReaderContext): void {
    if (this.stopping) return;
    this.options.logger.info({ topic: context.topic, partitions }, 'partitions assigned');
    for (const partition of partitions) {
      this.readers.set(partition, new PartitionReader(context, partition, this.ended.get(partition) ?? Promise.resolve()));
    }
  }

  private release(): void {
    this.stopReaders();
    this.lags.clear();
    this.uncommitted.clear();
  }

  private stopReaders(): void {
    for (const [partition, reader] of this.readers) this.ended.set(partition, reader.stop());
    this.readers.clear();
  }

  private async commit(): Promise<void> {
    if (this.uncommitted.size === 0) return;
    const positions = new Map(this.uncommitted);
    this.uncommitted.clear();
    try {
      await this.membership?.commit(positions);
    } catch (error) {
      this.options.logger.debug({ reason: messageOf(error) }, 'committing offsets to the broker failed; it is a hint only');
    }
  }

  private note(key: string, sentence: string | null): void {
    if (sentence === null) {
      if (this.sentences.delete(key))
        this.options.logger.info({ topic: this.options.topic ?? DEFAULT_TOPIC }, `${key}: works again`);
    } else if (this.sentences.get(key) !== sentence) {
      this.sentences.set(key, sentence);
      this.options.logger.warn({}, sentence);
    }
  }
}
