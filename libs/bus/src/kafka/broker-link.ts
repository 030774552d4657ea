import type Broker from 'kafkajs/src/broker/index.js';
import type ConnectionPool from 'kafkajs/src/network/connectionPool.js';
import type { KafkaConnection } from './connection.js';
import type { BusLogger } from './logging.js';
import { openBroker } from './open-broker.js';
import { ByteReader } from './protocol/byte-reader.js';
import type { BrokerAddress } from './protocol/metadata-call.js';
import { encodeCall, type WireCall } from './protocol/wire-call.js';
import { SocketSet } from './socket-set.js';

const READ_UNCOMMITTED = 0;
const EARLIEST = -2;
const LATEST = -1;

/** The offsets a broker keeps of a partition. */
export interface OffsetRange {
  readonly earliest: bigint;
  /** The offset that the next record will get. */
  readonly end: bigint;
}

/**
 * One connection to one broker, made and authenticated by kafkajs, for requests that kafkajs does not know.
 *
 * A link that failed once is not used again: close it and open another.
 */
export class BrokerLink {
  private constructor(
    readonly address: string,
    private readonly pool: ConnectionPool,
    private readonly broker: Broker,
    private readonly sockets: SocketSet,
    private readonly requestTimeoutMs: number,
  ) {}

  /** Rejects where the broker can't be reached or refuses who we are. */
  static async open(
    connection: KafkaConnection,
    at: BrokerAddress,
    logger: BusLogger,
    requestTimeoutMs: number,
  ): Promise<BrokerLink> {
    const sockets = new SocketSet();
    try {
      const { address, pool, broker } = await openBroker(connection, at, sockets, logger, requestTimeoutMs);
      return new BrokerLink(address, pool, broker, sockets, requestTimeoutMs);
    } catch (error) {
      sockets.destroy();
      throw error;
    }
  }

  /** `extraWaitMs`: how long the broker may take on purpose (a fetch that waits for records). */
  async call<T>(call: WireCall<T>, extraWaitMs = 0): Promise<T> {
    const speaks = this.broker.versions?.[call.apiKey]?.maxVersion ?? -1;
    if (speaks < call.apiVersion) {
      throw new Error(
        `the broker ${this.address} is too old: it speaks ${call.apiName} v${speaks}, Rootspan needs v${call.apiVersion} (Kafka 3.1 or newer)`,
      );
    }
    return this.pool.send({
      request: { apiKey: call.apiKey, apiName: call.apiName, apiVersion: call.apiVersion, encode: async () => encodeCall(call) },
      response: {
        decode: async (payload) => {
          const body = new ByteReader(payload);
          body.skipTags();
          return call.read(body);
        },
        parse: async (decoded) => decoded,
      },
      requestTimeout: this.requestTimeoutMs + extraWaitMs,
      logResponseError: false,
    });
  }

  /** Asks the leader; rejects on another broker. */
  async offsets(topic: string, partition: number): Promise<OffsetRange> {
    const [earliest, end] = await Promise.all([
      this.offsetAt(topic, partition, EARLIEST),
      this.offsetAt(topic, partition, LATEST),
    ]);
    return { earliest, end };
  }

  close(): void {
    this.sockets.destroy();
  }

  private async offsetAt(topic: string, partition: number, timestamp: number): Promise<bigint> {
    const { responses } = await this.broker.listOffsets({
      isolationLevel: READ_UNCOMMITTED,
      topics: [{ topic, partitions: [{ partition, timestamp }] }],
    });
    const offset = responses[0]?.partitions[0]?.offset;
    if (offset === undefined) throw new Error(`the broker ${this.address} does not tell the offsets of ${topic}-${partition}`);
    return BigInt(offset);
  }
}
