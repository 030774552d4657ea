import { FastifyAdapter } from '@nestjs/platform-fastify';
import { isLoopback, loopbackFault } from '../caller/loopback-protection.js';
import { toRootspanError } from '../errors/framework-errors.js';
import { problemHeaders, toProblem } from '../errors/problem.js';
import type { RootspanError } from '../errors/rootspan-error.js';
import type { HttpReply, HttpRequest } from '../http/exchange.js';

function refuse(reply: HttpReply, error: RootspanError): void {
  reply
    .status(error.httpStatus)
    .headers(problemHeaders(error))
    .send(JSON.stringify(toProblem(error)));
}

/**
 * Fastify as all programs use it: bodies up to a limit, errors as application/problem+json even where no route was
 * reached, and requests checked where the server is bound to loopback.
 *
 * @param address the IP address that the server will be bound to
 * @param bodyLimit bytes
 */
export function createHttpAdapter(address: string, bodyLimit: number): FastifyAdapter {
  const adapter = new FastifyAdapter({
    bodyLimit,
    frameworkErrors: (error: Error, request: HttpRequest, reply: HttpReply) =>
      refuse(reply, toRootspanError(error, { method: request.method, path: request.url, bodyLimit })),
  });
  if (isLoopback(address)) {
    adapter.getInstance().addHook('onRequest', (request, reply, next) => {
      const fault = loopbackFault(request.headers);
      if (fault === null) {
        next();
      } else {
        refuse(reply, fault);
      }
    });
  }
  return adapter;
}
