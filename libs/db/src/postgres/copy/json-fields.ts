import type { LogFields } from '#proto';
import type { CopyBuffer } from './copy-buffer.js';

const OPEN = 0x7b;
const CLOSE = 0x7d;
const COLON = 0x3a;
const COMMA = 0x2c;
/** Version byte that opens jsonb in binary form. */
const JSONB_VERSION = 1;

const ID = Buffer.from('id');
const SCOPE = Buffer.from('scope');
const EVENT = Buffer.from('event');
const SEVERITY_TEXT = Buffer.from('severityText');
const OBSERVED_TIMESTAMP = Buffer.from('observedTimestamp');
const TRACE_FLAGS = Buffer.from('traceFlags');

/** attributes with attributes_json merged over them: jsonb keeps the last of equal keys, so joining the texts is enough. */
export function attributesField(target: CopyBuffer, source: Uint8Array, f: LogFields): void {
  const json = innerObject(source, f.attributesJsonStart, f.attributesJsonEnd);
  if (f.attributeCount === 0 && json === null) return target.nullField();
  const opened = openField(target, OPEN);
  for (let at = 0; at < f.attributeCount * 4; at += 4) {
    if (at > 0) target.byte(COMMA);
    target.jsonString(source, f.attributes[at] ?? 0, f.attributes[at + 1] ?? 0);
    target.byte(COLON);
    target.jsonString(source, f.attributes[at + 2] ?? 0, f.attributes[at + 3] ?? 0);
  }
  if (json !== null) {
    if (f.attributeCount > 0) target.byte(COMMA);
    target.raw(source, json.start, json.end);
  }
  closeField(target, opened, CLOSE);
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
  const opened = openField(target, OPEN);
  let first = true;
  const member = (name: Buffer, start: number, end: number): void => {
    if (start === end) return;
    key(target, name, first);
    first = false;
    target.jsonString(source, start, end);
  };
  member(ID, f.idStart, f.idEnd);
  member(SCOPE, f.scopeStart, f.scopeEnd);
  member(EVENT, f.eventStart, f.eventEnd);
  member(SEVERITY_TEXT, f.severityTextStart, f.severityTextEnd);
  member(OBSERVED_TIMESTAMP, f.observedTimestampStart, f.observedTimestampEnd);
  if (f.traceFlags !== 0) {
    key(target, TRACE_FLAGS, first);
    const digits = Buffer.from(String(f.traceFlags), 'latin1');
    target.raw(digits, 0, digits.length);
  }
  closeField(target, opened, CLOSE);
}

/** The name of a member, with what stands before and behind it. */
export function key(target: CopyBuffer, name: Buffer, first: boolean): void {
  if (!first) target.byte(COMMA);
  target.jsonString(name, 0, name.length);
  target.byte(COLON);
}

/** Begins a jsonb field with a bracket; leaves room for the length, which is known at the end. */
export function openField(target: CopyBuffer, bracket: number): number {
  const at = target.length;
  target.length += 4;
  target.byte(JSONB_VERSION);
  target.byte(bracket);
  return at;
}

/** @param opened what openField gave */
export function closeField(target: CopyBuffer, opened: number, bracket: number): void {
  target.byte(bracket);
  target.putInt32(opened, target.length - opened - 4);
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
  return to - from >= 2 && source[from] === OPEN && source[to - 1] === CLOSE;
}

function isSpace(byte: number | undefined): boolean {
  return byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;
}
