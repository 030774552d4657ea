import type { ConnectionOptions } from 'node:tls';
import { type KafkaConfig, logLevel } from 'kafkajs';
import { type BusLogger, kafkajsLogCreator } from './logging.js';
import type { SocketSet } from './socket-set.js';

/** How a client proves who it is (SASL). */
export interface KafkaSasl {
  readonly mechanism: 'plain' | 'scram-sha-256' | 'scram-sha-512';
  readonly username: string;
  readonly password: string;
}

/** Where Kafka is and how to talk to it. */
export interface KafkaConnection {
  /** Bootstrap addresses, `host:port` each. */
  readonly brokers: readonly string[];
  /** Name in the brokers' logs and quotas; default `rootspan`. */
  readonly clientId?: string;
  /** True: TLS with the system's certificate authorities. Default: none. */
  readonly tls?: boolean | ConnectionOptions;
  readonly sasl?: KafkaSasl | null;
  /** Default 3,000. */
  readonly connectTimeoutMs?: number;
}

const DEFAULT_CLIENT_ID = 'rootspan';
export const DEFAULT_CONNECT_TIMEOUT_MS = 3_000;

export function clientIdOf({ clientId }: KafkaConnection): string {
  return clientId ?? DEFAULT_CLIENT_ID;
}

/**
 * kafkajs's configuration for this connection.
 *
 * Retries are short: every caller in this room bounds its waiting itself and decides what a failure means.
 */
export function kafkajsConfig(
  connection: KafkaConnection,
  logger: BusLogger,
  sockets: SocketSet,
  requestTimeoutMs: number,
): KafkaConfig {
  const sasl = connection.sasl;
  return {
    brokers: [...connection.brokers],
    clientId: clientIdOf(connection),
    ssl: connection.tls ?? false,
    ...(sasl ? { sasl: saslOptions(sasl) } : {}),
    connectionTimeout: connection.connectTimeoutMs ?? DEFAULT_CONNECT_TIMEOUT_MS,
    requestTimeout: requestTimeoutMs,
    retry: { initialRetryTime: 100, maxRetryTime: 1_000, retries: 2 },
    socketFactory: sockets.create,
    logLevel: logLevel.WARN,
    logCreator: kafkajsLogCreator(logger),
  };
}

/** kafkajs types one shape per mechanism; so does this. */
export function saslOptions({ mechanism, username, password }: KafkaSasl): NonNullable<KafkaConfig['sasl']> {
  switch (mechanism) {
    case 'plain':
      return { mechanism: 'plain', username, password };
    case 'scram-sha-256':
      return { mechanism: 'scram-sha-256', username, password };
    case 'scram-sha-512':
      return { mechanism: 'scram-sha-512', username, password };
  }
}
