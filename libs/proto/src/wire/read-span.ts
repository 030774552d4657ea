import type { WireCursor } from './cursor.js';
import type { SpanFields, SpanParts } from './span-fields.js';
import { checkSupersededTexts, fieldBits, type MessageShape } from './superseded-texts.js';

const LENGTH = 2;
/** The bits of links and events, which a span may well hold many times. */
const PARTS = fieldBits(16, 17);
const SHAPE: MessageShape = {
  texts: fieldBits(1, 2, 3, 4, 5, 7, 8, 10, 11, 12, 13, 15),
  parts: PARTS,
  partTexts: fieldBits(1, 2, 3),
};

/** Walks one serialized `logs.Span` as readLog does a record, with the same strictness. */
export function readSpan(cursor: WireCursor, fields: SpanFields): void {
  fields.clear();
  const start = cursor.pos;
  let seen = 0;
  let repeated = 0;
  while (cursor.pos < cursor.end) {
    const tag = cursor.tag();
    if ((tag & 7) === LENGTH && tag < 18 << 3) {
      const bit = 1 << (tag >>> 3);
      repeated |= seen & bit;
      seen |= bit;
      readText(cursor, fields, tag);
    } else readNumber(cursor, fields, tag);
  }
  if (((repeated & ~PARTS) !== 0 || fields.repeatsInPart) && cursor.fault === null) checkSupersededTexts(cursor, start, SHAPE);
}

function readText(cursor: WireCursor, fields: SpanFields, tag: number): void {
  const end = cursor.lengthEnd();
  if (cursor.fault !== null) return;
  const start = cursor.pos;
  cursor.pos = end;
  switch (tag >>> 3) {
    case 1:
      fields.traceIdStart = start;
      fields.traceIdEnd = end;
      return;
    case 2:
      fields.parentIdStart = start;
      fields.parentIdEnd = end;
      return;
    case 3:
      fields.spanIdStart = start;
      fields.spanIdEnd = end;
      return;
    case 4:
      fields.serviceStart = start;
      fields.serviceEnd = end;
      return;
    case 5:
      fields.nameStart = start;
      fields.nameEnd = end;
      return;
    case 7:
      fields.startTimestampStart = start;
      fields.startTimestampEnd = end;
      return;
    case 8:
      fields.endTimestampStart = start;
      fields.endTimestampEnd = end;
      return;
    case 10:
      fields.statusMessageStart = start;
      fields.statusMessageEnd = end;
      return;
    case 11:
      fields.attributesJsonStart = start;
      fields.attributesJsonEnd = end;
      return;
    case 12:
      fields.resourceJsonStart = start;
      fields.resourceJsonEnd = end;
      return;
    case 13:
      fields.scopeStart = start;
      fields.scopeEnd = end;
      return;
    case 15:
      fields.traceStateStart = start;
      fields.traceStateEnd = end;
      return;
    case 16:
      readPart(cursor, fields, fields.links, start, end);
      return;
    case 17:
      readPart(cursor, fields, fields.events, start, end);
      return;
    default:
    // kind, status and trace_flags with a length are unknown fields: stepped over already.
  }
}

function readNumber(cursor: WireCursor, fields: SpanFields, tag: number): void {
  switch (tag) {
    case 6 << 3:
      fields.kind = cursor.varint() | 0;
      return;
    case 9 << 3:
      fields.status = cursor.varint() | 0;
      return;
    case 14 << 3:
      fields.traceFlags = cursor.varint();
      return;
    default:
      if (cursor.fault === null) cursor.skip(tag);
  }
}

/** A link or an event: a message of the texts 1, 2 and 3; each may be missing. */
function readPart(cursor: WireCursor, fields: SpanFields, parts: SpanParts, start: number, end: number): void {
  const outer = cursor.end;
  const at = parts.add();
  cursor.pos = start;
  cursor.end = end;
  let seen = 0;
  while (cursor.pos < end) {
    const tag = cursor.tag();
    const number = tag >>> 3;
    if ((tag & 7) !== LENGTH || number > 3 || cursor.fault !== null) {
      if (cursor.fault === null) cursor.skip(tag);
      continue;
    }
    const bit = 1 << number;
    if ((seen & bit) !== 0) fields.repeatsInPart = true;
    seen |= bit;
    const textEnd = cursor.lengthEnd();
    if (at >= 0) {
      parts.ranges[at + number * 2 - 2] = cursor.pos;
      parts.ranges[at + number * 2 - 1] = textEnd;
    }
    cursor.pos = textEnd;
  }
  cursor.end = outer;
  // A fault has put the cursor at the end of the part: it is to stop at that of the span.
  if (cursor.fault !== null) cursor.pos = outer;
}
