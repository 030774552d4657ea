import type { LogFields } from '#proto';
import type { CopyBuffer } from './copy-buffer.js';
import {
  CLOSE_OBJECT,
  COLON,
  COMMA,
  JSONB_VERSION,
  OPEN_OBJECT,
  SCOPE,
  closeField,
  compareKeys,
  openField,
  textMember,
  traceFlagsMember,
} from './json-members.js';

const ID = Buffer.from('id');
const EVENT = Buffer.from('event');
const SEVERITY_TEXT = Buffer.from('severityText');
const OBSERVED_TIMESTAMP = Buffer.from('observedTimestamp');

/** attributes with attributes_json merged over them: jsonb keeps the last of equal keys, so joining the texts is enough. */
export function attributesField(target: CopyBuffer, source: Uint8Array, f: LogFields): void {
  const json = innerObject(source, f.attributesJsonStart, f.attributesJsonEnd);
  if (f.attributeCount === 0 && json === null) return target.nullField();
  const opened = openField(target, OPEN_OBJECT);
  const isOrdered = f.attributeCount <= MOST_ORDERED;
  if (isOrdered) orderKeys(source, f);
  for (let i = 0; i < f.attributeCount; i++) {
    const at = (isOrdered ? keyOrder[i] : null) ?? i * 4;
    if (i > 0) target.byte(COMMA);
    target.jsonString(source, f.attributes[at] ?? 0, f.attributes[at + 1] ?? 0);
    target.byte(COLON);
    target.jsonString(source, f.attributes[at + 2] ?? 0, f.attributes[at + 3] ?? 0);
  }
  if (json !== null) {
    if (f.attributeCount > 0) target.byte(COMMA);
    target.raw(source, json.start, json.end);
  }
  closeField(target, opened, CLOSE_OBJECT);
}

/** More attributes are left to PostgreSQL to sort. */
const MOST_ORDERED = 32;
/** Where the numbers of each attribute begin, in the order of their keys. */
const keyOrder = new Int32Array(MOST_ORDERED);

/**
 * Orders the keys as jsonb keeps them, by length and then by bytes: what comes in order costs PostgreSQL no swaps, which were 3 % of
 * its time. Equal keys stay in their order, since the last one counts.
 */
function orderKeys(source: Uint8Array, { attributes, attributeCount }: LogFields): void {
  for (let i = 0; i < attributeCount; i++) {
    let place = i;
    for (; place > 0 && isKeyBefore(source, attributes, i * 4, keyOrder[place - 1] ?? 0); place--) {
      keyOrder[place] = keyOrder[place - 1] ?? 0;
    }
    keyOrder[place] = i * 4;
  }
}

function isKeyBefore(source: Uint8Array, keys: Int32Array, a: number, b: number): boolean {
  return compareKeys(source, keys[a] ?? 0, keys[a + 1] ?? 0, keys[b] ?? 0, keys[b + 1] ?? 0) < 0;
}

/** A JSON object as it came; null where it is missing or has no member. */
export function objectField(target: CopyBuffer, source: Uint8Array, start: number, end: number): void {
  if (innerObject(source, start, end) === null) return target.nullField();
  target.int32(end - start + 1);
  target.byte(JSONB_VERSION);
  target.raw(source, start, end);
}

/** What few records carry, kept in one column (LogRecordExtra). */
export function extraField(target: CopyBuffer, source: Uint8Array, f: LogFields): void {
  if (
    f.idStart === f.idEnd &&
    f.scopeStart === f.scopeEnd &&
    f.eventStart === f.eventEnd &&
    f.severityTextStart === f.severityTextEnd &&
    f.observedTimestampStart === f.observedTimestampEnd &&
    f.traceFlags === 0
  ) {
    return target.nullField();
  }
  const opened = openField(target, OPEN_OBJECT);
  let first = textMember(target, source, ID, f.idStart, f.idEnd, true);
  first = textMember(target, source, SCOPE, f.scopeStart, f.scopeEnd, first);
  first = textMember(target, source, EVENT, f.eventStart, f.eventEnd, first);
  first = textMember(target, source, SEVERITY_TEXT, f.severityTextStart, f.severityTextEnd, first);
  first = textMember(target, source, OBSERVED_TIMESTAMP, f.observedTimestampStart, f.observedTimestampEnd, first);
  traceFlagsMember(target, f.traceFlags, first);
  closeField(target, opened, CLOSE_OBJECT);
}

/** The members of a JSON object's text, without its braces; null where the text is missing or has no member. */
export function innerObject(source: Uint8Array, start: number, end: number): { start: number; end: number } | null {
  let from = start;
  let to = end;
  while (from < to && isSpace(source[from])) from++;
  while (to > from && isSpace(source[to - 1])) to--;
  if (from >= to) return null;
  from++;
  to--;
  while (from < to && isSpace(source[from])) from++;
  return from < to ? { start: from, end: to } : null;
}

/**
 * Whether a text is missing or stands in braces. The rest is left to PostgreSQL, but not this: between other brackets
 * joining would make an object of what is none, and jsonb takes lists and numbers too.
 */
export function isBraced(source: Uint8Array, start: number, end: number): boolean {
  if (start === end) return true;
  let from = start;
  let to = end;
  while (from < to && isSpace(source[from])) from++;
  while (to > from && isSpace(source[to - 1])) to--;
  return to - from >= 2 && source[from] === OPEN_OBJECT && source[to - 1] === CLOSE_OBJECT;
}

/** Space as JSON has it. */
export function isSpace(byte: number | undefined): boolean {
  return byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;
}
