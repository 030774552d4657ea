import kafkajs, { type Message, type Producer } from 'kafkajs';
import { codecNumber, type Compression } from './codecs/codecs.js';
import { kafkajsConfig, type KafkaConnection } from './connection.js';
import type { BusLogger } from './logging.js';
import { messageOf, within } from '../queue/pause.js';
import { SocketSet } from './socket-set.js';

export interface ProduceOptions {
  readonly connection: KafkaConnection;
  readonly topic: string;
  readonly compression: Compression;
  /** Bound of one request with all of kafkajs's retries, milliseconds. */
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

const METADATA_AGE_MS = 5_000;
const TOO_LARGE = new Set(['MESSAGE_TOO_LARGE', 'RECORD_LIST_TOO_LARGE']);

/**
 * An idempotent kafkajs producer (acks=all) that lives until its first failure.
 *
 * It is given up after any failed request, never used again. kafkajs counts a failed request's sequence numbers back
 * and gives them to other messages; where the request had in fact been written, the broker takes those messages for a
 * repetition and answers success without keeping them. A new producer id rules that out.
 */
export class ProduceSession {
  private constructor(
    private readonly producer: Producer,
    private readonly sockets: SocketSet,
    private readonly options: ProduceOptions,
  ) {}

  /** Connects and gets a producer id. Rejects within the request time-out where the cluster can't do that now. */
  static async open(options: ProduceOptions, logger: BusLogger): Promise<ProduceSession> {
    const sockets = new SocketSet();
    const kafka = new kafkajs.Kafka(kafkajsConfig(options.connection, logger, sockets, options.requestTimeoutMs));
    const producer = kafka.producer({
      idempotent: true,
      allowAutoTopicCreation: false,
      metadataMaxAge: METADATA_AGE_MS,
      createPartitioner: kafkajs.Partitioners.DefaultPartitioner,
      retry: { initialRetryTime: 100, maxRetryTime: 1_000, retries: 4 },
    });
    try {
      await within(producer.connect(), options.requestTimeoutMs, `no answer within ${options.requestTimeoutMs} ms`);
    } catch (error) {
      sockets.destroy();
      throw error;
    }
    return new ProduceSession(producer, sockets, options);
  }

  /**
   * Resolves once every message is durable; rejects with ProduceError otherwise, then this session is given up.
   * One call at a time.
   */
  async send(messages: Message[]): Promise<void> {
    const { topic, compression, requestTimeoutMs } = this.options;
    try {
      const sent = this.producer.sendBatch({
        acks: -1,
        timeout: requestTimeoutMs,
        compression: codecNumber(compression),
        topicMessages: [{ topic, messages }],
      });
      const answers = await within(sent, requestTimeoutMs, `no answer within ${requestTimeoutMs} ms`);
      // kafkajs leaves messages for a partition that it has no metadata of out of the request and reports success.
      const answered = new Set(answers.filter(({ errorCode }) => errorCode === 0).map(({ partition }) => partition));
      const missing = messages.find(({ partition }) => partition !== undefined && !answered.has(partition));
      if (missing) throw new Error(`partition ${missing.partition} of topic ${topic} is not known to the producer`);
    } catch (error) {
      this.abandon();
      throw new ProduceError(messageOf(error), isTooLarge(error));
    }
  }

  /** Ends an idle session. */
  close(): void {
    void this.producer.disconnect().catch(() => undefined);
    this.sockets.destroy();
  }

  private abandon(): void {
    this.sockets.destroy();
  }
}

/** kafkajs wraps the broker's answer into what its retries ended with. */
function isTooLarge(error: unknown): boolean {
  for (let cause: unknown = error; cause instanceof Error; cause = cause.cause) {
    if ('type' in cause && typeof cause.type === 'string' && TOO_LARGE.has(cause.type)) return true;
  }
  return false;
}
