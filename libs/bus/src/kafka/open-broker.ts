import { logLevel } from 'kafkajs';
import Broker from 'kafkajs/src/broker/index.js';
import { createLogger } from 'kafkajs/src/loggers/index.js';
import ConnectionPool from 'kafkajs/src/network/connectionPool.js';
import { DEFAULT_CONNECT_TIMEOUT_MS, clientIdOf, type KafkaConnection, saslOptions } from './connection.js';
import { type BusLogger, kafkajsLogCreator } from './logging.js';
import type { BrokerAddress } from './protocol/metadata-call.js';
import type { SocketSet } from './socket-set.js';

/** A broker that kafkajs has connected to and authenticated at. */
export interface OpenBroker {
  /** host:port */
  readonly address: string;
  readonly pool: ConnectionPool;
  readonly broker: Broker;
}

/**
 * Connects to one broker, by TLS and SASL where the connection says so. `sockets` ends it.
 *
 * Rejects where the broker can't be reached or refuses who we are; its socket is left to `sockets` then too.
 */
export async function openBroker(
  connection: KafkaConnection,
  { host, port }: BrokerAddress,
  sockets: SocketSet,
  logger: BusLogger,
  requestTimeoutMs: number,
): Promise<OpenBroker> {
  const wireLogger = createLogger({ level: logLevel.WARN, logCreator: kafkajsLogCreator(logger) });
  const pool = new ConnectionPool({
    host,
    port,
    ssl: connection.tls ?? false,
    sasl: connection.sasl ? saslOptions(connection.sasl) : null,
    clientId: clientIdOf(connection),
    socketFactory: sockets.create,
    connectionTimeout: connection.connectTimeoutMs ?? DEFAULT_CONNECT_TIMEOUT_MS,
    requestTimeout: requestTimeoutMs,
    logger: wireLogger,
  });
  const broker = new Broker({ connectionPool: pool, logger: wireLogger, allowAutoTopicCreation: false });
  await broker.connect();
  return { address: `${host}:${port}`, pool, broker };
}
