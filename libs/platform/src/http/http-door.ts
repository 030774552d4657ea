import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { routeNotFound } from '../errors/errors.js';
import { problemHeaders, toProblem } from '../errors/problem.js';
import { explainListenError, type ListenTarget } from './address.js';

/** Milliseconds that requests under way may take to end at shutdown. */
const SHUTDOWN_MS = 2_000;
/** As Fastify has it: longer than the balancers in front keep a connection. */
const KEEP_ALIVE_MS = 72_000;

/**
 * A further port of the program's HTTP server that leads to some of its routes; all else is 404 there. What the routes do,
 * checks and limits included, is the same on both.
 */
export class HttpDoor {
  private readonly server: Server;

  /** @param routing Fastify's own: what it does with a request of its server */
  constructor(
    private readonly routing: (request: IncomingMessage, response: ServerResponse) => void,
    private readonly pathPrefix: string,
  ) {
    this.server = createServer({ keepAliveTimeout: KEEP_ALIVE_MS }, (request, response) => this.serve(request, response));
  }

  /** @returns the port that is really bound. @throws AddressInUseError or ListenError */
  async listen(address: string, target: ListenTarget): Promise<number> {
    await new Promise<void>((resolve, reject) => {
      this.server.once('error', (error) => reject(explainListenError(target, error)));
      this.server.listen(target.port, address, resolve);
    });
    const bound = this.server.address();
    return typeof bound === 'object' && bound !== null ? bound.port : target.port;
  }

  /** Takes nothing new and lets requests under way end within the bound. */
  async close(): Promise<void> {
    if (!this.server.listening) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(() => this.server.closeAllConnections(), SHUTDOWN_MS);
      this.server.close(() => {
        clearTimeout(timer);
        resolve();
      });
      this.server.closeIdleConnections();
    });
  }

  private serve(request: IncomingMessage, response: ServerResponse): void {
    const { method = 'GET', url = '/' } = request;
    if (url.startsWith(this.pathPrefix)) return this.routing(request, response);
    const error = routeNotFound(method, url.split('?')[0] ?? '');
    response.writeHead(error.httpStatus, problemHeaders(error)).end(JSON.stringify(toProblem(error)));
    request.resume();
  }
}
