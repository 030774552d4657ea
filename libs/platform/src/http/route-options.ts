import { RouteConfig } from '@nestjs/platform-fastify';
import type { RootspanError } from '../errors/rootspan-error.js';
import type { HttpRequest } from './exchange.js';

/** How a foreign protocol wants its routes to answer, whoever answers: the handler, a guard, or the server before them. */
export interface RouteAnswers {
  /** Headers of every answer. */
  readonly headers?: Readonly<Record<string, string>>;
  /** What an error is told by, in place of application/problem+json. */
  readonly errorBody?: (error: RootspanError, request: HttpRequest) => ErrorBody;
}

export interface ErrorBody {
  readonly contentType: string;
  readonly bytes: Buffer;
}

/** Marks a handler whose `@Body()` is to be the bytes as they were sent, whatever their content type says. */
export const TakesRawBody = (answers: RouteAnswers = {}) => RouteConfig({ rawBody: true, answers });

/** Marks a handler that reads no body and answers as a foreign protocol wants it. */
export const AnswersAs = (answers: RouteAnswers) => RouteConfig({ answers });

/** Whether the request's route takes raw bodies. */
export function takesRawBody({ routeOptions }: HttpRequest): boolean {
  const config = routeOptions?.config;
  return config !== undefined && 'rawBody' in config && config.rawBody === true;
}

/** How the request's route answers; nothing of its own where it was not said. */
export function routeAnswers({ routeOptions }: HttpRequest): RouteAnswers {
  const config = routeOptions?.config;
  return config !== undefined && 'answers' in config ? (config.answers as RouteAnswers) : {};
}
