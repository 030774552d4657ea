import type { MutableInstant } from '#domain';
import { WireCursor, type WireBuffer } from '#proto';
import type { AttributeWriter } from './attributes.js';
import type { SpanException } from './encode-exception.js';
import { SpanPartEncoder } from './encode-span-parts.js';
import type { Origin } from './origin.js';
import {
  ROOM,
  SPAN,
  SPAN_ID_BYTES,
  TRACE_FLAGS,
  TRACE_ID_BYTES,
  isId,
  writeFixedTime,
  writeNumber,
  writeOrigin,
  writeStorable,
  type TimeGrain,
} from './record-fields.js';
import { StorableText } from './storable-text.js';
import { checkWire, delimited, readFixed32, readFixed64 } from './wire-fields.js';

/** Tags of opentelemetry.proto.trace.v1.Span. */
const TRACE_ID = delimited(1);
const SPAN_ID = delimited(2);
const TRACE_STATE = delimited(3);
const PARENT_SPAN_ID = delimited(4);
const NAME = delimited(5);
const KIND = 6 << 3;
const START_TIME = (7 << 3) | 1;
const END_TIME = (8 << 3) | 1;
const ATTRIBUTE = delimited(9);
const DROPPED_ATTRIBUTES = 10 << 3;
const EVENT = delimited(11);
const DROPPED_EVENTS = 12 << 3;
const LINK = delimited(13);
const DROPPED_LINKS = 14 << 3;
const STATUS = delimited(15);
const FLAGS = (16 << 3) | 5;

const STATUS_MESSAGE = delimited(2);
const STATUS_CODE = 3 << 3;

const HIGHEST_KIND = 5;
const HIGHEST_STATUS = 2;

const instant: MutableInstant = { seconds: 0, nanos: 0 };

/** What became of a span. */
export type EncodedSpan =
  /** `exceptions` are to be written as records of the span. */
  | { readonly kind: 'span'; readonly time: TimeGrain; readonly exceptions: readonly SpanException[] }
  | { readonly kind: 'refused'; readonly field: string; readonly reason: string };

/** Writes OTLP spans as fields of `logs.Span`. */
export class SpanEncoder {
  private readonly cursor = new WireCursor();
  private readonly inner = new WireCursor();
  private readonly text = new StorableText();
  private readonly parts: SpanPartEncoder;
  private body: Buffer = Buffer.alloc(0);

  /** @param attributes opened on the same request */
  constructor(private readonly attributes: AttributeWriter) {
    this.parts = new SpanPartEncoder(attributes);
  }

  /** @param body the request that all ranges are of, from now on */
  open(body: Buffer): void {
    this.body = body;
    this.parts.open(body);
  }

  /** Appends the fields of one span to `out`. @throws RootspanError INVALID_ARGUMENT; TooDeepError */
  encode(out: WireBuffer, start: number, end: number, origin: Origin): EncodedSpan {
    const { cursor, body, attributes, text } = this;
    let traceId = 0;
    let spanId = 0;
    let parentId = 0;
    let flags = 0;
    let kind = 0;
    let droppedAttributes = 0;
    let droppedEvents = 0;
    let droppedLinks = 0;
    let time: TimeGrain = 'none';
    const exceptions: { readonly start: number; readonly end: number }[] = [];
    const eventRanges: number[] = [];
    const linkRanges: number[] = [];
    attributes.begin();
    text.changed = false;
    cursor.open(body, start, end);
    while (cursor.pos < end) {
      const tag = cursor.tag();
      if ((tag & 7) === 2) {
        const to = cursor.lengthEnd();
        const from = cursor.pos;
        cursor.pos = to;
        checkWire(cursor);
        if (tag === TRACE_ID) traceId = isId(body, from, to, TRACE_ID_BYTES) ? from : 0;
        else if (tag === SPAN_ID) spanId = isId(body, from, to, SPAN_ID_BYTES) ? from : 0;
        else if (tag === PARENT_SPAN_ID) parentId = isId(body, from, to, SPAN_ID_BYTES) ? from : 0;
        else if (tag === NAME) writeStorable(out, SPAN.name, text.read(body, from, to));
        else if (tag === TRACE_STATE) writeStorable(out, SPAN.traceState, text.read(body, from, to));
        else if (tag === ATTRIBUTE) attributes.member(from, to);
        else if (tag === EVENT) eventRanges.push(from, to);
        else if (tag === LINK) linkRanges.push(from, to);
        else if (tag === STATUS) this.writeStatus(out, from, to);
      } else if (tag === START_TIME || tag === END_TIME) {
        readFixed64(cursor);
        const field = tag === START_TIME ? SPAN.startTimestamp : SPAN.endTimestamp;
        if (writeFixedTime(out, field, instant) && tag === START_TIME) time = instant.nanos === 0 ? 'second' : 'finer';
      } else if (tag === KIND) kind = cursor.varint();
      else if (tag === DROPPED_ATTRIBUTES) droppedAttributes = cursor.varint();
      else if (tag === DROPPED_EVENTS) droppedEvents = cursor.varint();
      else if (tag === DROPPED_LINKS) droppedLinks = cursor.varint();
      else if (tag === FLAGS) flags = readFixed32(cursor) & TRACE_FLAGS;
      else if (cursor.fault === null) cursor.skip(tag);
    }
    checkWire(cursor);
    if (traceId === 0) return refused('trace_id', TRACE_ID_BYTES);
    if (spanId === 0) return refused('span_id', SPAN_ID_BYTES);

    attributes.rawMembers(origin.allScopeMembers);
    attributes.dropped('attributes', droppedAttributes);
    attributes.dropped('events', droppedEvents);
    attributes.dropped('links', droppedLinks);
    // What events and links change is marked on them: this object is written before them.
    attributes.sanitized(origin.sanitized || text.changed);
    attributes.writeObject(out, SPAN.attributesJson);
    for (let i = 0; i < linkRanges.length; i += 2) this.parts.writeLink(out, linkRanges[i] ?? 0, linkRanges[i + 1] ?? 0);
    for (let i = 0; i < eventRanges.length; i += 2) {
      const range = { start: eventRanges[i] ?? 0, end: eventRanges[i + 1] ?? 0 };
      if (this.parts.writeEvent(out, range.start, range.end)) exceptions.push(range);
    }
    out.reserve(ROOM);
    out.hex(SPAN.traceId, body, traceId, traceId + TRACE_ID_BYTES);
    out.hex(SPAN.spanId, body, spanId, spanId + SPAN_ID_BYTES);
    if (parentId > 0) out.hex(SPAN.parentId, body, parentId, parentId + SPAN_ID_BYTES);
    writeNumber(out, SPAN.kind, kind > HIGHEST_KIND ? 0 : kind);
    writeNumber(out, SPAN.traceFlags, flags);
    writeOrigin(out, origin, SPAN);
    return { kind: 'span', time, exceptions: exceptions.map((range) => ({ ...range, traceId, spanId, parentId, flags })) };
  }

  private writeStatus(out: WireBuffer, start: number, end: number): void {
    const { inner, body } = this;
    let code = 0;
    inner.open(body, start, end);
    while (inner.pos < end) {
      const tag = inner.tag();
      if (tag === STATUS_MESSAGE) {
        const to = inner.lengthEnd();
        writeStorable(out, SPAN.statusMessage, this.text.read(body, inner.pos, to));
        inner.pos = to;
      } else if (tag === STATUS_CODE) code = inner.varint();
      else if (inner.fault === null) inner.skip(tag);
    }
    checkWire(inner);
    out.reserve(ROOM);
    writeNumber(out, SPAN.status, code > HIGHEST_STATUS ? 0 : code);
  }
}

function refused(field: string, bytes: number): EncodedSpan {
  return { kind: 'refused', field, reason: `must be ${bytes} bytes that are not all zero` };
}
