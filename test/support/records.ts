import { randomUUID } from 'node:crypto';
import { Log, LogLevel, Span, type LogBatch } from '#proto';

export { LogLevel, type Log };

/** A batch as tests write it. */
export interface BatchFields {
  readonly logs: readonly Partial<Log>[];
  readonly spans?: readonly Partial<Span>[];
  readonly batchId?: string;
}

/** The message with these fields; all others empty. */
export function log(fields: Partial<Log>): Log {
  return { ...Log.decode(new Uint8Array(0)), ...fields };
}

export function batch({ logs, spans = [], batchId = '' }: BatchFields): LogBatch {
  return { logs: logs.map(log), spans: spans.map((span) => ({ ...Span.decode(new Uint8Array(0)), ...span })), batchId };
}

/** The least that SendLog takes, with these fields in place of or beside it. */
export function valid(fields: Partial<Log> = {}): Log {
  return log({ traceId: 'trace-1', spanId: 'span-1', service: 'auth-service', message: 'a message', ...fields });
}

/** An id or tenant that no other test has. @param prefix letters, digits and hyphens */
export function unique(prefix: string): string {
  return `${prefix}-${randomUUID().slice(0, 13)}`;
}

/** The instant `seconds` after 2026-01-01T00:00:00Z, as the contract prints it. */
export function at(seconds: number): string {
  return new Date(Date.UTC(2026, 0, 1) + seconds * 1000).toISOString().replace('.000Z', 'Z');
}
