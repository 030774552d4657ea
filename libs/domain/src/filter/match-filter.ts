import { compareInstants } from '../instant.js';
import { levelOfSeverity } from '../level.js';
import type { LogRecord } from '../log-record.js';
import { canonicalNumber, isComparableNumber } from './json-number.js';
import { jsonText, jsonValueAt } from './json-value-at.js';
import { asciiLowerCase, isAscii } from './letter-case.js';
import type { AttributeCondition, Condition, LogFilter, NameField, TextPattern } from './log-filter.js';
import { parseRegex, regexOfText } from './regex/parse-regex.js';
import { re2Of } from './regex/print-regex.js';
import { isLike } from './text-pattern.js';

/** What of a record a filter looks at; `attributes` and `resource` as PostgreSQL prints them. */
export type FilteredRecord = Pick<
  LogRecord,
  'time' | 'severity' | 'service' | 'traceId' | 'spanId' | 'parentId' | 'message' | 'attributes' | 'resource'
>;

/** Makes a test, in linear time, of whether a text holds a match of an expression in RE2's syntax. */
export type CompileRegex = (re2: string) => (text: string) => boolean;

type Test = (record: FilteredRecord) => boolean;

const TEXT_OF: Readonly<Record<NameField, (record: FilteredRecord) => string>> = {
  service: (record) => record.service,
  trace: (record) => record.traceId,
  span: (record) => record.spanId,
  parent: (record) => record.parentId,
};

/**
 * A test of single records, for live tail: true of exactly the records that the store finds by the same filter.
 *
 * @param compile the engine for expressions, such as re2js; the domain brings none
 * @throws RangeError where a hand-made filter holds an expression that parseRegex refuses
 */
export function matcherOf(filter: LogFilter, compile: CompileRegex): Test {
  const { from, to } = filter;
  const fulfils = testOf(filter.condition, compile);
  return (record) =>
    (from === null || compareInstants(record.time, from) >= 0) &&
    (to === null || compareInstants(record.time, to) < 0) &&
    fulfils(record);
}

function testOf(condition: Condition, compile: CompileRegex): Test {
  switch (condition.kind) {
    case 'all':
      return () => true;
    case 'all-of': {
      const tests = condition.conditions.map((one) => testOf(one, compile));
      return (record) => tests.every((test) => test(record));
    }
    case 'any-of': {
      const tests = condition.conditions.map((one) => testOf(one, compile));
      return (record) => tests.some((test) => test(record));
    }
    case 'not': {
      const test = testOf(condition.condition, compile);
      return (record) => !test(record);
    }
    case 'level':
      return ({ severity }) => condition.levels.includes(levelOfSeverity(severity));
    case 'name': {
      const textOf = TEXT_OF[condition.field];
      const isWanted = likeTest(condition.patterns);
      return (record) => isWanted(textOf(record));
    }
    case 'attribute':
      return attributeTest(condition);
    case 'text':
      return textTest(condition.text, compile);
    case 'regex': {
      const parsed = parseRegex(condition.source, condition.ignoreCase);
      if (!parsed.ok) throw new RangeError(`the expression ${parsed.reason}`);
      const found = compile(re2Of(parsed.regex));
      return ({ message }) => found(message);
    }
  }
}

function isLikeAny(text: string, patterns: readonly TextPattern[]): boolean {
  return patterns.some((pattern) => isLike(text, pattern));
}

/** Plain names are looked up, however many there are. */
function likeTest(patterns: readonly TextPattern[]): (text: string) => boolean {
  const names = new Set(patterns.flatMap((pattern) => (pattern.length <= 1 ? [pattern[0] ?? ''] : [])));
  const others = patterns.filter((pattern) => pattern.length > 1);
  return (text) => names.has(text) || isLikeAny(text, others);
}

function textTest(text: string, compile: CompileRegex): Test {
  if (!isAscii(text)) {
    const found = compile(re2Of(regexOfText(text)));
    return ({ message }) => found(message);
  }
  const wanted = asciiLowerCase(text);
  return ({ message }) => lowerCaseOf(message).includes(wanted);
}

/** The last message and its lower case: live tail asks many filters of one record after the other. */
const lowered = { message: '', text: '' };

function lowerCaseOf(message: string): string {
  if (lowered.message !== message) {
    lowered.message = message;
    lowered.text = asciiLowerCase(message);
  }
  return lowered.text;
}

/**
 * A test of whether an object, as PostgreSQL prints it, may hold the path: it ends in a key, and one of plain letters is printed as it
 * is. Most records hold none of what is asked for, and need not be read.
 */
export function mayHold(path: string): (json: string) => boolean {
  const last = path.slice(path.lastIndexOf('.') + 1);
  if (!/^[\w .-]*$/.test(last)) return () => true;
  const keyEnd = `${last}"`;
  return (json) => json.includes(keyEnd);
}

function attributeTest(condition: AttributeCondition): Test {
  const test = attributeValueTest(condition);
  const isWorthReading = mayHold(condition.path);
  return (record) => isWorthReading(record[condition.source]) && test(record);
}

function attributeValueTest({ source, path, patterns }: AttributeCondition): Test {
  if (patterns === null) return (record) => jsonValueAt(record[source], path) !== null;
  const numbers = patterns.flatMap(([text = '', ...rest]) =>
    rest.length === 0 && isComparableNumber(text) ? [canonicalNumber(text)] : [],
  );
  return (record) => {
    const value = jsonValueAt(record[source], path);
    switch (value?.[0]) {
      case undefined:
      case '{':
      case '[':
        return false;
      case '"':
        return isLikeAny(jsonText(value ?? ''), patterns);
      case 'n':
        return patterns.some((pattern) => pattern.length === 1 && pattern[0] === 'null');
      case 't':
      case 'f':
        return isLikeAny(value ?? '', patterns);
      default:
        return (
          numbers.includes(canonicalNumber(value ?? '')) ||
          patterns.some((pattern) => pattern.length > 1 && isLike(value ?? '', pattern))
        );
    }
  };
}
