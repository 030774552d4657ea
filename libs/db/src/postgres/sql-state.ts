import { DrizzleQueryError } from 'drizzle-orm/errors';

/** Classes of PostgreSQL's SQLSTATE (https://www.postgresql.org/docs/current/errcodes-appendix.html). */

/** What the driver said: drizzle wraps it, and only its cause carries the code. */
export function driverError(error: unknown): unknown {
  return error instanceof DrizzleQueryError ? error.cause : error;
}

function sqlState(error: unknown): string | undefined {
  const code = (driverError(error) as { code?: unknown } | null)?.code;
  return typeof code === 'string' && /^[0-9A-Z]{5}$/.test(code) ? code : undefined;
}

/** The database refuses a value: sending it again can't help. */
export function isDataFault(error: unknown): boolean {
  const state = sqlState(error);
  // 22 data exception; 54000 program limit exceeded (a row too large), 54001 stack depth (JSON too deep).
  return state !== undefined && (state.startsWith('22') || state === '54000' || state === '54001');
}

/** The rows have no partition yet, or it was dropped a moment ago. */
export function isMissingPartition(error: unknown): boolean {
  // check_violation; `logs` has no other check, and the message's text depends on the server's language.
  return sqlState(error) === '23514';
}

/** The schema or a table is not made yet, as such or behind StoreUnavailableError. */
export function isMissingTable(error: unknown): boolean {
  const cause = error instanceof Error && error.cause !== undefined ? error.cause : error;
  const state = sqlState(cause);
  return state === '42P01' || state === '3F000';
}

/** The database that a URL names is not there, as such or behind StoreUnavailableError. */
export function isMissingDatabase(error: unknown): boolean {
  return sqlState(error instanceof Error && error.cause !== undefined ? error.cause : error) === '3D000';
}

/** Somebody else made the database: it was there, or its name was taken a moment ago. */
export function isDuplicateDatabase(error: unknown): boolean {
  const state = sqlState(error);
  return state === '42P04' || state === '23505';
}

/** Two writers met; the transaction was rolled back and can be run again at once. */
export function isConflict(error: unknown): boolean {
  const state = sqlState(error);
  return state === '40P01' || state === '40001';
}

/** A lock was not free within lock_timeout. */
export function isLockTimeout(error: unknown): boolean {
  return sqlState(error) === '55P03';
}

/** The statement was cancelled: by statement_timeout, or by a request. */
export function isCancelled(error: unknown): boolean {
  return sqlState(error) === '57014';
}

/** The object is there already: somebody else made it at the same time. */
export function isDuplicateObject(error: unknown): boolean {
  const state = sqlState(error);
  return state === '42P07' || state === '42710' || state === '23505';
}

/** Somebody else made, took or detached a partition in the meantime: look again. */
export function isPartitionRace(error: unknown): boolean {
  // 42P17: the range overlaps with one that was attached a moment ago. 42P01, 55000: the partition is none any more.
  return isDuplicateObject(error) || ['42P17', '42P01', '55000'].includes(sqlState(error) ?? '');
}

/** The database can't be used now, and may be later. */
export function isUnavailable(error: unknown): boolean {
  const state = sqlState(error);
  if (state === undefined) return isConnectionFault(error);
  // 08 connection; 53 out of resources (disk, memory, connections); 57P shutting down or starting; 58 I/O; 25006 read-only;
  // XX000 and XX001 as an unclean disk gives them; 3D000 the database is not made yet; 28 not allowed in (yet);
  // 42P01 a table is missing: migrations have not run.
  return /^(08|53|57P|58|28)/.test(state) || ['25006', '3D000', '42P01', 'XX000'].includes(state);
}

const CONNECTION_CODES = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENOENT',
  'ERR_STREAM_DESTROYED',
  'ERR_STREAM_WRITE_AFTER_END',
]);

function isConnectionFault(thrown: unknown): boolean {
  const error = driverError(thrown);
  if (!(error instanceof Error)) return false;
  const code = (error as { code?: unknown }).code;
  if (typeof code === 'string' && CONNECTION_CODES.has(code)) return true;
  return /connection terminated|connection ended|client was closed|client has encountered a connection error|timeout exceeded when trying to connect/i.test(
    error.message,
  );
}
