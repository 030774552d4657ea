import type { CopyBuffer } from '../copy/copy-buffer.js';
import { isSpace } from '../copy/json-fields.js';
import { CLOSE_OBJECT, COLON, COMMA, OPEN_OBJECT, compareKeys } from '../copy/json-members.js';

/*
 * JSON as PostgreSQL prints it once it was jsonb: the members of an object by the length of their keys and then by bytes, of
 * equal keys the last one, one space behind colons and commas. Numbers keep their digits, strings are UTF-8.
 * Source: https://www.postgresql.org/docs/current/datatype-json.html; lengthCompareJsonbString and escape_json in its sources.
 */

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const MINUS = 0x2d;
const ZERO = 0x30;
const NINE = 0x39;
const POINT = 0x2e;
const PLUS = 0x2b;
const E = 0x65;
const LOWER_CASE = 0x20;
const SPACE = 0x20;
const OPEN_LIST = 0x5b;
const CLOSE_LIST = 0x5d;
/** What may follow a backslash and is printed as it came: quote, backslash, b, f, n, r, t. */
const KEPT_ESCAPES = new Set(Buffer.from('"\\bfnrt'));
const WORDS = ['true', 'false', 'null'].map((word) => Buffer.from(word));
const DEEPEST = 64;
/** Each byte may be followed by a space. */
const GROWTH = 2;
const NONE = new Uint8Array(0);
const NUMBER = /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/;
/** Zeros that an exponent may stand for. */
const MOST_SHIFT = 400;

/** Only the server knows how this is printed. */
const UNKNOWN = -1;

/** A member that was written: where it lies in the target, and its key in the source. */
interface Member {
  readonly start: number;
  readonly keyStart: number;
  readonly keyEnd: number;
}

/** Prints JSON texts as the server would. */
export class JsonbPrinter {
  private source: Uint8Array = NONE;
  private end = 0;

  constructor(private readonly target: CopyBuffer) {}

  /**
   * Writes an object's text as it is printed, and makes room for it.
   *
   * @param source a text that the server has taken as jsonb
   * @returns false where only the server knows how it is printed (escapes within keys, exponents of hundreds, depth); what was
   *   written then is of no use
   */
  print(source: Uint8Array, start: number, end: number): boolean {
    this.source = source;
    this.end = end;
    this.target.reserve(GROWTH * (end - start));
    const at = this.value(this.afterSpace(start), 0);
    return at !== UNKNOWN && this.afterSpace(at) === end;
  }

  /** @returns where the value ends in the source */
  private value(at: number, depth: number): number {
    const byte = this.source[at] ?? 0;
    if (byte === QUOTE) return this.string(at);
    if (isOfNumber(byte)) return this.number(at);
    if (byte === OPEN_OBJECT) return depth < DEEPEST ? this.object(at, depth + 1) : UNKNOWN;
    if (byte === OPEN_LIST) return depth < DEEPEST ? this.list(at, depth + 1) : UNKNOWN;
    return this.word(at);
  }

  private string(start: number): number {
    const { source, target } = this;
    let at = start + 1;
    let isKept = true;
    for (; source[at] !== QUOTE; at++) {
      if (at >= this.end) return UNKNOWN;
      if (source[at] === BACKSLASH && !KEPT_ESCAPES.has(source[++at] ?? 0)) isKept = false;
    }
    if (isKept) target.raw(source, start, at + 1);
    // Letters that need no escape: JSON.stringify escapes what the server does, and in the same way.
    else this.text(JSON.stringify(JSON.parse(this.textOf(start, at + 1))));
    return at + 1;
  }

  private number(start: number): number {
    const { source, target } = this;
    let at = start;
    let isPlain = source[start] !== MINUS;
    for (let byte = source[at] ?? 0; isOfNumber(byte); byte = source[++at] ?? 0)
      if (byte > NINE || byte === PLUS) isPlain = false;
    if (isPlain) {
      target.raw(source, start, at);
      return at;
    }
    const printed = numericText(this.textOf(start, at));
    if (printed === null) return UNKNOWN;
    // It may be longer than all that there was room for.
    target.reserve(printed.length + GROWTH * (this.end - at));
    this.text(printed);
    return at;
  }

  private word(start: number): number {
    const word = WORDS.find((each) => each[0] === this.source[start]);
    if (word === undefined) return UNKNOWN;
    this.target.raw(word, 0, word.length);
    return start + word.length;
  }

  private list(start: number, depth: number): number {
    const { source, target } = this;
    target.byte(OPEN_LIST);
    let at = this.afterSpace(start + 1);
    for (let isFirst = true; source[at] !== CLOSE_LIST; isFirst = false) {
      if (!isFirst) {
        if (source[at] !== COMMA) return UNKNOWN;
        at = this.afterSpace(at + 1);
        separate(target, COMMA);
      }
      at = this.value(at, depth);
      if (at === UNKNOWN) return UNKNOWN;
      at = this.afterSpace(at);
    }
    target.byte(CLOSE_LIST);
    return at + 1;
  }

  private object(start: number, depth: number): number {
    const { source, target } = this;
    target.byte(OPEN_OBJECT);
    const members: Member[] = [];
    let isOrdered = true;
    let last: Member | null = null;
    let at = this.afterSpace(start + 1);
    while (source[at] !== CLOSE_OBJECT) {
      if (last !== null) {
        if (source[at] !== COMMA) return UNKNOWN;
        at = this.afterSpace(at + 1);
        separate(target, COMMA);
      }
      const keyEnd = this.keyEnd(at);
      if (keyEnd === UNKNOWN) return UNKNOWN;
      const member = { start: target.length, keyStart: at + 1, keyEnd };
      isOrdered &&= last === null || compareMembers(source, last, member) < 0;
      members.push((last = member));
      target.raw(source, at, keyEnd + 1);
      at = this.afterSpace(keyEnd + 1);
      if (source[at] !== COLON) return UNKNOWN;
      separate(target, COLON);
      at = this.value(this.afterSpace(at + 1), depth);
      if (at === UNKNOWN) return UNKNOWN;
      at = this.afterSpace(at);
    }
    if (!isOrdered) putInOrder(target, source, members);
    target.byte(CLOSE_OBJECT);
    return at + 1;
  }

  /** Where the quote behind a key lies. Keys are compared by what their escapes mean: those are left to the server. */
  private keyEnd(start: number): number {
    const { source } = this;
    if (source[start] !== QUOTE) return UNKNOWN;
    let at = start + 1;
    for (; source[at] !== QUOTE; at++) if (source[at] === BACKSLASH || at >= this.end) return UNKNOWN;
    return at;
  }

  private afterSpace(start: number): number {
    let at = start;
    while (isSpace(this.source[at])) at++;
    return at;
  }

  private textOf(start: number, end: number): string {
    const { buffer, byteOffset } = this.source;
    return Buffer.from(buffer, byteOffset + start, end - start).toString('utf8');
  }

  private text(text: string): void {
    const bytes = Buffer.from(text, 'utf8');
    this.target.raw(bytes, 0, bytes.length);
  }
}

/** A number as type numeric prints it: exponents written out, no negative zero. Null where that would be very long. */
function numericText(text: string): string | null {
  const [, sign = '', whole = '', fraction = '', exponent = '0'] = NUMBER.exec(text) ?? [];
  const shift = Number(exponent);
  if (whole === '' || Math.abs(shift) > MOST_SHIFT) return null;
  const digits = '0'.repeat(Math.max(0, -shift)) + whole + fraction + '0'.repeat(Math.max(0, shift - fraction.length));
  const point = whole.length + Math.max(0, shift);
  const before = digits.slice(0, point).replace(/^0+(?=.)/, '');
  const after = digits.slice(point);
  return `${/^0*$/.test(digits) ? '' : sign}${before}${after === '' ? '' : `.${after}`}`;
}

/** Digits, signs, the point, and what begins an exponent. */
function isOfNumber(byte: number): boolean {
  return (byte >= ZERO && byte <= NINE) || byte === MINUS || byte === POINT || byte === PLUS || (byte | LOWER_CASE) === E;
}

/** Of members in the order of the text. */
function putInOrder(target: CopyBuffer, source: Uint8Array, members: readonly Member[]): void {
  const [first] = members;
  if (first === undefined) return;
  const written = Buffer.from(target.bytes.subarray(first.start, target.length));
  const starts = members.map(({ start }) => start - first.start);
  const places = members.map((_, i) => i);
  const byKey = (a: number, b: number): number => compareMembers(source, members[a] ?? first, members[b] ?? first);
  // The order of equal keys stays: the last one counts.
  places.sort((a, b) => byKey(a, b) || a - b);
  const kept = places.filter((place, i) => i === places.length - 1 || byKey(place, places[i + 1] ?? 0) !== 0);
  target.length = first.start;
  kept.forEach((place, i) => {
    if (i > 0) separate(target, COMMA);
    const next = starts[place + 1];
    target.raw(written, starts[place] ?? 0, next === undefined ? written.length : next - 2);
  });
}

function compareMembers(source: Uint8Array, a: Member, b: Member): number {
  return compareKeys(source, a.keyStart, a.keyEnd, b.keyStart, b.keyEnd);
}

function separate(target: CopyBuffer, sign: number): void {
  target.byte(sign);
  target.byte(SPACE);
}
