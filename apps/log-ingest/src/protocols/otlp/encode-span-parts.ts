import type { MutableInstant } from '#domain';
import { WireCursor, type WireBuffer } from '#proto';
import type { AttributeWriter } from './attributes.js';
import {
  ROOM,
  SPAN,
  SPAN_EVENT,
  SPAN_ID_BYTES,
  SPAN_LINK,
  TRACE_ID_BYTES,
  isId,
  writeFixedTime,
  writeStorable,
} from './record-fields.js';
import { StorableText } from './storable-text.js';
import { checkWire, delimited, readFixed64 } from './wire-fields.js';

/** Tags of opentelemetry.proto.trace.v1.Span.Event ... */
export const EVENT_TIME = (1 << 3) | 1;
const EVENT_NAME = delimited(2);
export const EVENT_ATTRIBUTE = delimited(3);
export const EVENT_DROPPED = 4 << 3;
/** ... and of Span.Link. */
const LINK_TRACE_ID = delimited(1);
const LINK_SPAN_ID = delimited(2);
const LINK_ATTRIBUTE = delimited(4);
const LINK_DROPPED = 5 << 3;

/** What the semantic conventions call an event that holds an exception. */
export const EXCEPTION = Buffer.from('exception');

const instant: MutableInstant = { seconds: 0, nanos: 0 };

/** Writes events and links of OTLP spans as those of `logs.Span`. */
export class SpanPartEncoder {
  private readonly cursor = new WireCursor();
  private readonly text = new StorableText();
  private body: Buffer = Buffer.alloc(0);

  /** @param attributes opened on the same request; what it holds of a span has been written */
  constructor(private readonly attributes: AttributeWriter) {}

  /** @param body the request that all ranges are of, from now on */
  open(body: Buffer): void {
    this.body = body;
  }

  /** A link whose ids are none tells nothing and is left out. @throws RootspanError INVALID_ARGUMENT; TooDeepError */
  writeLink(out: WireBuffer, start: number, end: number): void {
    const { cursor, body, attributes } = this;
    let traceId = 0;
    let spanId = 0;
    let dropped = 0;
    const before = out.length;
    out.reserve(ROOM);
    const from = out.open(SPAN.links);
    attributes.begin();
    cursor.open(body, start, end);
    while (cursor.pos < end) {
      const tag = cursor.tag();
      if ((tag & 7) === 2) {
        const to = cursor.lengthEnd();
        const at = cursor.pos;
        cursor.pos = to;
        checkWire(cursor);
        if (tag === LINK_TRACE_ID) traceId = isId(body, at, to, TRACE_ID_BYTES) ? at : 0;
        else if (tag === LINK_SPAN_ID) spanId = isId(body, at, to, SPAN_ID_BYTES) ? at : 0;
        else if (tag === LINK_ATTRIBUTE) attributes.member(at, to);
      } else if (tag === LINK_DROPPED) dropped = cursor.varint();
      else if (cursor.fault === null) cursor.skip(tag);
    }
    checkWire(cursor);
    if (traceId === 0 || spanId === 0) {
      out.length = before;
      return;
    }
    out.hex(SPAN_LINK.traceId, body, traceId, traceId + TRACE_ID_BYTES);
    out.hex(SPAN_LINK.spanId, body, spanId, spanId + SPAN_ID_BYTES);
    this.writeAttributes(out, SPAN_LINK.attributesJson, dropped, false);
    out.close(from);
  }

  /** @returns whether it holds an exception. @throws RootspanError INVALID_ARGUMENT; TooDeepError */
  writeEvent(out: WireBuffer, start: number, end: number): boolean {
    const { cursor, body, attributes, text } = this;
    let nameStart = 0;
    let nameEnd = 0;
    let dropped = 0;
    out.reserve(ROOM);
    const from = out.open(SPAN.events);
    attributes.begin();
    cursor.open(body, start, end);
    while (cursor.pos < end) {
      const tag = cursor.tag();
      if (tag === EVENT_TIME) {
        readFixed64(cursor);
        writeFixedTime(out, SPAN_EVENT.timestamp, instant);
      } else if (tag === EVENT_NAME) {
        nameEnd = cursor.lengthEnd();
        nameStart = cursor.pos;
        cursor.pos = nameEnd;
      } else if (tag === EVENT_ATTRIBUTE) {
        const to = cursor.lengthEnd();
        checkWire(cursor);
        attributes.member(cursor.pos, to);
        cursor.pos = to;
      } else if (tag === EVENT_DROPPED) dropped = cursor.varint();
      else if (cursor.fault === null) cursor.skip(tag);
    }
    checkWire(cursor);
    text.changed = false;
    writeStorable(out, SPAN_EVENT.name, text.read(body, nameStart, nameEnd));
    this.writeAttributes(out, SPAN_EVENT.attributesJson, dropped, text.changed);
    out.close(from);
    return EXCEPTION.equals(body.subarray(nameStart, nameEnd));
  }

  private writeAttributes(out: WireBuffer, field: number, dropped: number, isNameChanged: boolean): void {
    this.attributes.dropped('attributes', dropped);
    this.attributes.sanitized(isNameChanged);
    this.attributes.writeObject(out, field);
  }
}
