import { LogLevel } from '#proto';
import { FIELD_NAMES } from '../http/row-fields.js';
import type { RowDialect } from '../http/log-of-row.js';
import { syslogLevelOf, wireLevelOf, type WireLevel } from '../records/level.js';

/**
 * How documents for Elasticsearch name their fields: the Elastic Common Schema first, then what loggers and log shippers
 * write (Beats, Logstash, Fluent Bit, Vector, rsyslog's templates).
 *
 * Source: Elastic Common Schema 8, "Field reference" (base, log, service, tracing, process, container).
 */
export const DOCUMENT_DIALECT: RowDialect = {
  names: {
    ...FIELD_NAMES,
    timestamp: ['@timestamp', 'timestamp', 'time', 'ts'],
    message: ['message', 'msg', 'log', 'text', 'body', 'event.original'],
    level: ['log.level', ...FIELD_NAMES.level, 'log.syslog.severity.name', 'syslogseverity-text', 'log.syslog.severity.code'],
    traceId: ['trace.id', ...FIELD_NAMES.traceId],
    // A transaction is the span by which its service was called.
    spanId: ['span.id', 'transaction.id', ...FIELD_NAMES.spanId],
    parentId: ['parent.id', ...FIELD_NAMES.parentId],
    service: [
      'service.name',
      ...FIELD_NAMES.service,
      'kubernetes.container.name',
      'container.name',
      'process.name',
      'programname',
      'program',
    ],
    // A field of the document like others: the key of a retry it is in our own protocols only.
    id: [],
  },
  levelOf,
};

/** Elasticsearch would take any value, so one that nobody can read is kept as the severity's text. Single digits are syslog's. */
function levelOf(value: unknown): WireLevel | null {
  const known = syslogLevelOf(value) ?? wireLevelOf(value);
  if (known !== null) return known;
  return typeof value === 'number' || typeof value === 'boolean'
    ? { level: LogLevel.LOG_LEVEL_INFO, severityText: String(value) }
    : null;
}
