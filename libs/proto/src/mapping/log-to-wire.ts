import { formatInstant, levelOfSeverity, splitJsonObject, type LogRecord } from '#domain';
import type { Log as QueryLog } from '../generated/query.js';

/** A stored record as `query.Log`. */
export function logToWire(record: LogRecord): QueryLog {
  const attributes = splitJsonObject(record.attributes === '' ? '{}' : record.attributes);
  const { extra } = record;
  return {
    traceId: record.traceId,
    parentId: record.parentId,
    spanId: record.spanId,
    service: record.service,
    message: record.message,
    level: levelOfSeverity(record.severity),
    timestamp: formatInstant(record.time),
    attributes: attributes.strings,
    id: record.id,
    attributesJson: attributes.others,
    resourceJson: record.resource,
    scope: extra.scope ?? '',
    event: extra.event ?? '',
    severityNumber: record.severity,
    severityText: extra.severityText ?? '',
    observedTimestamp: extra.observedTimestamp ?? '',
    traceFlags: extra.traceFlags ?? 0,
    receivedAt: formatInstant(record.receivedAt),
    idempotencyKey: extra.id ?? '',
  };
}
