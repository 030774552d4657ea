import { fieldTooLarge } from '#platform';
import { WireCursor } from '#proto';
import { MAX_ROWS } from '../records/record-batch.js';
import { eachMessage, type WireRange } from './wire-fields.js';

/** What some records of a request share: empty ranges where it names none. */
export interface OriginRange {
  readonly resource: WireRange;
  readonly scope: WireRange;
}

/** Where the log records or spans of an export request lie. */
export interface ExportIndex {
  readonly records: readonly WireRange[];
  /** Index into `origins`, by record. */
  readonly originOf: readonly number[];
  readonly origins: readonly OriginRange[];
}

/** ExportLogsServiceRequest and ExportTraceServiceRequest are built alike, down to their numbers. */
const RESOURCE_RECORDS = 1;
const RESOURCE = 1;
const SCOPE_RECORDS = 2;
const SCOPE = 1;
const RECORDS = 2;
const NOTHING: WireRange = { start: 0, end: 0 };

/**
 * Finds the records of a serialized export request. A resource may come behind its records on the wire, so this goes first
 * and nothing is encoded yet.
 *
 * @throws RootspanError INVALID_ARGUMENT for bytes that are no such message; too large with more records than a call may hold
 */
export function indexExport(body: Buffer): ExportIndex {
  const cursor = new WireCursor();
  cursor.open(body, 0, body.length);
  const records: WireRange[] = [];
  const originOf: number[] = [];
  const origins: OriginRange[] = [];
  const only = (range: WireRange, field: number): WireRange => {
    let found = NOTHING;
    eachMessage(cursor, range, field, (start, end) => (found = { start, end }));
    return found;
  };
  eachMessage(cursor, { start: 0, end: body.length }, RESOURCE_RECORDS, (resourceStart, resourceEnd) => {
    const ofResource = { start: resourceStart, end: resourceEnd };
    const resource = only(ofResource, RESOURCE);
    eachMessage(cursor, ofResource, SCOPE_RECORDS, (scopeStart, scopeEnd) => {
      const ofScope = { start: scopeStart, end: scopeEnd };
      const scope = only(ofScope, SCOPE);
      const before = records.length;
      eachMessage(cursor, ofScope, RECORDS, (start, end) => {
        if (records.length === MAX_ROWS) {
          throw fieldTooLarge('records', `has more than ${MAX_ROWS} entries: send smaller batches`);
        }
        records.push({ start, end });
        originOf.push(origins.length);
      });
      if (records.length > before) origins.push({ resource, scope });
    });
  });
  return { records, originOf, origins };
}
