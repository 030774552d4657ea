import type { WireCursor } from './cursor.js';
import type { LogFields } from './log-fields.js';
import { checkSupersededTexts, fieldBits, type MessageShape } from './superseded-texts.js';

const LENGTH = 2;
/** The bit of field 8, which a record may well hold many times. */
const ATTRIBUTES = 1 << 8;
const SHAPE: MessageShape = {
  texts: fieldBits(1, 2, 3, 4, 5, 7, 9, 10, 11, 12, 13, 15, 16),
  parts: ATTRIBUTES,
  partTexts: fieldBits(1, 2),
};

/**
 * Walks one serialized `logs.Log` from the cursor's position to its end and notes where its fields lie.
 *
 * Follows proto3: the last value of a field wins, a known field with another wire type counts as unknown, unknown
 * fields are stepped over. Texts are not checked for UTF-8 here, but for those that a later one replaces, which nobody
 * sees again. Malformed bytes are said by `cursor.fault`.
 */
export function readLog(cursor: WireCursor, fields: LogFields): void {
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
  if (((repeated & ~ATTRIBUTES) !== 0 || fields.repeatsInAttribute) && cursor.fault === null) {
    checkSupersededTexts(cursor, start, SHAPE);
  }
}

function readText(cursor: WireCursor, fields: LogFields, tag: number): void {
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
      fields.messageStart = start;
      fields.messageEnd = end;
      return;
    case 7:
      fields.timestampStart = start;
      fields.timestampEnd = end;
      return;
    case 8:
      readAttribute(cursor, fields, start, end);
      return;
    case 9:
      fields.idStart = start;
      fields.idEnd = end;
      return;
    case 10:
      fields.attributesJsonStart = start;
      fields.attributesJsonEnd = end;
      return;
    case 11:
      fields.resourceJsonStart = start;
      fields.resourceJsonEnd = end;
      return;
    case 12:
      fields.scopeStart = start;
      fields.scopeEnd = end;
      return;
    case 13:
      fields.eventStart = start;
      fields.eventEnd = end;
      return;
    case 15:
      fields.severityTextStart = start;
      fields.severityTextEnd = end;
      return;
    case 16:
      fields.observedTimestampStart = start;
      fields.observedTimestampEnd = end;
      return;
    default:
    // level, severity_number and trace_flags with a length are unknown fields: stepped over already.
  }
}

function readNumber(cursor: WireCursor, fields: LogFields, tag: number): void {
  switch (tag) {
    case 6 << 3:
      fields.level = cursor.varint() | 0;
      return;
    case 14 << 3:
      fields.severityNumber = cursor.varint();
      return;
    case 17 << 3:
      fields.traceFlags = cursor.varint();
      return;
    default:
      if (cursor.fault === null) cursor.skip(tag);
  }
}

/** An entry of the map: a message of key = 1 and value = 2; either may be missing. */
function readAttribute(cursor: WireCursor, fields: LogFields, start: number, end: number): void {
  const outer = cursor.end;
  cursor.pos = start;
  cursor.end = end;
  let keyStart = start;
  let keyEnd = start;
  let valueStart = start;
  let valueEnd = start;
  let seen = 0;
  while (cursor.pos < end) {
    const tag = cursor.tag();
    if (tag === ((1 << 3) | LENGTH)) {
      if ((seen & 1) !== 0) fields.repeatsInAttribute = true;
      seen |= 1;
      keyEnd = cursor.lengthEnd();
      keyStart = cursor.pos;
      cursor.pos = keyEnd;
    } else if (tag === ((2 << 3) | LENGTH)) {
      if ((seen & 2) !== 0) fields.repeatsInAttribute = true;
      seen |= 2;
      valueEnd = cursor.lengthEnd();
      valueStart = cursor.pos;
      cursor.pos = valueEnd;
    } else if (cursor.fault === null) cursor.skip(tag);
  }
  cursor.end = outer;
  if (cursor.fault === null) fields.addAttribute(keyStart, keyEnd, valueStart, valueEnd);
  else cursor.pos = outer;
}
