import type { CopyBuffer } from './copy-buffer.js';

export const OPEN_OBJECT = 0x7b;
export const CLOSE_OBJECT = 0x7d;
export const COLON = 0x3a;
export const COMMA = 0x2c;
/** Version byte that opens jsonb in binary form. */
export const JSONB_VERSION = 1;

/** Names that records and spans share. */
export const SCOPE = Buffer.from('scope');
const TRACE_FLAGS = Buffer.from('traceFlags');

/**
 * The order in which jsonb keeps the members of an object: by the length of their keys, then by bytes. Negative where the key from
 * `startA` to `endA` comes before the other one.
 */
export function compareKeys(source: Uint8Array, startA: number, endA: number, startB: number, endB: number): number {
  const length = endA - startA;
  const shorter = length - (endB - startB);
  if (shorter !== 0) return shorter;
  for (let i = 0; i < length; i++) {
    const difference = (source[startA + i] ?? 0) - (source[startB + i] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
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

/** The name of a member, with what stands before and behind it. */
export function key(target: CopyBuffer, name: Buffer, first: boolean): void {
  if (!first) target.byte(COMMA);
  target.jsonString(name, 0, name.length);
  target.byte(COLON);
}

/** A member that is left out where its text is empty. @returns whether the next member is still the first */
export function textMember(
  target: CopyBuffer,
  source: Uint8Array,
  name: Buffer,
  start: number,
  end: number,
  first: boolean,
): boolean {
  if (start === end) return first;
  key(target, name, first);
  target.jsonString(source, start, end);
  return false;
}

/** Left out where it is 0. */
export function traceFlagsMember(target: CopyBuffer, flags: number, first: boolean): void {
  if (flags === 0) return;
  key(target, TRACE_FLAGS, first);
  const digits = Buffer.from(String(flags), 'latin1');
  target.raw(digits, 0, digits.length);
}
