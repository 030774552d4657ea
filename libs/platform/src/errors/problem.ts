import { type RootspanError } from './rootspan-error.js';

export const PROBLEM_CONTENT_TYPE = 'application/problem+json; charset=utf-8';

/** RFC 9457. `code` is the catalogue's stable name; `field` is the request's field at fault. */
export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly code: string;
  readonly detail: string;
  readonly field?: string;
}

/** The error as the body of an HTTP answer. */
export function toProblem(error: RootspanError): Problem {
  return {
    type: `urn:rootspan:error:${error.code}`,
    title: error.title,
    status: error.httpStatus,
    code: error.code,
    detail: error.message,
    ...(error.field === undefined ? {} : { field: error.field }),
  };
}

/** Headers that belong to the answer: content type, Allow, and Retry-After in whole seconds where sending again makes sense. */
export function problemHeaders(error: RootspanError): Readonly<Record<string, string>> {
  return {
    'content-type': PROBLEM_CONTENT_TYPE,
    ...(error.allow === undefined ? {} : { allow: error.allow }),
    ...(error.retryAfterMs === undefined ? {} : { 'retry-after': String(Math.max(1, Math.ceil(error.retryAfterMs / 1_000))) }),
  };
}
