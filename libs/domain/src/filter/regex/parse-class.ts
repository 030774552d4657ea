import { DIGITS, SPACE, WORD, complementOf, setOf, withCaseVariants, type CodePointSet } from './code-point-set.js';
import { RegexFault, type RegexCursor } from './regex-cursor.js';
import type { Regex } from './regex.js';

const NAMED: Readonly<Record<string, CodePointSet>> = {
  d: DIGITS,
  w: WORD,
  s: SPACE,
  D: complementOf(DIGITS),
  W: complementOf(WORD),
  S: complementOf(SPACE),
  n: [[0x0a, 0x0a]],
  r: [[0x0d, 0x0d]],
  t: [[0x09, 0x09]],
  f: [[0x0c, 0x0c]],
};

/** What an escape stands for. The cursor is behind the backslash; `start` is its index. */
export function readEscape(cursor: RegexCursor, start: number): CodePointSet {
  const codePoint = cursor.source.codePointAt(cursor.at);
  if (codePoint === undefined) throw new RegexFault(start, 'ends with a \\: write \\\\');
  const character = String.fromCodePoint(codePoint);
  cursor.at += character.length;
  const named = NAMED[character];
  if (named !== undefined) return named;
  if (/^[1-9]$/.test(character)) throw new RegexFault(start, 'refers back to a group, which no linear engine can');
  if (/^[0-9A-Za-z]$/.test(character)) {
    throw new RegexFault(
      start,
      `has \\${character}, which is not understood: known are \\d \\w \\s \\D \\W \\S \\b \\n \\r \\t \\f`,
    );
  }
  return setOf([[codePoint, codePoint]]);
}

/** A class in brackets. The cursor is behind the `[`; `start` is its index. */
export function readClass(cursor: RegexCursor, start: number): Regex {
  const { source } = cursor;
  const negated = source[cursor.at] === '^';
  if (negated) cursor.at++;
  const ranges: (readonly [number, number])[] = [];
  while (source[cursor.at] !== ']') {
    if (cursor.at >= source.length) throw new RegexFault(start, 'has a [ that nothing closes: write \\[ or add the ]');
    ranges.push(...readItem(cursor));
  }
  cursor.at++;
  const positive = cursor.ignoreCase ? withCaseVariants(setOf(ranges)) : setOf(ranges);
  const set = negated ? complementOf(positive) : positive;
  if (set.length === 0) throw new RegexFault(start, 'has a class that no character is in: to match a ] write \\]');
  return { kind: 'set', set };
}

function readItem(cursor: RegexCursor): CodePointSet {
  const at = cursor.at;
  const from = readMember(cursor);
  const { source } = cursor;
  if (source[cursor.at] !== '-' || source[cursor.at + 1] === ']' || cursor.at + 1 >= source.length) return from;
  cursor.at++;
  const to = readMember(cursor);
  const [first, last] = [single(from), single(to)];
  if (first === null || last === null || first > last)
    throw new RegexFault(at, 'has a range that is none: to match a - write \\-');
  return [[first, last]];
}

function readMember(cursor: RegexCursor): CodePointSet {
  const { source, at } = cursor;
  if (source[at] === '[' && /^[:.=]$/.test(source[at + 1] ?? '')) {
    throw new RegexFault(at, 'has a named class, which is not understood: write \\d, \\w, \\s or a range');
  }
  const codePoint = source.codePointAt(at);
  if (codePoint === undefined) throw new RegexFault(at, 'ends within a class');
  cursor.at += codePoint > 0xffff ? 2 : 1;
  return codePoint === 0x5c ? readEscape(cursor, at) : setOf([[codePoint, codePoint]]);
}

function single(set: CodePointSet): number | null {
  const [range] = set;
  return set.length === 1 && range !== undefined && range[0] === range[1] ? range[0] : null;
}
