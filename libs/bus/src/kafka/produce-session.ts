import { partitionOf } from '#proto';
import { ClusterClient } from './cluster-client.js';
import { codecNumber, type Compression } from './codecs/codecs.js';
import { compress } from './codecs/compress.js';
import type { KafkaConnection } from './connection.js';
import type { BusLogger } from './logging.js';
import { BrokerRefusedError } from './protocol/error-codes.js';
import { initProducerIdCall, type ProducerId } from './protocol/init-producer-id-call.js';
import type { TopicView } from './protocol/metadata-call.js';
import type { PartitionBatch } from './protocol/produce-call.js';
import { ProduceLink } from './protocol/produce-link.js';
import { recordBatchHead } from './protocol/record-batch-head.js';
import { type OutgoingMessage, RecordWriter } from './protocol/record-writer.js';
import { GrowingPause, messageOf, within } from '../queue/pause.js';
import { SocketSet } from './socket-set.js';

export interface ProduceOptions {
  readonly connection: KafkaConnection;
  readonly topic: string;
  readonly compression: Compression;
  /** Bound of opening a session and of one request, milliseconds. */
  readonly requestTimeoutMs: number;
}

/** A request failed: its messages may or may not be on the bus. */
export class ProduceError extends Error {
  override readonly name = 'ProduceError';

  constructor(
    message: string,
    /** True where the broker refuses a record batch of this size. */
    readonly isTooLarge: boolean,
  ) {
    super(message);
  }
}

const FIRST_PAUSE_MS = 50;
const MAX_PAUSE_MS = 500;
/** Sequence numbers go from 0 to 2^31 - 1 and begin anew. */
const SEQUENCE_MASK = 0x7fffffff;

/** A partition and its messages in order. */
type Line = readonly [partition: number, messages: readonly OutgoingMessage[]];

/**
 * An idempotent producer (acks=all) for one topic that lives until its first failure.
 *
 * It knows the topic as it was when the session was opened: partitions, their leaders, and a producer id of its own. Each
 * partition's batches are numbered, so that a broker neither takes one twice nor takes one after a gap.
 *
 * It is given up after any failed request, never used again, and nothing is repeated within it. A failed request may have
 * been written in fact, so the number of its partitions' next batch is not known: a batch under a number that the broker
 * has seen already is answered with success and not kept. A new producer id rules that out. A moved leader is a failure
 * too: the next session asks the cluster anew.
 */
export class ProduceSession {
  private readonly sockets = new SocketSet();
  private readonly writer = new RecordWriter();
  /** By node. Opened when the first request goes there. */
  private readonly links = new Map<number, ProduceLink>();
  /** By partition: the number of its next record. */
  private readonly sequences = new Map<number, number>();
  /** By partition. */
  private readonly leaders: ReadonlyMap<number, number>;

  private constructor(
    private readonly options: ProduceOptions,
    private readonly view: TopicView,
    private readonly producer: ProducerId,
    private readonly logger: BusLogger,
  ) {
    this.leaders = new Map(view.topic?.partitions.map(({ partition, leader }) => [partition, leader]));
  }

  /**
   * Asks for the topic's partitions and gets a producer id, waiting while a broker is still loading. Rejects within the
   * request time-out where the cluster can't do that now or the topic does not exist.
   */
  static async open(options: ProduceOptions, logger: BusLogger): Promise<ProduceSession> {
    const { connection, topic, requestTimeoutMs } = options;
    const cluster = new ClusterClient(connection, logger);
    const opened = async (): Promise<ProduceSession> => {
      const view = await cluster.describe(topic);
      if (!view.topic || view.topic.partitions.length === 0) throw new Error(`topic ${topic} does not exist`);
      const producer = await producerId(cluster, view, topic, Date.now() + requestTimeoutMs);
      return new ProduceSession(options, view, producer, logger);
    };
    try {
      return await within(opened(), requestTimeoutMs, `no answer within ${requestTimeoutMs} ms`);
    } finally {
      cluster.close();
    }
  }

  /** Partitions of the topic that this session can send to, counted from 0. */
  get partitionCount(): number {
    return this.leaders.size;
  }

  /**
   * Resolves once every message is durable; rejects with ProduceError otherwise, then this session is given up.
   * One call at a time; the messages' bytes must not be changed before it has settled.
   */
  async send(messages: readonly OutgoingMessage[]): Promise<void> {
    const { requestTimeoutMs } = this.options;
    try {
      await within(this.produce(messages), requestTimeoutMs, `no answer within ${requestTimeoutMs} ms`);
    } catch (error) {
      this.close();
      throw new ProduceError(messageOf(error), error instanceof BrokerRefusedError && error.isTooLarge);
    }
  }

  /** Ends the session. */
  close(): void {
    this.sockets.destroy();
  }

  private async produce(messages: readonly OutgoingMessage[]): Promise<void> {
    const byLeader = this.byLeader(messages);
    this.writer.clear();
    await Promise.all([...byLeader].map(([leader, lines]) => this.produceAt(leader, lines)));
  }

  /** Throws, before anything is sent, where a partition can't be reached. */
  private byLeader(messages: readonly OutgoingMessage[]): Map<number, Line[]> {
    const byLeader = new Map<number, Line[]>();
    for (const line of this.byPartition(messages)) {
      const leader = this.leaderOf(line[0]);
      const lines = byLeader.get(leader);
      if (lines) lines.push(line);
      else byLeader.set(leader, [line]);
    }
    return byLeader;
  }

  private byPartition(messages: readonly OutgoingMessage[]): Map<number, OutgoingMessage[]> {
    const byPartition = new Map<number, OutgoingMessage[]>();
    for (const message of messages) {
      const partition = message.partition ?? this.partitionOfKey(message);
      const line = byPartition.get(partition);
      if (line) line.push(message);
      else byPartition.set(partition, [message]);
    }
    return byPartition;
  }

  /** As Kafka's own producers choose it. */
  private partitionOfKey({ key }: OutgoingMessage): number {
    const bytes = Buffer.from(key ?? '');
    return partitionOf(bytes, 0, bytes.length, this.partitionCount);
  }

  private leaderOf(partition: number): number {
    const { topic } = this.options;
    const leader = this.leaders.get(partition);
    if (leader === undefined) throw new Error(`partition ${partition} of topic ${topic} is not known to the producer`);
    if (!this.view.brokers.has(leader)) throw new Error(`partition ${partition} of topic ${topic} has no leader now`);
    return leader;
  }

  /** Writes the records at once; only the compression is waited for. */
  private async batch(partition: number, messages: readonly OutgoingMessage[]): Promise<PartitionBatch> {
    const { compression } = this.options;
    const baseSequence = this.sequences.get(partition) ?? 0;
    this.sequences.set(partition, (baseSequence + messages.length) & SEQUENCE_MASK);
    const plain = this.writer.write(messages);
    const timestamp = Date.now();
    const records = await compress(compression, plain);
    const head = { recordCount: messages.length, codec: codecNumber(compression), timestamp, baseSequence, ...this.producer };
    return { partition, batch: [recordBatchHead({ ...head, records }), ...records] };
  }

  private async produceAt(leader: number, lines: readonly Line[]): Promise<void> {
    const { topic, requestTimeoutMs } = this.options;
    const batches = lines.map(([partition, messages]) => this.batch(partition, messages));
    const [link, ...partitions] = await Promise.all([this.link(leader), ...batches]);
    const outcomes = await link.produce({ topic, partitions, timeoutMs: requestTimeoutMs });
    for (const { partition } of partitions) {
      const outcome = outcomes.find((entry) => entry.partition === partition);
      if (!outcome) throw new Error(`the broker does not say what became of partition ${partition} of topic ${topic}`);
      if (outcome.errorCode === 0) continue;
      throw new BrokerRefusedError(`partition ${partition} of topic ${topic}`, outcome.errorCode, outcome.errorMessage);
    }
  }

  /** Brokers end connections that are idle for long; as nothing is under way then, another one does as well. */
  private async link(leader: number): Promise<ProduceLink> {
    const known = this.links.get(leader);
    if (known?.isConnected) return known;
    const { connection, requestTimeoutMs } = this.options;
    const address = this.view.brokers.get(leader);
    if (!address) throw new Error(`the broker ${leader} is not known`);
    const opened = await ProduceLink.open(connection, address, this.sockets, this.logger, requestTimeoutMs);
    this.links.set(leader, opened);
    return opened;
  }
}

async function producerId(cluster: ClusterClient, view: TopicView, topic: string, deadline: number): Promise<ProducerId> {
  const led = view.topic?.partitions.find(({ leader }) => view.brokers.has(leader));
  if (!led) throw new Error(`no partition of topic ${topic} has a leader now`);
  const link = await cluster.openLeader(view, topic, led.partition);
  const retry = new GrowingPause(FIRST_PAUSE_MS, MAX_PAUSE_MS);
  try {
    for (;;) {
      try {
        return await link.call(initProducerIdCall());
      } catch (error) {
        if (!(error instanceof BrokerRefusedError) || !error.isLoading || Date.now() >= deadline) throw error;
        await retry.wait();
      }
    }
  } finally {
    link.close();
  }
}
