import { FastifyAdapter } from '@nestjs/platform-fastify';
import { isLoopback, loopbackFault } from '../caller/loopback-protection.js';
import { answerError } from '../errors/error-answer.js';
import { unsupportedMediaType } from '../errors/errors.js';
import { toRootspanError } from '../errors/framework-errors.js';
import type { HttpReply, HttpRequest } from '../http/exchange.js';
import { takesRawBody } from '../http/raw-body.js';
import type { RouteTable } from '../http/route-table.js';

/** Node takes no more than this as a request's head. */
const MAX_PARAMETER = 16_384;

/**
 * Fastify as all programs use it: bodies up to a limit, errors as application/problem+json even where no route was
 * reached, and requests checked where the server is bound to loopback.
 *
 * @param address the IP address that the server will be bound to
 * @param bodyLimit bytes
 * @param routes is told of every route that is registered
 */
export function createHttpAdapter(address: string, bodyLimit: number, routes: RouteTable): FastifyAdapter {
  const adapter = new FastifyAdapter({
    bodyLimit,
    // Decoded, an id of 256 bytes has no more characters; a longer one is to be refused by what it is, not as unknown.
    routerOptions: { maxParamLength: MAX_PARAMETER },
    frameworkErrors: (error: Error, request: HttpRequest, reply: HttpReply) =>
      answerError(request, reply, toRootspanError(error, { method: request.method, path: request.url, bodyLimit, allowed: [] })),
  });
  readBodies(adapter, bodyLimit);
  adapter.getInstance().addHook('onRoute', ({ method, url }) => routes.add(method, url));
  if (isLoopback(address)) {
    adapter.getInstance().addHook('onRequest', (request, reply, next) => {
      const fault = loopbackFault(request.headers);
      if (fault === null) {
        next();
      } else {
        answerError(request, reply, fault);
      }
    });
  }
  return adapter;
}

/**
 * One parser for every content type, so that a route may take bytes that call themselves JSON: routes marked with
 * `TakesRawBody` get the body as it was sent, all others read JSON and refuse what is not.
 */
function readBodies(adapter: FastifyAdapter, bodyLimit: number): void {
  const fastify = adapter.getInstance();
  const readJson = fastify.getDefaultJsonParser('error', 'error');
  fastify.removeAllContentTypeParsers();
  adapter.useBodyParser('*', false, { bodyLimit }, (request, body: Buffer, done) => {
    const type = request.headers['content-type'] ?? '';
    if (takesRawBody(request)) done(null, body);
    else if (/^\s*application\/json\s*(;|$)/i.test(type)) return readJson(request, body.toString(), done);
    else done(unsupportedMediaType('The body is to be JSON: application/json.'));
  });
}
