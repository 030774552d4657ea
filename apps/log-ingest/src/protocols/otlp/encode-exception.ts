import type { MutableInstant } from '#domain';
import { LogLevel, WireCursor, type WireBuffer } from '#proto';
import type { AttributeWriter } from './attributes.js';
import { EVENT_ATTRIBUTE, EVENT_DROPPED, EVENT_TIME, EXCEPTION } from './encode-span-parts.js';
import type { Origin } from './origin.js';
import {
  INSTANT_ROOM,
  LOG,
  ROOM,
  SPAN_ID_BYTES,
  TRACE_ID_BYTES,
  writeFixedTime,
  writeNumber,
  writeOrigin,
} from './record-fields.js';
import { checkWire, readFixed64 } from './wire-fields.js';

/** OpenTelemetry's number of ERROR. */
const ERROR_SEVERITY = 17;

const instant: MutableInstant = { seconds: 0, nanos: 0 };

/** Where an event lies that holds an exception, and where the ids of its span do; 0: it has no parent. */
export interface SpanException {
  readonly start: number;
  readonly end: number;
  readonly traceId: number;
  readonly spanId: number;
  readonly parentId: number;
  readonly flags: number;
}

/**
 * Writes exceptions that spans hold as events as records of their own, of level error, so that a trace that failed is known
 * as one. Source: OpenTelemetry semantic conventions, "Exceptions on spans".
 */
export class ExceptionEncoder {
  private readonly cursor = new WireCursor();
  private body: Buffer = Buffer.alloc(0);

  /** @param attributes opened on the same request */
  constructor(private readonly attributes: AttributeWriter) {}

  /** @param body the request that all ranges are of, from now on */
  open(body: Buffer): void {
    this.body = body;
  }

  /** Appends the fields of a `logs.Log` to `out`. @throws RootspanError INVALID_ARGUMENT; TooDeepError */
  encode(out: WireBuffer, { start, end, traceId, spanId, parentId, flags }: SpanException, origin: Origin): void {
    const { cursor, body, attributes } = this;
    let type: string | null = null;
    let message: string | null = null;
    let dropped = 0;
    attributes.begin();
    cursor.open(body, start, end);
    while (cursor.pos < end) {
      const tag = cursor.tag();
      if (tag === EVENT_ATTRIBUTE) {
        const to = cursor.lengthEnd();
        type = attributes.textOf('exception.type', cursor.pos, to) ?? type;
        message = attributes.textOf('exception.message', cursor.pos, to) ?? message;
        attributes.attribute(out, cursor.pos, to);
        cursor.pos = to;
      } else if (tag === EVENT_TIME) {
        readFixed64(cursor);
        writeFixedTime(out, LOG.timestamp, instant);
      } else if (tag === EVENT_DROPPED) dropped = cursor.varint();
      else if (cursor.fault === null) cursor.skip(tag);
    }
    checkWire(cursor);
    const bytes = Buffer.from([type, message].filter((part) => part !== null).join(': ') || 'exception');
    out.reserve(ROOM + bytes.length + INSTANT_ROOM);
    out.text(LOG.message, bytes, 0, bytes.length);
    out.text(LOG.event, EXCEPTION, 0, EXCEPTION.length);
    out.hex(LOG.traceId, body, traceId, traceId + TRACE_ID_BYTES);
    out.hex(LOG.spanId, body, spanId, spanId + SPAN_ID_BYTES);
    if (parentId > 0) out.hex(LOG.parentId, body, parentId, parentId + SPAN_ID_BYTES);
    writeNumber(out, LOG.level, LogLevel.ERROR);
    writeNumber(out, LOG.severityNumber, ERROR_SEVERITY);
    writeNumber(out, LOG.traceFlags, flags);
    writeOrigin(out, origin, LOG);
    out.reserve(origin.scopeEntries.length);
    out.raw(origin.scopeEntries, 0, origin.scopeEntries.length);
    attributes.rawMembers(origin.scopeMembers);
    attributes.dropped('attributes', dropped);
    attributes.sanitized(origin.sanitized);
    attributes.writeObject(out, LOG.attributesJson);
  }
}
