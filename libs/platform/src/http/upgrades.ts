import { STATUS_CODES, type IncomingMessage, type Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { callerOfRequest } from '../caller/caller-guard.js';
import type { Caller } from '../caller/caller.js';
import { loopbackFault } from '../caller/loopback-protection.js';
import { routeNotFound } from '../errors/errors.js';
import { toRootspanError } from '../errors/framework-errors.js';
import { problemHeaders, toProblem } from '../errors/problem.js';
import { type RootspanError } from '../errors/rootspan-error.js';

/** A request to change to WebSocket, whose caller is known and may come. */
export interface Upgrade {
  readonly request: IncomingMessage;
  /** Query of the path. */
  readonly query: URLSearchParams;
  readonly caller: Caller;
  readonly socket: Duplex;
  /** What came behind the request's head. */
  readonly head: Buffer;
  /** Answers with the error instead, and closes the connection. */
  refuse(error: unknown): void;
}

export type UpgradeHandler = (upgrade: Upgrade) => void;

/** What stands in the way of a request that is taken without its upgrade. RFC 9110, 7.8: a server may ignore it. */
const UPGRADE_HEADERS = new Set(['upgrade', 'connection', 'http2-settings']);

/**
 * The paths at which connections change to WebSocket. They pass what other requests pass: the checks of a server on loopback
 * and the guard that makes the caller.
 *
 * Node hands over every request that names an upgrade once somebody listens for them. Those to other protocols (Java's client
 * offers h2c with its first request) are handed back without the offer, as Node would have taken them.
 */
export class Upgrades {
  private readonly handlers = new Map<string, UpgradeHandler>();

  /** @param path without a query */
  add(path: string, handler: UpgradeHandler): void {
    this.handlers.set(path, handler);
  }

  /** @param onLoopback whether the server is bound to loopback, where Host and Origin are checked */
  serve(server: Server, onLoopback: boolean): void {
    if (this.handlers.size === 0) return;
    server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
      if (request.headers.upgrade?.toLowerCase() === 'websocket') this.take(request, socket, head, onLoopback);
      else handBack(server, request, socket, head);
    });
  }

  private take(request: IncomingMessage, socket: Duplex, head: Buffer, onLoopback: boolean): void {
    // A caller that goes away in the middle is no news.
    socket.on('error', () => socket.destroy());
    const refuse = (error: unknown): void => answer(socket, toRootspanError(error));
    try {
      const fault = onLoopback ? loopbackFault(request.headers) : null;
      if (fault !== null) throw fault;
      const [path = '', query = ''] = (request.url ?? '').split('?', 2);
      const handler = this.handlers.get(path);
      if (handler === undefined) throw routeNotFound('WebSocket', path);
      const caller = callerOfRequest(request);
      handler({ request, query: new URLSearchParams(query), caller, socket, head, refuse });
    } catch (error) {
      refuse(error);
    }
  }
}

function answer(socket: Duplex, error: RootspanError): void {
  const body = JSON.stringify(toProblem(error));
  const headers = { ...problemHeaders(error), 'content-length': String(Buffer.byteLength(body)), connection: 'close' };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  const status = `HTTP/1.1 ${error.httpStatus} ${STATUS_CODES[error.httpStatus] ?? ''}`;
  socket.end([status, ...lines, '', body].join('\r\n'));
}

/** Gives the connection to the server anew, with the same request but for the offer. */
function handBack(server: Server, { method, url, httpVersion, rawHeaders }: IncomingMessage, socket: Duplex, head: Buffer): void {
  const lines = [`${method ?? 'GET'} ${url ?? '/'} HTTP/${httpVersion}`];
  for (let i = 0; i + 1 < rawHeaders.length; i += 2) {
    const [name = '', value = ''] = rawHeaders.slice(i, i + 2);
    if (!UPGRADE_HEADERS.has(name.toLowerCase())) lines.push(`${name}: ${value}`);
  }
  socket.unshift(Buffer.concat([Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1'), head]));
  server.emit('connection', socket);
}
