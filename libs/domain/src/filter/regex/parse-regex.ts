import { readClass, readEscape } from './parse-class.js';
import { RegexFault, type RegexCursor } from './regex-cursor.js';
import { EVERY_CODE_POINT, NEWLINE, complementOf, setOf, withCaseVariants } from './code-point-set.js';
import { regexSize, type Regex } from './regex.js';

/*
 * The subset of regular expressions that means the same in RE2 and in PostgreSQL:
 *
 *   choice   = sequence { "|" sequence }
 *   sequence = repeat { repeat }
 *   repeat   = atom [ ( "*" | "+" | "?" | "{m}" | "{m,}" | "{m,n}" ) [ "?" ] ]      m, n <= 255; a lazy "?" changes nothing
 *   atom     = character | "." | class | escape | "(" choice ")" | "(?:" choice ")" | "^" | "$" | "\b"
 *
 * `.` is every character but the newline; ^ and $ are the ends of the whole message; \d \w \s and \b are those of ASCII.
 * What needs backtracking (back-references, looking around) is refused: an expression takes linear time on every engine.
 */

export type RegexOutcome =
  | { readonly ok: true; readonly regex: Regex }
  /** `at`: index in the source. */
  | { readonly ok: false; readonly at: number; readonly reason: string };

const MAX_SIZE = 1_000;
const MAX_REPEAT = 255;
const MAX_DEPTH = 32;

/** Reads an expression, in time linear in its length. */
export function parseRegex(source: string, ignoreCase: boolean): RegexOutcome {
  const cursor: RegexCursor = { source, at: 0, ignoreCase };
  try {
    const regex = readChoice(cursor, 0);
    if (cursor.at < source.length) throw new RegexFault(cursor.at, 'has a ) that nothing opens: write \\)');
    if (regexSize(regex) > MAX_SIZE) {
      return { ok: false, at: 0, reason: `is too large: with its repeats written out it has more than ${MAX_SIZE} characters` };
    }
    return { ok: true, regex };
  } catch (error) {
    if (!(error instanceof RegexFault)) throw error;
    return { ok: false, at: error.at, reason: error.message };
  }
}

function readChoice(cursor: RegexCursor, depth: number): Regex {
  if (depth > MAX_DEPTH) throw new RegexFault(cursor.at, `has more than ${MAX_DEPTH} groups in one another`);
  const parts = [readSequence(cursor, depth)];
  while (cursor.source[cursor.at] === '|') {
    cursor.at++;
    parts.push(readSequence(cursor, depth));
  }
  const [only] = parts;
  return parts.length === 1 && only !== undefined ? only : { kind: 'choice', parts };
}

function readSequence(cursor: RegexCursor, depth: number): Regex {
  const start = cursor.at;
  const parts: Regex[] = [];
  for (;;) {
    const c = cursor.source[cursor.at];
    if (c === undefined || c === '|' || c === ')') break;
    parts.push(readRepeat(cursor, depth));
  }
  const [only] = parts;
  if (only === undefined) throw new RegexFault(start, 'has nothing here: to leave a part out at will, write (…)?');
  return parts.length === 1 ? only : { kind: 'sequence', parts };
}

function readRepeat(cursor: RegexCursor, depth: number): Regex {
  const atom = readAtom(cursor, depth);
  const at = cursor.at;
  const count = readCount(cursor);
  if (count === null) return atom;
  if (atom.kind === 'place') throw new RegexFault(at, 'repeats a place, which has no length: leave the repeat out');
  if (cursor.source[cursor.at] === '?') cursor.at++;
  if (/^[*+?{]/.test(cursor.source[cursor.at] ?? '')) {
    throw new RegexFault(cursor.at, 'repeats a repeat: put the inner one into parentheses');
  }
  return { kind: 'repeat', part: atom, ...count };
}

function readCount(cursor: RegexCursor): { min: number; max: number | null } | null {
  const c = cursor.source[cursor.at];
  if (c === '*' || c === '+' || c === '?') {
    cursor.at++;
    return { min: c === '+' ? 1 : 0, max: c === '?' ? 1 : null };
  }
  if (c !== '{') return null;
  const start = cursor.at;
  const match = /^\{(\d{1,3})(,?)(\d{0,3})\}/.exec(cursor.source.slice(start, start + 9));
  if (match === null) throw new RegexFault(start, 'has a { that opens no count such as {2,5}: write \\{');
  const min = Number(match[1]);
  const max = match[2] === '' ? min : match[3] === '' ? null : Number(match[3]);
  if (Math.max(min, max ?? 0) > MAX_REPEAT || (match[2] === '' && match[3] !== '')) {
    throw new RegexFault(start, `repeats more than ${MAX_REPEAT} times`);
  }
  if (max === 0 || (max !== null && max < min)) throw new RegexFault(start, 'has a count that allows nothing');
  cursor.at += match[0].length;
  return { min, max };
}

function readAtom(cursor: RegexCursor, depth: number): Regex {
  const { source, at } = cursor;
  const character = String.fromCodePoint(source.codePointAt(at) ?? 0);
  cursor.at += character.length;
  switch (character) {
    case '(':
      return readGroup(cursor, depth);
    case '[':
      return readClass(cursor, at);
    case '.':
      return { kind: 'set', set: complementOf(NEWLINE) };
    case '^':
      return { kind: 'place', place: 'start' };
    case '$':
      return { kind: 'place', place: 'end' };
    case '\\':
      return readEscapeAtom(cursor, at);
    case '*':
    case '+':
    case '?':
    case '{':
      throw new RegexFault(at, `has a ${character} with nothing before it to repeat: write \\${character}`);
    default:
      return literal(cursor, character);
  }
}

function readGroup(cursor: RegexCursor, depth: number): Regex {
  const open = cursor.at - 1;
  if (cursor.source[cursor.at] === '?') {
    if (cursor.source[cursor.at + 1] !== ':') {
      throw new RegexFault(open, 'has a group of a kind that is not understood: only (…) and (?:…) are');
    }
    cursor.at += 2;
  }
  const inner = readChoice(cursor, depth + 1);
  if (cursor.source[cursor.at] !== ')') throw new RegexFault(open, 'has a ( that nothing closes: write \\( or add the )');
  cursor.at++;
  // A sequence of its own, so that a repeat of a place in parentheses stays one of a group.
  return inner.kind === 'place' ? { kind: 'sequence', parts: [inner] } : inner;
}

function readEscapeAtom(cursor: RegexCursor, at: number): Regex {
  if (cursor.source[cursor.at] === 'b') {
    cursor.at++;
    return { kind: 'place', place: 'word-edge' };
  }
  const escaped = readEscape(cursor, at);
  return { kind: 'set', set: cursor.ignoreCase ? withCaseVariants(escaped) : escaped };
}

function literal({ ignoreCase }: RegexCursor, character: string): Regex {
  const codePoint = character.codePointAt(0) ?? 0;
  const set = setOf([[codePoint, codePoint]]);
  return { kind: 'set', set: ignoreCase ? withCaseVariants(set) : set };
}

/** The expression for a text, whatever its letter case. */
export function regexOfText(text: string): Regex {
  const cursor = { source: text, at: 0, ignoreCase: true };
  return { kind: 'sequence', parts: [...text].map((character) => literal(cursor, character)) };
}

/** Whether a set is that of every character; renderers write it apart, since no class can. */
export function isEverything(regex: Regex): boolean {
  return regex.kind === 'set' && regex.set.length === 1 && regex.set[0]?.join() === EVERY_CODE_POINT[0]?.join();
}
