import type { MutableInstant } from './instant.js';

const NONE = Buffer.alloc(0);

/**
 * A stored record as bytes: where its fields lie in a buffer, so that it can be handed on without an object or a string.
 *
 * One instance is filled again for every record of a page; whoever keeps a record copies it. A text is the UTF-8 bytes
 * from `…Start` to `…End`; an absent one has both equal. `LogRecord` is the same as an object.
 */
export class RecordView {
  bytes: Buffer = NONE;
  /** Where the 16 bytes begin whose hex digits are the record's id. */
  idStart = 0;
  traceIdStart = 0;
  traceIdEnd = 0;
  parentIdStart = 0;
  parentIdEnd = 0;
  spanIdStart = 0;
  spanIdEnd = 0;
  serviceStart = 0;
  serviceEnd = 0;
  messageStart = 0;
  messageEnd = 0;
  /** A JSON object, each key once. */
  attributesStart = 0;
  attributesEnd = 0;
  /** A JSON object. */
  resourceStart = 0;
  resourceEnd = 0;
  /** A JSON object: `LogRecordExtra`. */
  extraStart = 0;
  extraEnd = 0;
  /** OpenTelemetry severity number, 1-24. */
  severity = 0;
  readonly time: MutableInstant = { seconds: 0, nanos: 0 };
  readonly receivedAt: MutableInstant = { seconds: 0, nanos: 0 };

  /** The record's id: 32 hex digits. */
  get id(): string {
    return this.bytes.toString('hex', this.idStart, this.idStart + 16);
  }

  /** A field as a string. */
  text(start: number, end: number): string {
    return start === end ? '' : this.bytes.toString('utf8', start, end);
  }
}
