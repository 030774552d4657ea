import type { IncomingHttpHeaders, ServerResponse } from 'node:http';

/** What this library reads of Fastify's request. */
export interface HttpRequest {
  readonly method: string;
  /** Path and query. */
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly routeOptions?: { readonly bodyLimit?: number; readonly config?: object };
}

/** What this library uses of Fastify's reply. */
export interface HttpReply {
  readonly raw: ServerResponse;
  status(code: number): HttpReply;
  headers(values: Readonly<Record<string, string>>): HttpReply;
  send(payload?: unknown): unknown;
  /** Leaves the answer to whoever writes to `raw`. */
  hijack(): unknown;
}
