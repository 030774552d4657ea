import { RouteConfig } from '@nestjs/platform-fastify';
import type { HttpRequest } from './exchange.js';

/** Marks a handler whose `@Body()` is to be the bytes as they were sent, whatever their content type says. */
export const TakesRawBody = () => RouteConfig({ rawBody: true });

/** Whether the request's route was marked so. */
export function takesRawBody({ routeOptions }: HttpRequest): boolean {
  const config = routeOptions?.config;
  return config !== undefined && 'rawBody' in config && config.rawBody === true;
}
