import { levelOfSeverity, type MutableInstant } from '#domain';
import { LogLevel, WireBuffer, WireCursor } from '#proto';
import { wireLevelOf } from '../records/level.js';
import type { AttributeWriter } from './attributes.js';
import { instantOfNanos } from './nanos.js';
import type { Origin } from './origin.js';
import {
  INSTANT_ROOM,
  LOG,
  ROOM,
  SPAN_ID_BYTES,
  TRACE_FLAGS,
  TRACE_ID_BYTES,
  isId,
  writeNumber,
  writeOrigin,
  writeStorable,
  type TimeGrain,
} from './record-fields.js';
import { StorableText } from './storable-text.js';
import { ValueJson } from './value-json.js';
import { checkWire, delimited, fixed, readFixed32, readFixed64 } from './wire-fields.js';
import { ValueKind, WireValue, scalarText } from './wire-value.js';

/** Tags of opentelemetry.proto.logs.v1.LogRecord: field number * 8 + wire type. */
const TIME = (1 << 3) | 1;
const SEVERITY_NUMBER = 2 << 3;
const SEVERITY_TEXT = delimited(3);
const BODY = delimited(5);
const ATTRIBUTE = delimited(6);
const DROPPED = 7 << 3;
const FLAGS = (8 << 3) | 5;
const TRACE_ID = delimited(9);
const SPAN_ID = delimited(10);
const OBSERVED_TIME = (11 << 3) | 1;
const EVENT_NAME = delimited(12);

const HIGHEST_SEVERITY = 24;

/** The contract's level number of each severity number; 0 stands for info. */
const LEVEL_OF_SEVERITY = Array.from({ length: HIGHEST_SEVERITY + 1 }, (_, severity) =>
  severity === 0 ? LogLevel.LOG_LEVEL_INFO : (wireLevelOf(levelOfSeverity(severity))?.level ?? LogLevel.LOG_LEVEL_INFO),
);

const instant: MutableInstant = { seconds: 0, nanos: 0 };

/** Writes OTLP log records as fields of `logs.Log`, walking their bytes: no object is made per record. */
export class LogEncoder {
  private readonly cursor = new WireCursor();
  private readonly values = new WireCursor();
  private readonly scratch = new WireBuffer();
  private readonly text = new StorableText();
  private readonly value = new WireValue();
  private readonly json: ValueJson;

  private body: Buffer = Buffer.alloc(0);

  /** @param attributes opened on the same request */
  constructor(private readonly attributes: AttributeWriter) {
    this.json = new ValueJson(this.values, this.scratch, this.text);
  }

  /** @param body the request that all ranges are of, from now on */
  open(body: Buffer): void {
    this.body = body;
    this.values.open(body, 0, body.length);
  }

  /**
   * Appends the fields of one record to `out`.
   *
   * @returns how fine its own time is
   * @throws RootspanError INVALID_ARGUMENT; TooDeepError
   */
  encode(out: WireBuffer, start: number, end: number, origin: Origin): TimeGrain {
    const { cursor, body, attributes, text } = this;
    let timeLow = 0;
    let timeHigh = 0;
    let observedLow = 0;
    let observedHigh = 0;
    let severity = 0;
    let flags = 0;
    let dropped = 0;
    let severityTextStart = 0;
    let severityTextEnd = 0;
    let bodyStart = 0;
    let bodyEnd = 0;
    let eventStart = 0;
    let eventEnd = 0;
    let traceId = 0;
    let spanId = 0;
    attributes.begin();
    text.changed = false;
    cursor.open(body, start, end);
    while (cursor.pos < end) {
      const tag = cursor.tag();
      if ((tag & 7) === 2) {
        const fieldEnd = cursor.lengthEnd();
        const fieldStart = cursor.pos;
        cursor.pos = fieldEnd;
        switch (tag) {
          case SEVERITY_TEXT:
            severityTextStart = fieldStart;
            severityTextEnd = fieldEnd;
            break;
          case BODY:
            bodyStart = fieldStart;
            bodyEnd = fieldEnd;
            break;
          case ATTRIBUTE:
            if (cursor.fault === null) attributes.attribute(out, fieldStart, fieldEnd);
            break;
          case TRACE_ID:
            traceId = isId(body, fieldStart, fieldEnd, TRACE_ID_BYTES) ? fieldStart : 0;
            break;
          case SPAN_ID:
            spanId = isId(body, fieldStart, fieldEnd, SPAN_ID_BYTES) ? fieldStart : 0;
            break;
          case EVENT_NAME:
            eventStart = fieldStart;
            eventEnd = fieldEnd;
            break;
          default:
        }
      } else if (tag === TIME) {
        readFixed64(cursor);
        timeLow = fixed.low;
        timeHigh = fixed.high;
      } else if (tag === OBSERVED_TIME) {
        readFixed64(cursor);
        observedLow = fixed.low;
        observedHigh = fixed.high;
      } else if (tag === SEVERITY_NUMBER) severity = cursor.varint();
      else if (tag === DROPPED) dropped = cursor.varint();
      else if (tag === FLAGS) flags = readFixed32(cursor);
      else if (cursor.fault === null) cursor.skip(tag);
    }
    checkWire(cursor);

    // A message always has bytes before its fields, so that no field begins at 0.
    out.reserve(ROOM + INSTANT_ROOM * 2);
    if (traceId > 0) out.hex(LOG.traceId, body, traceId, traceId + TRACE_ID_BYTES);
    if (spanId > 0) out.hex(LOG.spanId, body, spanId, spanId + SPAN_ID_BYTES);
    if (severity > HIGHEST_SEVERITY) severity = 0;
    const level = severity > 0 ? (LEVEL_OF_SEVERITY[severity] ?? 0) : this.levelOfText(severityTextStart, severityTextEnd);
    writeNumber(out, LOG.level, level);
    writeNumber(out, LOG.severityNumber, severity);
    writeNumber(out, LOG.traceFlags, flags & TRACE_FLAGS);
    const hasTime = timeLow !== 0 || timeHigh !== 0;
    const hasObserved = observedLow !== 0 || observedHigh !== 0;
    if (hasObserved) {
      instantOfNanos(observedLow, observedHigh, instant);
      out.instant(LOG.observedTimestamp, instant);
    }
    if (hasTime) instantOfNanos(timeLow, timeHigh, instant);
    if (hasTime || hasObserved) out.instant(LOG.timestamp, instant);
    const isFine = instant.nanos !== 0;

    writeOrigin(out, origin, LOG);
    this.writeText(out, LOG.severityText, severityTextStart, severityTextEnd);
    this.writeText(out, LOG.event, eventStart, eventEnd);
    this.writeBody(out, bodyStart, bodyEnd);
    out.reserve(origin.scopeEntries.length);
    out.raw(origin.scopeEntries, 0, origin.scopeEntries.length);
    attributes.rawMembers(origin.scopeMembers);
    attributes.dropped('attributes', dropped);
    attributes.sanitized(origin.sanitized || text.changed);
    attributes.writeObject(out, LOG.attributesJson);
    return !hasTime && !hasObserved ? 'none' : isFine ? 'finer' : 'second';
  }

  /** A text as it is, anything else as its JSON text; scalars that JSON quotes without the quotes. */
  private writeBody(out: WireBuffer, start: number, end: number): void {
    const { value, values, scratch } = this;
    value.read(values, start, end);
    switch (value.kind) {
      case ValueKind.none:
        return;
      case ValueKind.text:
        return this.writeText(out, LOG.message, value.start, value.end);
      case ValueKind.array:
      case ValueKind.map:
        scratch.clear();
        this.json.write(start, end);
        out.reserve(scratch.length + 12);
        return out.text(LOG.message, scratch.bytes, 0, scratch.length);
      default: {
        const bytes = Buffer.from(scalarText(this.body, value).replaceAll('"', ''));
        out.reserve(bytes.length + 12);
        out.text(LOG.message, bytes, 0, bytes.length);
      }
    }
  }

  private writeText(out: WireBuffer, field: number, start: number, end: number): void {
    writeStorable(out, field, this.text.read(this.body, start, end));
  }

  /** OpenTelemetry numbers its own words, as in WARN3. */
  private levelOfText(start: number, end: number): LogLevel {
    if (start === end) return LogLevel.LOG_LEVEL_INFO;
    const word = this.text
      .read(this.body, start, end)
      .toString()
      .trim()
      .replace(/(?<=[a-z])[2-4]$/i, '');
    return wireLevelOf(word)?.level ?? LogLevel.LOG_LEVEL_INFO;
  }
}
