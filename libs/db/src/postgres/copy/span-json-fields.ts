import type { SpanFields, SpanParts } from '#proto';
import type { CopyBuffer } from './copy-buffer.js';
import { innerObject } from './json-fields.js';
import {
  CLOSE_OBJECT,
  COMMA,
  OPEN_OBJECT,
  SCOPE,
  closeField,
  key,
  openField,
  textMember,
  traceFlagsMember,
} from './json-members.js';

const OPEN_LIST = 0x5b;
const CLOSE_LIST = 0x5d;

const TRACE_STATE = Buffer.from('traceState');
const TRACE_ID = Buffer.from('traceId');
const SPAN_ID = Buffer.from('spanId');
const TIME = Buffer.from('time');
const NAME = Buffer.from('name');
const ATTRIBUTES = Buffer.from('attributes');

/** What few readers ask for, in one column; null where the span has nothing of it. */
export function spanExtraField(target: CopyBuffer, source: Uint8Array, f: SpanFields): void {
  if (f.scopeStart === f.scopeEnd && f.traceStateStart === f.traceStateEnd && f.traceFlags === 0) return target.nullField();
  const opened = openField(target, OPEN_OBJECT);
  let first = textMember(target, source, SCOPE, f.scopeStart, f.scopeEnd, true);
  first = textMember(target, source, TRACE_STATE, f.traceStateStart, f.traceStateEnd, first);
  traceFlagsMember(target, f.traceFlags, first);
  closeField(target, opened, CLOSE_OBJECT);
}

/** A list of `{traceId, spanId, attributes}`; null where there is no link. */
export function linksField(target: CopyBuffer, source: Uint8Array, links: SpanParts): void {
  partsField(target, source, links, TRACE_ID, SPAN_ID);
}

/** A list of `{time, name, attributes}`; null where there is no event. */
export function eventsField(target: CopyBuffer, source: Uint8Array, events: SpanParts): void {
  partsField(target, source, events, TIME, NAME);
}

/** What is empty is left out of an entry. The third text of a part is its attributes, a JSON object. */
function partsField(target: CopyBuffer, source: Uint8Array, parts: SpanParts, one: Buffer, two: Buffer): void {
  if (parts.count === 0) return target.nullField();
  const opened = openField(target, OPEN_LIST);
  parts.first((place, textOne, textTwo, json) => {
    if (place > 0) target.byte(COMMA);
    target.byte(OPEN_OBJECT);
    let first = textMember(target, source, one, textOne.start, textOne.end, true);
    first = textMember(target, source, two, textTwo.start, textTwo.end, first);
    if (innerObject(source, json.start, json.end) !== null) {
      key(target, ATTRIBUTES, first);
      target.raw(source, json.start, json.end);
    }
    target.byte(CLOSE_OBJECT);
    return null;
  });
  closeField(target, opened, CLOSE_LIST);
}
