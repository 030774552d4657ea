import type { Instant } from '../instant.js';
import { joined, type Condition, type LogFilter } from './log-filter.js';
import { readField, readFieldCondition, readInstant } from './parse-fields.js';
import { readText } from './parse-values.js';
import { QueryCursor, QueryFault } from './query-cursor.js';
import { parseRegex } from './regex/parse-regex.js';

/*
 * The compact query language (docs/query-language.md):
 *
 *   query   = [ any ]
 *   any     = all { "or" all }
 *   all     = one { [ "and" ] one }
 *   one     = ( "-" | "not" ) one | "(" any ")" | term
 *   term    = field operator values | "text in quotes" | /expression/[i] | word
 *
 * Read from left to right, each character once but for a field's name, so in linear time. `from:` and `to:` bound the whole
 * query: they stand at its top level only.
 */

export type QueryOutcome =
  | { readonly ok: true; readonly filter: LogFilter }
  /** `column` counts characters from 1; `reason` says what is wrong there and how to mend it. */
  | { readonly ok: false; readonly column: number; readonly reason: string };

const MAX_LENGTH = 8_192;
const MAX_TERMS = 200;
const MAX_DEPTH = 32;

/** Reads a query. An empty one asks for everything. @param now what relative times count from */
export function parseQuery(text: string, now: Instant): QueryOutcome {
  const reader = new QueryReader(text, now);
  try {
    return { ok: true, filter: reader.read() };
  } catch (error) {
    if (!(error instanceof QueryFault)) throw error;
    return { ok: false, column: [...text.slice(0, error.at)].length + 1, reason: error.message };
  }
}

class QueryReader {
  private readonly cursor: QueryCursor;
  private readonly bounds: { from: Instant | null; to: Instant | null } = { from: null, to: null };
  private terms = 0;
  /** Where an `or` at the top level stands, and where a bound. */
  private topOr: number | null = null;

  constructor(
    text: string,
    private readonly now: Instant,
  ) {
    this.cursor = new QueryCursor(text);
  }

  read(): LogFilter {
    const { cursor, bounds } = this;
    const { text } = cursor;
    if (text.length > MAX_LENGTH) throw new QueryFault(MAX_LENGTH, `a query has at most ${MAX_LENGTH} characters`);
    const unstorable = text.search(/[\0\p{Surrogate}]/u);
    if (unstorable >= 0)
      throw new QueryFault(unstorable, 'U+0000 and halves of surrogate pairs are in no stored text: leave it out');
    cursor.skipSpace();
    const condition: Condition = cursor.ended ? { kind: 'all' } : this.any(0);
    if (!cursor.ended) throw new QueryFault(cursor.at, 'nothing opens this ): put it into quotes or add the (');
    if (this.topOr !== null && (bounds.from !== null || bounds.to !== null)) {
      throw new QueryFault(this.topOr, 'from: and to: bound the whole query: put what is joined by or into parentheses');
    }
    return { ...bounds, condition };
  }

  private any(depth: number): Condition {
    const { cursor } = this;
    if (depth > MAX_DEPTH) throw new QueryFault(cursor.at, `at most ${MAX_DEPTH} parentheses and nots stand in one another`);
    const conditions = [this.all(depth)];
    for (let at = cursor.at; this.keyword('or'); at = cursor.at) {
      if (depth === 0) this.topOr ??= at;
      conditions.push(this.all(depth));
    }
    return joined('any-of', conditions);
  }

  private all(depth: number): Condition {
    const { cursor } = this;
    const conditions = [this.one(depth)];
    while (!cursor.ended && cursor.next !== ')' && !this.atKeyword('or')) {
      this.keyword('and');
      conditions.push(this.one(depth));
    }
    return joined('all-of', conditions);
  }

  private one(depth: number): Condition {
    const { cursor } = this;
    const start = cursor.at;
    if (cursor.ended || cursor.next === ')' || this.atKeyword('or') || this.atKeyword('and')) {
      throw new QueryFault(start, 'a condition is missing here: to search for the words or, and, not put them into quotes');
    }
    if ((cursor.next === '-' && /[^\s)]/.test(cursor.text[start + 1] ?? ' ')) || this.atKeyword('not')) {
      if (!this.keyword('not')) cursor.at++;
      if (depth >= MAX_DEPTH) throw new QueryFault(start, `at most ${MAX_DEPTH} parentheses and nots stand in one another`);
      return { kind: 'not', condition: this.one(depth + 1) };
    }
    if (!cursor.text.startsWith('(', start)) {
      if (++this.terms > MAX_TERMS) throw new QueryFault(start, `a query has at most ${MAX_TERMS} conditions`);
      const condition = this.term(depth);
      cursor.skipSpace();
      return condition;
    }
    cursor.at++;
    cursor.skipSpace();
    const condition = this.any(depth + 1);
    if (cursor.next !== ')') throw new QueryFault(start, 'the ( is never closed: add a ), or put it into quotes');
    cursor.at++;
    cursor.skipSpace();
    return condition;
  }

  private term(depth: number): Condition {
    const { cursor } = this;
    const start = cursor.at;
    if (cursor.next === '"' || cursor.next === '/') return this.message();
    const found = readField(cursor);
    if (found === null) return this.word();
    const { name, operator } = found;
    if (name.kind === 'from' || name.kind === 'to') {
      if (depth > 0)
        throw new QueryFault(start, `${name.kind}: bounds the whole query: move it out of the parentheses or the not`);
      if (this.bounds[name.kind] !== null) throw new QueryFault(start, `${name.kind}: is given twice: leave one out`);
      this.bounds[name.kind] = readInstant(cursor, operator, this.now);
      return { kind: 'all' };
    }
    if (name.kind === 'message' && /[<>]/.test(operator)) {
      throw new QueryFault(cursor.at - operator.length, `only levels have an order: write : or != in place of ${operator}`);
    }
    const condition = name.kind === 'message' ? this.message() : readFieldCondition(cursor, name, operator);
    if (!cursor.ended && !/[\s()]/.test(cursor.next)) throw new QueryFault(cursor.at, 'a space is missing here');
    return operator === '!=' ? { kind: 'not', condition } : condition;
  }

  private message(): Condition {
    const { cursor } = this;
    const start = cursor.at;
    if (cursor.next === '/') return this.regex();
    const text = cursor.next === '"' ? cursor.quoted() : readText(cursor);
    if (text === '') throw new QueryFault(start, 'an empty text is in every message: leave it out');
    return { kind: 'text', text };
  }

  private word(): Condition {
    const { cursor } = this;
    const start = cursor.at;
    const text = cursor.word();
    if (text.includes('*')) {
      throw new QueryFault(
        start + text.indexOf('*'),
        'a word is found anywhere in the message, without *: leave it out, or put it into quotes',
      );
    }
    return { kind: 'text', text };
  }

  private regex(): Condition {
    const { cursor } = this;
    const start = cursor.at++;
    while (cursor.next !== '/') {
      if (cursor.ended)
        throw new QueryFault(start, 'the expression is never closed: add a / at its end, or put a path into quotes');
      cursor.at += cursor.next === '\\' ? 2 : 1;
    }
    const source = cursor.text.slice(start + 1, cursor.at++);
    const ignoreCase = cursor.take('i') !== null;
    if (!cursor.ended && !/[\s()]/.test(cursor.next)) {
      throw new QueryFault(start, 'a / opens an expression, which ends with / or /i: put a path into quotes');
    }
    const outcome = parseRegex(source, ignoreCase);
    if (!outcome.ok) throw new QueryFault(start + 1 + outcome.at, `the expression ${outcome.reason}`);
    return { kind: 'regex', source: source.replace(/\\([\s\S])/g, (pair, c) => (c === '/' ? '/' : pair)), ignoreCase };
  }

  /** Whether the keyword stands here, in capitals or not, as a word of its own. */
  private atKeyword(word: string): boolean {
    const { text, at } = this.cursor;
    return text.slice(at, at + word.length).toLowerCase() === word && /^[\s()]?$/.test(text[at + word.length] ?? '');
  }

  private keyword(word: string): boolean {
    if (!this.atKeyword(word)) return false;
    this.cursor.at += word.length;
    this.cursor.skipSpace();
    return true;
  }
}
