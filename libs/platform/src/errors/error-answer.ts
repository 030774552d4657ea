import type { HttpReply, HttpRequest } from '../http/exchange.js';
import { routeAnswers } from '../http/route-options.js';
import { problemHeaders, toProblem } from './problem.js';
import type { RootspanError } from './rootspan-error.js';

/** Answers with the error, as the request's route wants it: application/problem+json where it says nothing. */
export function answerError(request: HttpRequest, reply: HttpReply, error: RootspanError): void {
  const own = routeAnswers(request).errorBody?.(error, request);
  reply
    .status(error.httpStatus)
    .headers({ ...problemHeaders(error), ...(own && { 'content-type': own.contentType }) })
    .send(own?.bytes ?? JSON.stringify(toProblem(error)));
}
