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
 * Looks for a text that is not UTF-8 among all occurrences of all fields, those that a later one has replaced too.
 *
 * Nobody reads a replaced text, but proto3 calls the whole message malformed for it, and other consumers of the bus would.
 *
 * @param start where the record begins, which the cursor has read to its end. Sets the cursor's fault.
 */
export function checkSupersededTexts(cursor: WireCursor, start: number): void {
  message.open(cursor.bytes, start, cursor.end);
  while (message.pos < message.end) {
    const tag = message.tag();
    if ((tag & 7) !== LENGTH) {
      message.skip(tag);
      continue;
    }
    const end = message.lengthEnd();
    const field = tag >>> 3;
    if (field === ATTRIBUTES) checkEntry(cursor, message.pos, end);
    else if (isText(LOG_TEXTS, field)) checkText(cursor, message.pos, end);
    message.pos = end;
  }
}

function checkEntry(cursor: WireCursor, start: number, end: number): void {
  entry.open(cursor.bytes, start, end);
  while (entry.pos < entry.end) {
    const tag = entry.tag();
    if ((tag & 7) !== LENGTH) {
      entry.skip(tag);
      continue;
    }
    const textEnd = entry.lengthEnd();
    if (isText(ENTRY_TEXTS, tag >>> 3)) checkText(cursor, entry.pos, textEnd);
    entry.pos = textEnd;
  }
}

function isText(texts: number, field: number): boolean {
  return field < 32 && (texts & (1 << field)) !== 0;
}

function checkText(cursor: WireCursor, start: number, end: number): void {
  if (!isUtf8(cursor.bytes.subarray(start, end))) cursor.fail(`a text that is not UTF-8 at byte ${start}`);
}
