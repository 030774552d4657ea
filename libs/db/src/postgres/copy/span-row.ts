import { instantOfEpochMillis, jsonObjectFault, parseTimestamp, timestampFaultReason, type MutableInstant } from '#domain';
import { MAX_JSON_DEPTH, SpanFields, numbersFault, readSpan, spanFault, type Range, type WireCursor } from '#proto';
import type { CopyBuffer, RecordOffset } from './copy-buffer.js';
import { isBraced, objectField } from './json-fields.js';
import { eventsField, linksField, spanExtraField } from './span-json-fields.js';
import { STORE_LIMITS } from './store-limits.js';

/** The columns of `spans` in the order in which rows are written. */
export const SPAN_COLUMNS =
  'received_at, "time", end_time, id, size, nanos, end_nanos, kind, status, tenant, trace_id, parent_id, span_id, service, name, ' +
  'status_message, attributes, resource, extra, links, events';
const COLUMN_COUNT = 21;
/** Fixed bytes of a row, and of each link and event: lengths, numbers, braces, names of members. */
const ROW_OVERHEAD = 512;
const PART_OVERHEAD = 64;
const STATUS_ERROR = 2;

/** The message that spans are of. */
export interface SpanMessage {
  readonly tenant: Buffer;
  readonly epoch: number;
  readonly partition: number;
  readonly offset: RecordOffset;
  readonly receivedAt: number;
}

const NO_MESSAGE: SpanMessage = { tenant: Buffer.alloc(0), epoch: 0, partition: 0, offset: { high: 0, low: 0 }, receivedAt: 0 };

/**
 * Writes spans as rows of `spans`: `open` names their message, `write` writes one after another. One instance is used again for
 * every span; `fields` are those of the last one read.
 */
export class SpanRow {
  readonly fields = new SpanFields();
  private readonly start: MutableInstant = { seconds: 0, nanos: 0 };
  private readonly end: MutableInstant = { seconds: 0, nanos: 0 };
  private message: SpanMessage = NO_MESSAGE;

  open(message: SpanMessage): void {
    this.message = message;
  }

  /** Whether the last span ended in an error. */
  get failed(): boolean {
    return this.fields.status === STATUS_ERROR;
  }

  /**
   * Writes one row from the cursor's range; answers why not where the span can't be one, and nothing is written then.
   *
   * What PostgreSQL finds by itself (UTF-8, the text of a whole jsonb column) is left to it unless `thorough`. What stands
   * within a list is checked always: a text that is no object could close its entry and open another.
   */
  write(out: CopyBuffer, source: Buffer, cursor: WireCursor, index: number, thorough: boolean): string | null {
    const { fields: f, start, end, message } = this;
    const size = cursor.end - cursor.pos;
    readSpan(cursor, f);
    if (cursor.fault !== null) return `the record is no Span: ${cursor.fault}`;
    const fault = this.fault(source, message.receivedAt, thorough);
    if (fault !== null) return fault;

    // Control characters grow sixfold as JSON.
    out.reserve(size * 6 + message.tenant.length + ROW_OVERHEAD + (f.links.count + f.events.count) * PART_OVERHEAD);
    out.int16(COLUMN_COUNT);
    out.timestampField(Math.floor(message.receivedAt / 1000), (message.receivedAt % 1000) * 1_000_000);
    out.timestampField(start.seconds, start.nanos);
    out.timestampField(end.seconds, end.nanos);
    out.recordIdField(message.epoch, message.partition, message.offset, index);
    out.int32Field(size);
    out.int16Field(start.nanos % 1000);
    out.int16Field(end.nanos % 1000);
    out.int16Field(f.kind);
    out.int16Field(f.status);
    out.textField(message.tenant, 0, message.tenant.length);
    out.textField(source, f.traceIdStart, f.traceIdEnd);
    out.textOrNull(source, f.parentIdStart, f.parentIdEnd);
    out.textField(source, f.spanIdStart, f.spanIdEnd);
    out.textField(source, f.serviceStart, f.serviceEnd);
    out.textField(source, f.nameStart, f.nameEnd);
    out.textOrNull(source, f.statusMessageStart, f.statusMessageEnd);
    objectField(out, source, f.attributesJsonStart, f.attributesJsonEnd);
    objectField(out, source, f.resourceJsonStart, f.resourceJsonEnd);
    spanExtraField(out, source, f);
    linksField(out, source, f.links);
    eventsField(out, source, f.events);
    return null;
  }

  /** Fills start and end. */
  private fault(source: Buffer, receivedAt: number, thorough: boolean): string | null {
    const { fields: f } = this;
    if (thorough) {
      const fault = spanFault(source, f, STORE_LIMITS);
      if (fault !== null) return `${fault.field} ${fault.reason}`;
    }
    if (f.traceIdStart === f.traceIdEnd) return 'trace_id is required';
    if (f.spanIdStart === f.spanIdEnd) return 'span_id is required';
    if (f.serviceStart === f.serviceEnd) return 'service is required';
    const numbers = numbersFault(f);
    if (numbers !== null) return `${numbers.field} ${numbers.reason}`;
    if (!isBraced(source, f.attributesJsonStart, f.attributesJsonEnd)) return 'attributes_json is not a JSON object';
    if (!isBraced(source, f.resourceJsonStart, f.resourceJsonEnd)) return 'resource_json is not a JSON object';
    return this.timesFault(source, receivedAt) ?? (thorough ? null : this.partsFault(source));
  }

  private timesFault(source: Buffer, receivedAt: number): string | null {
    const { fields: f, start, end } = this;
    if (f.startTimestampStart < f.startTimestampEnd) {
      const fault = parseTimestamp(source, f.startTimestampStart, f.startTimestampEnd, start);
      if (fault !== null) return `start_timestamp ${timestampFaultReason(fault)}`;
    } else Object.assign(start, instantOfEpochMillis(receivedAt));
    if (f.endTimestampStart < f.endTimestampEnd) {
      const fault = parseTimestamp(source, f.endTimestampStart, f.endTimestampEnd, end);
      if (fault !== null) return `end_timestamp ${timestampFaultReason(fault)}`;
    } else {
      end.seconds = start.seconds;
      end.nanos = start.nanos;
    }
    return null;
  }

  private partsFault(source: Buffer): string | null {
    const { links, events } = this.fields;
    if (links.count === 0 && events.count === 0) return null;
    if (links.count > links.kept) return `links has ${links.count} entries: at most ${links.kept} are stored`;
    if (events.count > events.kept) return `events has ${events.count} entries: at most ${events.kept} are stored`;
    const notObject = (json: Range): string | null =>
      json.start === json.end ? null : jsonObjectFault(source.toString('utf8', json.start, json.end), MAX_JSON_DEPTH);
    const time: MutableInstant = { seconds: 0, nanos: 0 };
    return (
      links.first((place, _traceId, _spanId, json) => {
        const reason = notObject(json);
        return reason === null ? null : `links[${place}].attributes_json ${reason}`;
      }) ??
      events.first((place, timestamp, _name, json) => {
        const reason = notObject(json);
        if (reason !== null) return `events[${place}].attributes_json ${reason}`;
        if (timestamp.start === timestamp.end) return null;
        const fault = parseTimestamp(source, timestamp.start, timestamp.end, time);
        return fault === null ? null : `events[${place}].timestamp ${timestampFaultReason(fault)}`;
      })
    );
  }
}
