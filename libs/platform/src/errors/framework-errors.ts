import { HttpException } from '@nestjs/common';
import { RpcException } from '@nestjs/microservices';
import { callTooLarge, forbidden, internal, malformed, methodNotAllowed, routeNotFound, unsupportedMediaType } from './errors.js';
import { RootspanError } from './rootspan-error.js';

/** What is known of the HTTP request, if there is one. */
export interface HttpRequestLine {
  readonly method: string;
  readonly path: string;
  /** Largest body that is taken, bytes. */
  readonly bodyLimit: number;
  /** Methods that the path is served by. */
  readonly allowed: readonly string[];
}

/** Status of an error that Nest or Fastify (`statusCode`) made. */
function httpStatusOf(error: unknown): number | undefined {
  if (error instanceof HttpException) {
    return error.getStatus();
  }
  if (error instanceof Error && 'statusCode' in error && typeof error.statusCode === 'number') {
    return error.statusCode;
  }
  return undefined;
}

/**
 * Any thrown value as an entry of the catalogue. What Nest and Fastify refuse by themselves (unknown route, body too
 * large, not JSON, a guard that says no) gets its entry; all that is unforeseen becomes `internal`.
 */
export function toRootspanError(error: unknown, request?: HttpRequestLine): RootspanError {
  if (error instanceof RootspanError) {
    return error;
  }
  const message = error instanceof Error ? error.message : '';
  if (error instanceof RpcException) {
    return message === 'Forbidden resource' ? forbidden('A guard has refused the call.') : internal(error);
  }
  const status = httpStatusOf(error);
  switch (status) {
    case 403:
      return forbidden('A guard has refused the request.');
    case 404:
      return request === undefined ? internal(error) : nothingServed(request);
    case 413:
      return request === undefined ? internal(error) : callTooLarge(request.bodyLimit);
    case 415:
      return unsupportedMediaType(message);
    default:
      return status !== undefined && status >= 400 && status < 500 ? malformed(message, error) : internal(error);
  }
}

function nothingServed({ method, path, allowed }: HttpRequestLine): RootspanError {
  return allowed.length === 0 ? routeNotFound(method, path) : methodNotAllowed(method, path, allowed);
}
