import type { TextPattern } from './log-filter.js';
import { QueryFault, type QueryCursor } from './query-cursor.js';

const MAX_VALUES = 200;

/** `value { "," value }`: each of pieces in quotes, pieces without, and wildcards. */
export function readPatterns(cursor: QueryCursor): TextPattern[] {
  const patterns = [readPattern(cursor)];
  while (cursor.next === ',') {
    cursor.at++;
    if (patterns.length === MAX_VALUES) throw new QueryFault(cursor.at, `a list holds at most ${MAX_VALUES} values`);
    patterns.push(readPattern(cursor));
  }
  return patterns;
}

function readPattern(cursor: QueryCursor): TextPattern {
  const start = cursor.at;
  const parts = [''];
  for (let before = -1; cursor.at > before;) {
    before = cursor.at;
    if (cursor.next === '*') {
      cursor.at++;
      // Two wildcards with nothing between them are one.
      if (parts.length === 1 || parts.at(-1) !== '') parts.push('');
    } else {
      const piece = cursor.next === '"' ? cursor.quoted() : cursor.valuePart();
      parts.push((parts.pop() ?? '') + piece);
    }
  }
  if (cursor.at === start) throw new QueryFault(start, 'a value is missing: write one, or "" for an empty one');
  return parts;
}

/** One value without wildcards. */
export function readText(cursor: QueryCursor): string {
  const start = cursor.at;
  const [text = '', ...rest] = readPattern(cursor);
  if (rest.length > 0) throw new QueryFault(start, 'a * is no wildcard here: put the value into quotes');
  return text;
}
