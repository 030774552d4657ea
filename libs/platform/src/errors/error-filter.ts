import { Catch, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';

import { throwError, type Observable } from 'rxjs';
import type { HttpReply, HttpRequest } from '../http/exchange.js';
import { RouteTable } from '../http/route-table.js';
import type { Logger } from '../logging/logger.js';
import { answerError } from './error-answer.js';
import { toRootspanError } from './framework-errors.js';
import type { RootspanError } from './rootspan-error.js';
import { toServiceError } from './service-error.js';

/**
 * Turns whatever a handler, guard or pipe throws into the answer that the catalogue names: a gRPC status with details
 * for calls, application/problem+json for requests unless their route has its own form. Registered for the whole app, for both transports.
 *
 * Nest asks a filter of rpc calls for an Observable that fails with the object grpc-js is to send.
 */
@Catch()
export class ErrorFilter implements ExceptionFilter {
  constructor(
    private readonly logger: Logger,
    private readonly routes = new RouteTable(),
  ) {}

  catch(thrown: unknown, host: ArgumentsHost): Observable<never> | void {
    if (host.getType() === 'rpc') {
      const error = toRootspanError(thrown);
      this.log(error, thrown);
      return throwError(() => toServiceError(error));
    }
    const request = host.switchToHttp().getRequest<HttpRequest>();
    const path = request.url.split('?')[0] ?? '';
    const error = toRootspanError(thrown, {
      method: request.method,
      path,
      allowed: this.routes.methods(path),
      bodyLimit: request.routeOptions?.bodyLimit ?? 0,
    });
    this.log(error, thrown);
    const reply = host.switchToHttp().getResponse<HttpReply>();
    if (reply.raw.headersSent) {
      // Half an answer can't be taken back: cutting the connection is the one honest sign.
      reply.raw.destroy();
      return;
    }
    answerError(request, reply, error);
  }

  /** Callers are told little of our own failures, so the log tells all. Their mistakes are no news. */
  private log(error: RootspanError, thrown: unknown): void {
    const cause = error.cause ?? (error === thrown ? undefined : thrown);
    if (error.httpStatus === 500) {
      this.logger.error({ err: cause ?? error, code: error.code }, error.message);
    } else if (error.httpStatus === 503 && cause !== undefined) {
      this.logger.warn({ err: cause, code: error.code }, error.message);
    } else {
      this.logger.debug({ code: error.code }, error.message);
    }
  }
}
