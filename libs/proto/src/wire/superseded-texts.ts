import { isUtf8 } from 'node:buffer';
import { WireCursor } from './cursor.js';

const LENGTH = 2;

/** Which fields of a message are texts, and which are messages of texts. Bit n stands for field n. */
export interface MessageShape {
  readonly texts: number;
  readonly parts: number;
  /** Texts of each of `parts`. */
  readonly partTexts: number;
}

/** Field numbers as bits. */
export function fieldBits(...fields: readonly number[]): number {
  return fields.reduce((bits, field) => bits | (1 << field), 0);
}

const message = new WireCursor();
const part = new WireCursor();

/**
 * Looks for a text that is not UTF-8 and that a later occurrence of its field has replaced.
 *
 * Nobody reads a replaced text, but proto3 calls the whole message malformed for it, and other consumers of the bus would.
 * The occurrence that counts is left to `recordFault` and `spanFault`, which name its field.
 *
 * @param start where the record begins, which the cursor has read to its end. Sets the cursor's fault.
 */
export function checkSupersededTexts(cursor: WireCursor, start: number, { texts, parts, partTexts }: MessageShape): void {
  checkTexts(cursor, message, start, cursor.end, texts, parts, partTexts);
}

function checkTexts(
  cursor: WireCursor,
  reader: WireCursor,
  start: number,
  end: number,
  texts: number,
  parts: number,
  partTexts: number,
): void {
  /** Bit n: the last occurrence of field n so far is not UTF-8. */
  let bad = 0;
  reader.open(cursor.bytes, start, end);
  while (reader.pos < reader.end) {
    const tag = reader.tag();
    if ((tag & 7) !== LENGTH) {
      reader.skip(tag);
      continue;
    }
    const textEnd = reader.lengthEnd();
    const bit = fieldBit(tag >>> 3);
    if ((texts & bit) !== 0) {
      if ((bad & bit) !== 0) cursor.fail(`a text that is not UTF-8 before byte ${reader.pos}`);
      bad = isUtf8(cursor.bytes.subarray(reader.pos, textEnd)) ? bad & ~bit : bad | bit;
    } else if ((parts & bit) !== 0) checkTexts(cursor, part, reader.pos, textEnd, partTexts, 0, 0);
    reader.pos = textEnd;
  }
}

function fieldBit(field: number): number {
  return field < 32 ? 1 << field : 0;
}
