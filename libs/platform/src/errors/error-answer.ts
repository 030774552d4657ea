import type { HttpReply, HttpRequest } from '../http/exchange.js';
import { errorAnswerOf } from '../http/raw-body.js';
import { problemHeaders, toProblem } from './problem.js';
import type { RootspanError } from './rootspan-error.js';

/** The headers and body that an error is answered with over HTTP. */
export type ErrorAnswer = (
  error: RootspanError,
  request: HttpRequest,
) => { readonly headers: Readonly<Record<string, string>>; readonly body: string | Buffer };

const problemAnswer: ErrorAnswer = (error) => ({ headers: problemHeaders(error), body: JSON.stringify(toProblem(error)) });

/** Answers with the error, as the request's route wants it: application/problem+json where it says nothing. */
export function answerError(request: HttpRequest, reply: HttpReply, error: RootspanError): void {
  const { headers, body } = (errorAnswerOf(request) ?? problemAnswer)(error, request);
  reply.status(error.httpStatus).headers(headers).send(body);
}
