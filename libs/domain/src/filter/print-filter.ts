import { formatInstant } from '../format-instant.js';
import { LEVELS_BY_SEVERITY } from './level-sets.js';
import type { Condition, LogFilter, TextPattern } from './log-filter.js';

/**
 * The filter as a query that parses to the same filter: what a page token, a link or a log line can carry. Times are printed
 * as RFC 3339, so that it no longer depends on when it is read.
 */
export function printFilter({ from, to, condition }: LogFilter): string {
  const bounds = [from && `from:${formatInstant(from)}`, to && `to:${formatInstant(to)}`].filter((bound) => bound !== null);
  // An or beside bounds would take them for one of its sides.
  const printed = condition.kind === 'any-of' && bounds.length > 0 ? `(${print(condition)})` : print(condition);
  return [...bounds, printed].filter((part) => part !== '').join(' ');
}

function print(condition: Condition): string {
  switch (condition.kind) {
    case 'all':
      return '';
    case 'all-of':
      return condition.conditions.map((one) => (one.kind === 'any-of' ? `(${print(one)})` : print(one))).join(' ');
    case 'any-of':
      return condition.conditions.map(print).join(' or ');
    case 'not': {
      const inner = print(condition.condition);
      return condition.condition.kind === 'all-of' || condition.condition.kind === 'any-of' ? `-(${inner})` : `-${inner}`;
    }
    case 'level':
      return printLevels(condition.levels);
    case 'name':
      return `${condition.field}:${condition.patterns.map(printPattern).join(',')}`;
    case 'attribute': {
      const name = `${condition.source === 'attributes' ? 'attr' : condition.source}.${printPath(condition.path)}`;
      return `${name}:${condition.patterns === null ? '*' : condition.patterns.map(printPattern).join(',')}`;
    }
    case 'text':
      return isPlainWord(condition.text) ? condition.text : quoted(condition.text);
    case 'regex':
      return `/${condition.source.replace(/\\[\s\S]|\//g, (found) => (found === '/' ? '\\/' : found))}/${condition.ignoreCase ? 'i' : ''}`;
  }
}

function printLevels(levels: readonly string[]): string {
  const [lowest = ''] = levels;
  const isEnd = levels.length > 1 && levels.length < LEVELS_BY_SEVERITY.length && levels.at(-1) === LEVELS_BY_SEVERITY.at(-1);
  const isWhole = levels.length === LEVELS_BY_SEVERITY.length - LEVELS_BY_SEVERITY.findIndex((level) => level === lowest);
  return isEnd && isWhole ? `level>=${lowest}` : `level:${levels.join(',')}`;
}

function printPattern(pattern: TextPattern): string {
  if (pattern.length === 1 && pattern[0] === '') return '""';
  return pattern.map((part) => (part === '' || /^[\w.:/@+-]+$/.test(part) ? part : quoted(part))).join('*');
}

function printPath(path: string): string {
  return /^[\w./@-]+$/.test(path) ? path : quoted(path);
}

function isPlainWord(text: string): boolean {
  return /^\w+$/.test(text) && !/^(or|and|not)$/i.test(text);
}

const ESCAPES: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t', '"': '\\"', '\\': '\\\\' };

function quoted(text: string): string {
  return `"${text.replace(/["\\\n\r\t]/g, (found) => ESCAPES[found] ?? found)}"`;
}
