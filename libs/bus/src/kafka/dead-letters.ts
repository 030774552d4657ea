import type { DeadLetter } from '#domain';
import type { DeadLetters } from '../api/dead-letters.js';
import { availableCompression } from './codecs/codecs.js';
import type { KafkaConnection } from './connection.js';
import type { BusLogger } from './logging.js';
import { messageOf } from '../queue/pause.js';
import { type ProduceOptions, ProduceSession } from './produce-session.js';
import type { OutgoingMessage } from './protocol/record-writer.js';

export interface KafkaDeadLettersOptions {
  readonly connection: KafkaConnection;
  /** Default `logs.dlq`. */
  readonly topic?: string;
  readonly logger: BusLogger;
  /** Bound of one produce request, milliseconds. Default 6,000. */
  readonly requestTimeoutMs?: number;
}

const DEFAULT_TOPIC = 'logs.dlq';
const DEFAULT_REQUEST_TIMEOUT_MS = 6_000;
/** Bytes of values in one request, and of one value: a record batch must stay below the topic's max.message.bytes. */
const MAX_REQUEST_BYTES = 3.5 * 1024 * 1024;
const MAX_REQUEST_MESSAGES = 1_000;

/**
 * Keeps dead letters in a topic of their own, acks=all, keyed `topic/partition/offset/index`.
 *
 * Headers: `reason`, `origin` (the key once more), `tenant`. Bytes that are larger than a message may be are cut, and
 * the header `cut-from` tells their length; the whole message is at its origin as long as that topic keeps it.
 */
export class KafkaDeadLetters implements DeadLetters {
  private readonly produce: ProduceOptions;
  private session: ProduceSession | null = null;
  private last: Promise<void> = Promise.resolve();
  private closed = false;

  constructor(private readonly options: KafkaDeadLettersOptions) {
    this.produce = {
      connection: options.connection,
      topic: options.topic ?? DEFAULT_TOPIC,
      compression: availableCompression('lz4'),
      requestTimeoutMs: options.requestTimeoutMs ?? DEFAULT_REQUEST_TIMEOUT_MS,
    };
  }

  put(letters: readonly DeadLetter[]): Promise<void> {
    const done = this.last.then(() => this.send(letters));
    this.last = done.catch(() => undefined);
    return done;
  }

  /** Lets what is under way end. */
  async stop(): Promise<void> {
    this.closed = true;
    await this.last;
    this.session?.close();
    this.session = null;
  }

  private async send(letters: readonly DeadLetter[]): Promise<void> {
    for (const request of inRequests(letters)) {
      try {
        if (this.closed) throw new Error('stopped');
        this.session ??= await ProduceSession.open(this.produce, this.options.logger);
        await this.session.send(request.map(toMessage));
      } catch (error) {
        this.session = null;
        throw new Error(`dead letters can't be kept in topic ${this.produce.topic}: ${messageOf(error)}`, { cause: error });
      }
      for (const { topic, partition, offset, index, reason } of request) {
        this.options.logger.warn({ topic, partition, offset: offset.toString(), index, reason }, 'dead letter');
      }
    }
  }
}

function inRequests(letters: readonly DeadLetter[]): DeadLetter[][] {
  const requests: DeadLetter[][] = [];
  let bytes = Infinity;
  for (const letter of letters) {
    const size = Math.min(letter.bytes.length, MAX_REQUEST_BYTES);
    const current = requests.at(-1);
    if (current && bytes + size <= MAX_REQUEST_BYTES && current.length < MAX_REQUEST_MESSAGES) {
      current.push(letter);
      bytes += size;
    } else {
      requests.push([letter]);
      bytes = size;
    }
  }
  return requests;
}

function toMessage({ tenant, topic, partition, offset, index, reason, bytes }: DeadLetter): OutgoingMessage {
  const key = `${topic}/${partition}/${offset}/${index}`;
  const isCut = bytes.length > MAX_REQUEST_BYTES;
  return {
    key,
    value: isCut ? bytes.subarray(0, MAX_REQUEST_BYTES) : bytes,
    headers: { reason, origin: key, tenant, ...(isCut ? { 'cut-from': String(bytes.length) } : {}) },
  };
}
