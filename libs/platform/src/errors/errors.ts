import { STORE_FAILURE_TEXTS, type StoreFailure } from './catalogue.js';
import { RootspanError } from './rootspan-error.js';

/** After this long a dependency that is away is worth asking again. */
const UNAVAILABLE_RETRY_MS = 1_000;
/** Tails end when people have seen enough. */
const TAIL_RETRY_MS = 5_000;
/** A DAG is ready well within this time on a machine that is not overloaded. */
const DAG_RETRY_MS = 500;

/** @param reason what is wrong and what is asked for, without the field's name: `must not be empty` */
export function invalidField(field: string, reason: string): RootspanError {
  return new RootspanError('invalidField', `${field}: ${reason}`, { field, reason });
}

/** The body is not what its format asks for, and no field can be named. @param reason a whole sentence */
export function malformed(reason: string, cause?: unknown): RootspanError {
  return new RootspanError('malformed', reason, { reason, cause });
}

/** Permanent: the same call will never fit. @param limit bytes */
export function callTooLarge(limit: number): RootspanError {
  return new RootspanError('callTooLarge', `The call is larger than ${limit} bytes: send smaller batches.`);
}

/** Permanent. @param reason such as `has 300 bytes, at most 256 are taken` */
export function fieldTooLarge(field: string, reason: string): RootspanError {
  return new RootspanError('fieldTooLarge', `${field}: ${reason}`, { field, reason });
}

export function overloaded(retryAfterMs: number): RootspanError {
  return new RootspanError('overloaded', `Too many records are waiting: send again in ${retryAfterMs} ms.`, { retryAfterMs });
}

/** @param most how many live tails the server keeps */
export function tooManyTails(most: number): RootspanError {
  const message = `The server has ${most} live tails already, which is its limit (ROOTSPAN_MAX_TAILS): end one, or try again.`;
  return new RootspanError('tooManyTails', message, { retryAfterMs: TAIL_RETRY_MS });
}

/** @param what what is away, at the start of a sentence: `Kafka`, `The log database` */
export function unavailable(
  what: string,
  options: { readonly retryAfterMs?: number; readonly cause?: unknown } = {},
): RootspanError {
  const { retryAfterMs = UNAVAILABLE_RETRY_MS, cause } = options;
  return new RootspanError('unavailable', `${what} is not available now: try again in a moment.`, {
    retryAfterMs,
    cause,
  });
}

export function unsupportedMediaType(reason: string): RootspanError {
  return new RootspanError('mediaType', reason);
}

export function forbidden(reason: string): RootspanError {
  return new RootspanError('forbidden', reason);
}

/** A web page of another place, or a name that is not this machine's. */
export function forbiddenOrigin(reason: string): RootspanError {
  return new RootspanError('forbiddenOrigin', reason);
}

export function traceNotFound(traceId: string): RootspanError {
  return new RootspanError('traceNotFound', `No record of trace ${JSON.stringify(traceId)} is stored.`, { field: 'trace_id' });
}

export function traceHasNoError(traceId: string): RootspanError {
  return new RootspanError(
    'traceHasNoError',
    `Trace ${JSON.stringify(traceId)} has no error, so it has no DAG: read its logs with GetLogsByTraceId.`,
    { field: 'trace_id' },
  );
}

/** The trace has an error, but its DAG is not built yet: ask again shortly. */
export function traceDagPending(traceId: string): RootspanError {
  return new RootspanError(
    'traceDagPending',
    `Trace ${JSON.stringify(traceId)} has an error, and its DAG is still being built: ask again in a moment.`,
    { field: 'trace_id', retryAfterMs: DAG_RETRY_MS },
  );
}

export function patternNotFound(id: string): RootspanError {
  return new RootspanError('patternNotFound', `No failure pattern has the id ${JSON.stringify(id)}: ListPatterns gives them.`, {
    field: 'id',
  });
}

export function routeNotFound(method: string, path: string): RootspanError {
  return new RootspanError('routeNotFound', `Nothing is served at ${method} ${path}.`);
}

/** @param allowed the methods that the path is served by */
export function methodNotAllowed(method: string, path: string, allowed: readonly string[]): RootspanError {
  const methods = allowed.join(', ');
  return new RootspanError('methodNotAllowed', `${method} is not served at ${path}: use ${methods}.`, { allow: methods });
}

/** A query failed in the store: the caller gets the contract's exact text. */
export function storeFailed(which: StoreFailure, cause: unknown): RootspanError {
  return new RootspanError(which, STORE_FAILURE_TEXTS[which], { cause });
}

/** The cause is for our own log only. */
export function internal(cause: unknown): RootspanError {
  return new RootspanError('internal', 'Internal error.', { cause });
}

/** @param what at the start of a sentence: `StreamLogs` */
export function notImplemented(what: string): RootspanError {
  return new RootspanError('notImplemented', `${what} is not implemented.`);
}

export function deadlineExceeded(): RootspanError {
  return new RootspanError('deadlineExceeded', 'The deadline has passed.');
}

export function cancelled(): RootspanError {
  return new RootspanError('cancelled', 'The caller has cancelled the call.');
}
