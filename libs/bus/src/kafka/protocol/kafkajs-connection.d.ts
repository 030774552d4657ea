/**
 * The connection of kafkajs 2.2.4 below its connection pool (the version is pinned).
 *
 * Why: its `send` copies a request three times over. What it queues for the socket may as well be written in parts.
 */
declare module 'kafkajs/src/network/connection.js' {
  import type { Socket } from 'node:net';

  interface QueuedRequest {
    readonly entry: {
      readonly apiKey: number;
      readonly apiName: string;
      readonly apiVersion: number;
      readonly correlationId: number;
      /** `payload`: the bytes after the correlation id. */
      readonly resolve: (answer: { readonly payload: Buffer }) => void;
      readonly reject: (error: Error) => void;
    };
    readonly expectResponse: boolean;
    readonly requestTimeout: number;
    readonly sendRequest: () => void;
  }

  class Connection {
    readonly socket: Socket;
    readonly requestQueue: {
      push(request: QueuedRequest): void;
      /** No request is sent for so long (KIP-219). */
      maybeThrottle(ms: number): void;
    };
    isConnected(): boolean;
    /** Does nothing where it is done and will hold for a while. */
    authenticate(): Promise<void>;
    nextCorrelationId(): number;
  }
  export = Connection;
}
