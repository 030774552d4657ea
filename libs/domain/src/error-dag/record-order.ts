import { compareCodePoints } from '../code-point-order.js';
import type { TraceRecord } from '../error-dag.js';
import { compareInstants } from '../instant.js';
import { levelOfSeverity } from '../level.js';

/**
 * The order that every rule of the DAG goes by: time, then bytewise parent, service, level and message. What is still
 * equal is ordered by the remaining fields, so that two records compare as 0 only where they are the same.
 */
export function compareRecords(a: TraceRecord, b: TraceRecord): number {
  return (
    compareInstants(a.time, b.time) ||
    compareCodePoints(a.parentId, b.parentId) ||
    compareCodePoints(a.service, b.service) ||
    compareCodePoints(levelOfSeverity(a.severity), levelOfSeverity(b.severity)) ||
    compareCodePoints(a.message, b.message) ||
    a.severity - b.severity ||
    compareCodePoints(a.spanId, b.spanId) ||
    compareCodePoints(a.id, b.id) ||
    compareCodePoints(a.attributes ?? '', b.attributes ?? '')
  );
}

/**
 * Each record once: a store may hand the same record out twice. Should two different records claim one id, the same
 * one of them is kept in whatever order they come.
 */
export function distinctRecords(records: Iterable<TraceRecord>): TraceRecord[] {
  const byId = new Map<string, TraceRecord>();
  for (const record of records) {
    const known = byId.get(record.id);
    if (known === undefined || compareRecords(record, known) < 0) byId.set(record.id, record);
  }
  return [...byId.values()];
}
