import { complementOf, type CodePointSet } from './code-point-set.js';
import { isEverything } from './parse-regex.js';
import type { Regex } from './regex.js';

/** How an engine writes what engines write differently. */
interface Dialect {
  readonly everything: string;
  readonly wordEdge: string;
  escape(codePoint: number): string;
}

const hex = (codePoint: number, digits: number): string => codePoint.toString(16).toUpperCase().padStart(digits, '0');

/** https://github.com/google/re2/wiki/Syntax */
const RE2: Dialect = {
  everything: '(?s:.)',
  wordEdge: '\\b',
  escape: (codePoint) => `\\x{${hex(codePoint, 1)}}`,
};

/**
 * https://www.postgresql.org/docs/current/functions-matching.html#POSIX-SYNTAX-DETAILS. Its own \y goes by the locale's
 * letters, so the edge of a word is written out.
 */
const POSTGRES: Dialect = {
  everything: '.',
  wordEdge: '(?:(?<=[0-9A-Z_a-z])(?![0-9A-Z_a-z])|(?<![0-9A-Z_a-z])(?=[0-9A-Z_a-z]))',
  escape: (codePoint) => (codePoint > 0xffff ? `\\U${hex(codePoint, 8)}` : `\\u${hex(codePoint, 4)}`),
};

/** The expression in RE2's syntax, for engines such as re2js; letter case and newlines need no flag. */
export function re2Of(regex: Regex): string {
  return print(regex, RE2);
}

/** The expression for PostgreSQL's `~` in a database of encoding UTF8; it means the same as `re2Of`, under every locale. */
export function postgresRegexOf(regex: Regex): string {
  return print(regex, POSTGRES);
}

function print(regex: Regex, dialect: Dialect): string {
  switch (regex.kind) {
    case 'set':
      return isEverything(regex) ? dialect.everything : printSet(regex.set, dialect);
    case 'place':
      return regex.place === 'word-edge' ? dialect.wordEdge : regex.place === 'start' ? '^' : '$';
    case 'sequence':
      return regex.parts.map((part) => (part.kind === 'choice' ? `(?:${print(part, dialect)})` : print(part, dialect))).join('');
    case 'choice':
      return regex.parts.map((part) => print(part, dialect)).join('|');
    case 'repeat': {
      const part = regex.part.kind === 'set' ? print(regex.part, dialect) : `(?:${print(regex.part, dialect)})`;
      return part + printCount(regex.min, regex.max);
    }
  }
}

function printCount(min: number, max: number | null): string {
  if (max === null) return min === 0 ? '*' : min === 1 ? '+' : `{${min},}`;
  return min === 0 && max === 1 ? '?' : min === max ? `{${min}}` : `{${min},${max}}`;
}

function printSet(set: CodePointSet, dialect: Dialect): string {
  const [range] = set;
  if (set.length === 1 && range !== undefined && range[0] === range[1]) return printOne(range[0], dialect);
  // The larger half of all characters is written by what it leaves out.
  const negated = set.at(-1)?.[1] === 0x10ffff && set[0]?.[0] === 1;
  const ranges = negated ? complementOf(set) : set;
  const inner = ranges.map(([from, to]) =>
    from === to ? printOne(from, dialect) : `${printOne(from, dialect)}-${printOne(to, dialect)}`,
  );
  return `[${negated ? '^' : ''}${inner.join('')}]`;
}

function printOne(codePoint: number, dialect: Dialect): string {
  const character = String.fromCharCode(codePoint);
  return codePoint < 0x80 && /[0-9A-Za-z]/.test(character) ? character : dialect.escape(codePoint);
}
