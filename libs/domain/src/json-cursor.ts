/*
 * Steps over the scalars of a JSON text: each function reads the token at the cursor and moves behind it, or sets the
 * cursor's fault. Nothing is decoded.
 */

const MAX_EXPONENT = 1000;
/** jsonb prints exponents as digits: all of a text's together may add this many, so that a megabyte never reads back as a hundred. */
const MAX_ADDED_DIGITS = 65_536;
/** PostgreSQL's numeric holds this many digits before the decimal point and ... */
const MAX_INTEGER_DIGITS = 131_072;
/** ... this many after it. */
const MAX_FRACTION_DIGITS = 16_383;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;

const UNPAIRED = 'holds half of a surrogate pair';

/** The place that is read, and the first fault found there. */
export interface JsonCursor {
  readonly text: string;
  at: number;
  fault: string | null;
  /** Digits that the exponents seen so far add to the text as jsonb prints it. */
  addedDigits: number;
}

/** The sentence for text that breaks the grammar at the cursor. */
export function notJson(cursor: JsonCursor): string {
  return cursor.at >= cursor.text.length
    ? 'is not valid JSON: it ends too early'
    : `is not valid JSON at character ${cursor.at + 1}`;
}

export function skipSpace(cursor: JsonCursor): void {
  const { text } = cursor;
  let c = text.charCodeAt(cursor.at);
  while (c === 0x20 || c === 0x0a || c === 0x0d || c === 0x09) c = text.charCodeAt(++cursor.at);
}

/** Steps over the string literal at the cursor, or sets the fault. */
export function readString(cursor: JsonCursor): void {
  const { text } = cursor;
  if (text.charCodeAt(cursor.at) !== QUOTE) {
    cursor.fault = notJson(cursor);
    return;
  }
  let at = cursor.at + 1;
  for (; at < text.length; at++) {
    const c = text.charCodeAt(at);
    if (c === QUOTE) {
      cursor.at = at + 1;
      return;
    }
    if (c < 0x20) break;
    if (c === BACKSLASH) {
      const escape = text[at + 1] ?? '';
      if (escape === 'u') {
        const unit = hexUnit(text, at + 2);
        if (unit < 0) break;
        if (unit === 0) return setFault(cursor, at, 'holds an escaped U+0000');
        if (isLowSurrogate(unit)) return setFault(cursor, at, UNPAIRED);
        if (isHighSurrogate(unit)) {
          if (text[at + 6] !== '\\' || text[at + 7] !== 'u' || !isLowSurrogate(hexUnit(text, at + 8))) {
            return setFault(cursor, at, UNPAIRED);
          }
          at += 6;
        }
        at += 5;
      } else if (escape !== '' && '"\\/bfnrt'.includes(escape)) {
        at++;
      } else {
        break;
      }
    } else if (c >= 0xd800 && c <= 0xdfff) {
      // Written out rather than escaped. Never pairs with an escaped one: PostgreSQL sees bytes beside an escape there.
      if (!isHighSurrogate(c) || !isLowSurrogate(text.charCodeAt(at + 1))) return setFault(cursor, at, UNPAIRED);
      at++;
    }
  }
  cursor.at = at;
  cursor.fault = notJson(cursor);
}

function setFault(cursor: JsonCursor, at: number, problem: string): void {
  cursor.fault = `${problem} at character ${at + 1}`;
}

/** The code unit that four hex digits write; -1 where they are not. */
function hexUnit(text: string, at: number): number {
  let unit = 0;
  for (let i = at; i < at + 4; i++) {
    const c = text.charCodeAt(i);
    const lower = c | 0x20;
    if (c >= 0x30 && c <= 0x39) unit = unit * 16 + c - 0x30;
    else if (lower >= 0x61 && lower <= 0x66) unit = unit * 16 + lower - 0x57;
    else return -1;
  }
  return unit;
}

function isHighSurrogate(unit: number): boolean {
  return unit >= 0xd800 && unit <= 0xdbff;
}

function isLowSurrogate(unit: number): boolean {
  return unit >= 0xdc00 && unit <= 0xdfff;
}

/** Steps over the number, `true`, `false` or `null` at the cursor, whose first character is `c`; or sets the fault. */
export function readNumberOrWord(cursor: JsonCursor, c: number): void {
  if (c === 0x2d || isDigit(c)) return readNumber(cursor);
  for (const word of ['true', 'false', 'null']) {
    if (cursor.text.startsWith(word, cursor.at)) {
      cursor.at += word.length;
      return;
    }
  }
  cursor.fault = notJson(cursor);
}

function readNumber(cursor: JsonCursor): void {
  const { text } = cursor;
  const start = cursor.at;
  if (text[cursor.at] === '-') cursor.at++;
  const leadingZero = text[cursor.at] === '0';
  const integerDigits = leadingZero ? readOne(cursor) : readDigits(cursor);
  let fractionDigits = 0;
  if (integerDigits > 0 && text[cursor.at] === '.') {
    cursor.at++;
    fractionDigits = readDigits(cursor);
    if (fractionDigits === 0) {
      cursor.fault = notJson(cursor);
      return;
    }
  }
  let exponent = 0;
  if (integerDigits > 0 && (text[cursor.at] === 'e' || text[cursor.at] === 'E')) {
    cursor.at++;
    const sign = text[cursor.at];
    if (sign === '+' || sign === '-') cursor.at++;
    const from = cursor.at;
    if (readDigits(cursor) === 0) {
      cursor.fault = notJson(cursor);
      return;
    }
    exponent = Number(text.slice(from, cursor.at)) * (sign === '-' ? -1 : 1);
    cursor.addedDigits += Math.abs(exponent);
  }
  if (integerDigits === 0) cursor.fault = notJson(cursor);
  else if (Math.abs(exponent) > MAX_EXPONENT) setFault(cursor, start, `holds a number with an exponent beyond ${MAX_EXPONENT}`);
  else if (cursor.addedDigits > MAX_ADDED_DIGITS) {
    setFault(cursor, start, `holds exponents that stand for more than ${MAX_ADDED_DIGITS} digits in all`);
  } else if (integerDigits + exponent > MAX_INTEGER_DIGITS || fractionDigits - exponent > MAX_FRACTION_DIGITS) {
    setFault(cursor, start, 'holds a number with too many digits');
  }
}

function readOne(cursor: JsonCursor): number {
  cursor.at++;
  return 1;
}

/** How many digits it stepped over. */
function readDigits(cursor: JsonCursor): number {
  const start = cursor.at;
  while (isDigit(cursor.text.charCodeAt(cursor.at))) cursor.at++;
  return cursor.at - start;
}

function isDigit(c: number): boolean {
  return c >= 0x30 && c <= 0x39;
}
