import { isUtf8 } from 'node:buffer';
import { WireCursor } from './cursor.js';

const LENGTH = 2;
const ATTRIBUTES = 8;
/** Bit n: field n of `logs.Log` is a text. */
const LOG_TEXTS = [1, 2, 3, 4, 5, 7, 9, 10, 11, 12, 13, 15, 16].reduce((bits, field) => bits | (1 << field), 0);
/** Key and value of an attribute. */
const ENTRY_TEXTS = (1 << 1) | (1 << 2);

const message = new WireCursor();
const entry = new WireCursor();

/**
 * Looks for a text that is not UTF-8 and that a later occurrence of its field has replaced.
 *
 * Nobody reads a replaced text, but proto3 calls the whole message malformed for it, and other consumers of the bus would.
 * The occurrence that counts is left to `recordFault`, which names its field.
 *
 * @param start where the record begins, which the cursor has read to its end. Sets the cursor's fault.
 */
export function checkSupersededTexts(cursor: WireCursor, start: number): void {
  checkTexts(cursor, message, start, cursor.end, LOG_TEXTS);
}

function checkTexts(cursor: WireCursor, reader: WireCursor, start: number, end: number, texts: number): void {
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
    } else if (reader === message && tag >>> 3 === ATTRIBUTES) checkTexts(cursor, entry, reader.pos, textEnd, ENTRY_TEXTS);
    reader.pos = textEnd;
  }
}

function fieldBit(field: number): number {
  return field < 32 ? 1 << field : 0;
}
