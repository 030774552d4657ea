/**
 * The parts of kafkajs 2.2.4 below its public interface that this room builds on (the version is pinned).
 *
 * Why: kafkajs reads neither topic ids (Metadata v10) nor fetches by them (Fetch v13), and its consumer resets an
 * offset that is out of range in silence. Its connections, with TLS and SASL, are sound, so own requests go over them.
 */
declare module 'kafkajs/src/protocol/encoder.js' {
  class Encoder {
    readonly buffer: Buffer;
    writeInt8(value: number): Encoder;
    writeInt16(value: number): Encoder;
    writeInt32(value: number): Encoder;
    writeInt64(value: string | number): Encoder;
    writeBoolean(value: boolean): Encoder;
    writeUVarInt(value: number): Encoder;
    writeUVarIntString(value: string | null): Encoder;
    writeBuffer(value: Buffer): Encoder;
  }
  export = Encoder;
}

declare module 'kafkajs/src/network/connectionPool.js' {
  import type { ISocketFactory } from 'kafkajs';

  /** A request in kafkajs's terms; `response.decode` gets the bytes after the correlation id. */
  interface WireRequest<T> {
    readonly request: {
      readonly apiKey: number;
      readonly apiName: string;
      readonly apiVersion: number;
      readonly encode: () => Promise<unknown>;
    };
    readonly response: { readonly decode: (payload: Buffer) => Promise<T>; readonly parse: (decoded: T) => Promise<T> };
    readonly requestTimeout?: number;
    readonly logResponseError?: boolean;
  }

  class ConnectionPool {
    constructor(options: {
      host: string;
      port: number;
      ssl: unknown;
      sasl: unknown;
      clientId: string;
      socketFactory: ISocketFactory;
      connectionTimeout: number;
      requestTimeout: number;
      logger: unknown;
    });
    send<T>(request: WireRequest<T>): Promise<T>;
  }
  export = ConnectionPool;
}

declare module 'kafkajs/src/broker/index.js' {
  import type ConnectionPool from 'kafkajs/src/network/connectionPool.js';

  class Broker {
    constructor(options: { connectionPool: ConnectionPool; logger: unknown; allowAutoTopicCreation: boolean });
    /** By API key, once connected. */
    readonly versions: Readonly<Record<number, { readonly minVersion: number; readonly maxVersion: number }>> | null;
    connect(): Promise<void>;
    disconnect(): Promise<void>;
    listOffsets(request: {
      isolationLevel: number;
      topics: { topic: string; partitions: { partition: number; timestamp: number }[] }[];
    }): Promise<{ responses: { topic: string; partitions: { partition: number; offset: string }[] }[] }>;
  }
  export = Broker;
}

declare module 'kafkajs/src/loggers/index.js' {
  import type { logCreator } from 'kafkajs';

  export function createLogger(options: { level: number; logCreator: logCreator }): unknown;
}

/** For specs: another implementation to hold our own against. */
declare module 'kafkajs/src/protocol/recordBatch/crc32C/index.js' {
  const crc32C: (bytes: Uint8Array) => number;
  export = crc32C;
}
