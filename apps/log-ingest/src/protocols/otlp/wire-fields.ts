import { malformed } from '#platform';
import type { WireCursor } from '#proto';

/** Wire type of texts, bytes and messages. */
const DELIMITED = 2;

/** The tag of a field that holds a text, bytes or a message. */
export function delimited(field: number): number {
  return (field << 3) | DELIMITED;
}

/** @throws RootspanError INVALID_ARGUMENT where the cursor met bytes that are no such message */
export function checkWire(cursor: WireCursor): void {
  if (cursor.fault !== null) throw malformed(`The body is no OTLP export request: ${cursor.fault}.`);
}

/** Halves of the last fixed64 that was read, unsigned. */
export const fixed = { low: 0, high: 0 };

/** Reads a fixed64 into `fixed`; both halves are 0 after a fault. */
export function readFixed64(cursor: WireCursor): void {
  fixed.low = readFixed32(cursor);
  fixed.high = readFixed32(cursor);
}

export function readFixed32(cursor: WireCursor): number {
  const { bytes, pos } = cursor;
  if (cursor.end - pos < 4) {
    cursor.fail(`truncated value at byte ${cursor.end}`);
    return 0;
  }
  cursor.pos = pos + 4;
  const low = (bytes[pos] ?? 0) | ((bytes[pos + 1] ?? 0) << 8) | ((bytes[pos + 2] ?? 0) << 16) | ((bytes[pos + 3] ?? 0) << 24);
  return low >>> 0;
}

/** Calls `visit` with where each occurrence of a message field lies. The cursor is left at the end; `visit` may move it. */
export function eachMessage(
  cursor: WireCursor,
  { start, end }: WireRange,
  field: number,
  visit: (start: number, end: number) => void,
): void {
  const wanted = delimited(field);
  cursor.pos = start;
  cursor.end = end;
  while (cursor.pos < end) {
    const tag = cursor.tag();
    if (tag === wanted) {
      const fieldEnd = cursor.lengthEnd();
      checkWire(cursor);
      visit(cursor.pos, fieldEnd);
      cursor.pos = fieldEnd;
      cursor.end = end;
    } else if (cursor.fault === null) cursor.skip(tag);
  }
  checkWire(cursor);
}

export interface WireRange {
  readonly start: number;
  readonly end: number;
}
