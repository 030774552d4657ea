import { notJson, readNumberOrWord, readString, skipSpace, type JsonCursor } from './json-cursor.js';

/*
 * One pass over the text with a stack of its own (one byte a level), so that neither a megabyte of `[` nor a long
 * list costs more than its length. The grammar is RFC 8259's; what is refused beyond it is what PostgreSQL's jsonb
 * can't hold: U+0000, surrogates without their pair, and numbers beyond its numeric.
 */

const QUOTE = 0x22;
const COMMA = 0x2c;
const COLON = 0x3a;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;
const OPEN_LIST = 0x5b;
const CLOSE_LIST = 0x5d;

/** What may come next. */
type Expected = 'value' | 'value-or-close' | 'key' | 'key-or-close' | 'comma-or-close' | 'end';

/**
 * Says why `text` is not a JSON object that PostgreSQL's jsonb can hold; null where it is one.
 *
 * Refused: what is not valid JSON, another value than an object, more than `maxDepth` objects and lists inside one
 * another (the outermost counts as 1), an escaped U+0000, a surrogate without its pair, and a number with an exponent
 * beyond 1,000 or more digits than numeric holds, and exponents that stand for more than 65,536 digits in all. The answer follows the field's name: "is not valid JSON at character 17".
 * Characters are counted from 1. Linear in the length of the text, without recursion.
 */
export function jsonObjectFault(text: string, maxDepth: number): string | null {
  const cursor: JsonCursor = { text, at: 0, fault: null, addedDigits: 0 };
  skipSpace(cursor);
  if (cursor.at === text.length) return 'is empty: must be a JSON object';
  const outermostIsObject = text.charCodeAt(cursor.at) === OPEN_OBJECT;

  const isObjectAtDepth = new Uint8Array(maxDepth + 1);
  let depth = 0;
  let expected: Expected = 'value';
  while (cursor.fault === null) {
    skipSpace(cursor);
    if (cursor.at === text.length) {
      if (expected !== 'end') return notJson(cursor);
      return outermostIsObject ? null : 'is valid JSON but not an object';
    }
    const c = text.charCodeAt(cursor.at);
    const inObject = isObjectAtDepth[depth] === 1;
    const closes = expected.endsWith('-close') && c === (inObject ? CLOSE_OBJECT : CLOSE_LIST);
    if (closes) {
      cursor.at++;
      depth--;
      expected = depth === 0 ? 'end' : 'comma-or-close';
    } else if (expected === 'end') {
      return notJson(cursor);
    } else if (expected === 'comma-or-close') {
      if (c !== COMMA) return notJson(cursor);
      cursor.at++;
      expected = inObject ? 'key' : 'value';
    } else if (expected === 'key' || expected === 'key-or-close') {
      readString(cursor);
      if (cursor.fault !== null) break;
      skipSpace(cursor);
      if (text.charCodeAt(cursor.at) !== COLON) return notJson(cursor);
      cursor.at++;
      expected = 'value';
    } else if (c === OPEN_OBJECT || c === OPEN_LIST) {
      if (depth === maxDepth) return `is nested deeper than ${maxDepth} levels at character ${cursor.at + 1}`;
      depth++;
      isObjectAtDepth[depth] = c === OPEN_OBJECT ? 1 : 0;
      cursor.at++;
      expected = c === OPEN_OBJECT ? 'key-or-close' : 'value-or-close';
    } else {
      if (c === QUOTE) readString(cursor);
      else readNumberOrWord(cursor, c);
      expected = depth === 0 ? 'end' : 'comma-or-close';
    }
  }
  return cursor.fault;
}
