import type Connection from 'kafkajs/src/network/connection.js';
import type ConnectionPool from 'kafkajs/src/network/connectionPool.js';
import { clientIdOf, type KafkaConnection } from '../connection.js';
import type { BusLogger } from '../logging.js';
import { openBroker } from '../open-broker.js';
import type { SocketSet } from '../socket-set.js';
import { ByteReader } from './byte-reader.js';
import { ByteWriter } from './byte-writer.js';
import type { BrokerAddress } from './metadata-call.js';
import { PRODUCE_API_KEY, PRODUCE_API_VERSION, produceBody, readProduceAnswer } from './produce-call.js';
import type { PartitionOutcome, ProduceRequest } from './produce-call.js';
import { bytesIn } from './record-batch-head.js';

const API_NAME = 'Produce';
const HEAD_BYTES = 64;
const LENGTH_BYTES = 4;
const NO_TAGS = 0;

/** What ConnectionPool has beyond its declaration: its first connection, which all but fetches go over. */
interface ConnectionGiver {
  getConnection(): Promise<Connection>;
}

/**
 * A connection to one broker, made and authenticated by kafkajs, that produce requests go over in parts as they are.
 *
 * `sockets` ends it: a link that failed once is not used again.
 */
export class ProduceLink {
  private constructor(
    private readonly address: string,
    private readonly clientId: string,
    private readonly connection: Connection,
    private readonly requestTimeoutMs: number,
  ) {}

  /** Rejects where the broker can't be reached, refuses who we are, or is too old. */
  static async open(
    connection: KafkaConnection,
    at: BrokerAddress,
    sockets: SocketSet,
    logger: BusLogger,
    requestTimeoutMs: number,
  ): Promise<ProduceLink> {
    const { address, pool, broker } = await openBroker(connection, at, sockets, logger, requestTimeoutMs);
    requireVersion(address, broker.versions?.[PRODUCE_API_KEY]);
    const connected = await (pool as ConnectionPool & ConnectionGiver).getConnection();
    return new ProduceLink(address, clientIdOf(connection), connected, requestTimeoutMs);
  }

  get isConnected(): boolean {
    return this.connection.isConnected();
  }

  /** The broker's answer for each partition. The batches' bytes must stay as they are until then. */
  async produce(request: ProduceRequest): Promise<readonly PartitionOutcome[]> {
    const parts = produceBody(request);
    await this.connection.authenticate();
    if (!this.isConnected) throw new Error(`the connection to the broker ${this.address} has ended`);
    const correlationId = this.connection.nextCorrelationId();
    const head = requestHead(correlationId, this.clientId, bytesIn(parts));
    const { payload } = await new Promise<{ readonly payload: Buffer }>((resolve, reject) => {
      this.connection.requestQueue.push({
        entry: { apiKey: PRODUCE_API_KEY, apiName: API_NAME, apiVersion: PRODUCE_API_VERSION, correlationId, resolve, reject },
        expectResponse: true,
        requestTimeout: this.requestTimeoutMs,
        sendRequest: () => this.write(head, parts),
      });
    });
    const body = new ByteReader(payload);
    body.skipTags();
    const { outcomes, throttleMs } = readProduceAnswer(body);
    this.connection.requestQueue.maybeThrottle(throttleMs);
    return outcomes;
  }

  /** One system call for all parts where the socket has room. */
  private write(head: Buffer, parts: readonly Buffer[]): void {
    const { socket } = this.connection;
    socket.cork();
    socket.write(head);
    for (const part of parts) socket.write(part);
    socket.uncork();
  }
}

/** Length and request header v2. Source: https://kafka.apache.org/protocol#protocol_messages */
export function requestHead(correlationId: number, clientId: string, bodyBytes: number): Buffer {
  const head = new ByteWriter(HEAD_BYTES).int32(0).int16(PRODUCE_API_KEY).int16(PRODUCE_API_VERSION);
  const bytes = head.int32(correlationId).string(clientId).unsignedVarint(NO_TAGS).view();
  bytes.writeInt32BE(bytes.length - LENGTH_BYTES + bodyBytes);
  return bytes;
}

function requireVersion(address: string, speaks: { minVersion: number; maxVersion: number } | undefined): void {
  if (speaks && speaks.minVersion <= PRODUCE_API_VERSION && PRODUCE_API_VERSION <= speaks.maxVersion) return;
  const versions = speaks ? `v${speaks.minVersion} to v${speaks.maxVersion}` : 'none';
  throw new Error(
    `the broker ${address} speaks ${API_NAME} ${versions}, Rootspan needs v${PRODUCE_API_VERSION} (Kafka 2.8 or newer)`,
  );
}
