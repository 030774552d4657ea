import { status } from '@grpc/grpc-js';

/** One kind of error, as its callers see it. */
export interface ErrorKind {
  /** Stable name for programs. Never reused, never renamed. */
  readonly code: string;
  readonly grpc: status;
  readonly http: number;
  /** Short summary, the same for every error of the kind (RFC 9457 `title`). */
  readonly title: string;
}

/**
 * Every error that leaves Rootspan. HTTP statuses are those of contract section 7.
 * A kind with a retry delay is worth sending again; all others are permanent.
 */
export const ERROR_KINDS = {
  invalidField: { code: 'invalid_argument.field', grpc: status.INVALID_ARGUMENT, http: 400, title: 'A field is not valid' },
  malformed: { code: 'invalid_argument.body', grpc: status.INVALID_ARGUMENT, http: 400, title: 'The body can not be read' },
  mediaType: {
    code: 'invalid_argument.content_type',
    grpc: status.INVALID_ARGUMENT,
    http: 415,
    title: 'The body has a wrong type',
  },
  callTooLarge: { code: 'too_large.call', grpc: status.RESOURCE_EXHAUSTED, http: 413, title: 'The call is too large' },
  fieldTooLarge: { code: 'too_large.field', grpc: status.RESOURCE_EXHAUSTED, http: 413, title: 'A field is too large' },
  overloaded: { code: 'overloaded', grpc: status.RESOURCE_EXHAUSTED, http: 429, title: 'Too much at once' },
  tooManyTails: { code: 'overloaded.tails', grpc: status.RESOURCE_EXHAUSTED, http: 429, title: 'Too much at once' },
  unavailable: { code: 'unavailable', grpc: status.UNAVAILABLE, http: 503, title: 'A dependency is away' },
  forbiddenOrigin: { code: 'forbidden.origin', grpc: status.PERMISSION_DENIED, http: 403, title: 'Not from this place' },
  forbidden: { code: 'forbidden', grpc: status.PERMISSION_DENIED, http: 403, title: 'Not allowed' },
  traceNotFound: { code: 'not_found.trace', grpc: status.NOT_FOUND, http: 404, title: 'The trace is not known' },
  traceHasNoError: { code: 'not_found.dag', grpc: status.NOT_FOUND, http: 404, title: 'The trace has no error' },
  traceDagPending: { code: 'not_found.dag_pending', grpc: status.NOT_FOUND, http: 404, title: 'The DAG is being built' },
  patternNotFound: { code: 'not_found.pattern', grpc: status.NOT_FOUND, http: 404, title: 'The pattern is not known' },
  routeNotFound: { code: 'not_found.route', grpc: status.NOT_FOUND, http: 404, title: 'Nothing is served here' },
  methodNotAllowed: {
    code: 'unimplemented.method',
    grpc: status.UNIMPLEMENTED,
    http: 405,
    title: 'Not by this method',
  },
  traceSummaryFailed: { code: 'internal.fetch_trace', grpc: status.INTERNAL, http: 500, title: 'Reading failed' },
  statusFailed: { code: 'internal.fetch_status', grpc: status.INTERNAL, http: 500, title: 'Reading failed' },
  logsFailed: { code: 'internal.fetch_logs', grpc: status.INTERNAL, http: 500, title: 'Reading failed' },
  dagsFailed: { code: 'internal.fetch_dags', grpc: status.INTERNAL, http: 500, title: 'Reading failed' },
  traceLogsFailed: { code: 'internal.fetch_trace_logs', grpc: status.INTERNAL, http: 500, title: 'Reading failed' },
  traceSpansFailed: { code: 'internal.fetch_trace_spans', grpc: status.INTERNAL, http: 500, title: 'Reading failed' },
  traceDagFailed: { code: 'internal.fetch_trace_dag', grpc: status.INTERNAL, http: 500, title: 'Reading failed' },
  patternsFailed: { code: 'internal.fetch_patterns', grpc: status.INTERNAL, http: 500, title: 'Reading failed' },
  patternFailed: { code: 'internal.fetch_pattern', grpc: status.INTERNAL, http: 500, title: 'Reading failed' },
  patternStateFailed: { code: 'internal.set_pattern_state', grpc: status.INTERNAL, http: 500, title: 'Writing failed' },
  serviceMapFailed: { code: 'internal.fetch_service_map', grpc: status.INTERNAL, http: 500, title: 'Reading failed' },
  internal: { code: 'internal', grpc: status.INTERNAL, http: 500, title: 'Internal error' },
  notImplemented: { code: 'unimplemented', grpc: status.UNIMPLEMENTED, http: 501, title: 'Not implemented' },
  deadlineExceeded: { code: 'deadline_exceeded', grpc: status.DEADLINE_EXCEEDED, http: 504, title: 'The deadline has passed' },
  cancelled: { code: 'cancelled', grpc: status.CANCELLED, http: 499, title: 'The caller has gone' },
} as const satisfies Readonly<Record<string, ErrorKind>>;

export type ErrorName = keyof typeof ERROR_KINDS;
export type ErrorCode = (typeof ERROR_KINDS)[ErrorName]['code'];

/** Exactly these texts, by contract; what went wrong stands in our own log only. */
export const STORE_FAILURE_TEXTS = {
  traceSummaryFailed: 'Failed to fetch trace',
  statusFailed: 'Failed to fetch status',
  logsFailed: 'Failed to fetch logs.',
  dagsFailed: 'Failed to fetch dags',
  traceLogsFailed: 'Failed to fetch logs by trace id',
  traceSpansFailed: 'Failed to fetch spans by trace id',
  traceDagFailed: 'Failed to fetch dag by trace id',
  patternsFailed: 'Failed to fetch patterns',
  patternFailed: 'Failed to fetch pattern',
  patternStateFailed: 'Failed to set pattern state',
  serviceMapFailed: 'Failed to fetch service map',
} as const satisfies Partial<Record<ErrorName, string>>;

export type StoreFailure = keyof typeof STORE_FAILURE_TEXTS;
