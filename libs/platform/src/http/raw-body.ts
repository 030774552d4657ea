import { RouteConfig } from '@nestjs/platform-fastify';
import type { ErrorAnswer } from '../errors/error-answer.js';
import type { HttpRequest } from './exchange.js';

/** What a route with a protocol of its own has different from others. */
interface ProtocolRoute {
  readonly rawBody: true;
  readonly errors?: ErrorAnswer;
}

/**
 * Marks a handler whose `@Body()` is to be the bytes as they were sent, whatever their content type says.
 * @param errors how its errors are answered where that is not by application/problem+json
 */
export const TakesRawBody = (errors?: ErrorAnswer) =>
  RouteConfig({ rawBody: true, ...(errors && { errors }) } satisfies ProtocolRoute);

/** Whether the request's route was marked so. */
export function takesRawBody(request: HttpRequest): boolean {
  return protocolOf(request) !== null;
}

/** How the request's route answers errors, where it has its own way. */
export function errorAnswerOf(request: HttpRequest): ErrorAnswer | undefined {
  return protocolOf(request)?.errors;
}

function protocolOf({ routeOptions }: HttpRequest): ProtocolRoute | null {
  const config = routeOptions?.config;
  return config !== undefined && 'rawBody' in config && config.rawBody === true ? (config as ProtocolRoute) : null;
}
