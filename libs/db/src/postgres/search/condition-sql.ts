import {
  asciiLowerCase,
  isAscii,
  isComparableNumber,
  likeOf,
  likeText,
  parseRegex,
  postgresRegexOf,
  regexOfText,
  severityRangesOf,
  type AttributeCondition,
  type AttributeSource,
  type Condition,
  type NameField,
  type TextPattern,
} from '#domain';
import type { BoundValues } from './bound-values.js';

const COLUMNS: Readonly<Record<NameField, string>> = {
  service: 'service',
  trace: 'trace_id',
  span: 'span_id',
  parent: 'parent_id',
};
/** Words that jsonb knows beside numbers, texts, lists and objects. */
const WORDS = ['true', 'false', 'null'];

/**
 * The condition as an SQL expression over the columns of `logs`. It may be null where it is not true: `NOT` is written as
 * IS NOT TRUE, so that every condition is true or not, as in the domain. Collation "C" makes letters and order those of
 * Unicode, whatever locale the database has.
 *
 * A seam for indexes: each leaf is one plain predicate, so that an index on `message COLLATE "C"` (pg_trgm), on severity or on
 * service is taken once there is one.
 *
 * @throws RangeError where a hand-made condition holds an expression that parseRegex refuses
 */
export function conditionSql(condition: Condition, bound: BoundValues): string {
  switch (condition.kind) {
    case 'all':
      return 'true';
    case 'all-of':
      return `(${condition.conditions.map((one) => conditionSql(one, bound)).join(' AND ')})`;
    case 'any-of':
      return `(${condition.conditions.map((one) => conditionSql(one, bound)).join(' OR ')})`;
    case 'not':
      return `(${conditionSql(condition.condition, bound)}) IS NOT TRUE`;
    case 'level':
      return severitySql(condition);
    case 'name':
      return nameSql(condition.field, condition.patterns, bound);
    case 'attribute':
      return attributeSql(condition, bound);
    case 'text':
      return textSql(condition.text, bound);
    case 'regex': {
      const parsed = parseRegex(condition.source, condition.ignoreCase);
      if (!parsed.ok) throw new RangeError(`the expression ${parsed.reason}`);
      return `message COLLATE "C" ~ ${bound.add(postgresRegexOf(parsed.regex))}`;
    }
  }
}

/** Numbers of our own, not of the caller: written out, so that the planner sees them. */
function severitySql({ levels }: Extract<Condition, { kind: 'level' }>): string {
  const ranges = severityRangesOf(levels).map(({ from, before }) =>
    [from !== null && `severity >= ${from}`, before !== null && `severity < ${before}`].filter(Boolean).join(' AND '),
  );
  return `(${ranges.map((range) => (range === '' ? 'true' : `(${range})`)).join(' OR ')})`;
}

function nameSql(field: NameField, patterns: readonly TextPattern[], bound: BoundValues): string {
  const column = COLUMNS[field];
  const exact = patterns.flatMap(([text = '', ...rest]) => (rest.length === 0 ? [text] : []));
  const wild = patterns.filter((pattern) => pattern.length > 1);
  const tests: string[] = [];
  if (exact.length > 0) tests.push(`${column} IN (${exact.map((text) => bound.add(text)).join(', ')})`);
  // Stored as null, seen as an empty text.
  const mayBeNull = field !== 'service';
  if (mayBeNull && exact.includes('')) tests.push(`${column} IS NULL`);
  for (const pattern of wild) {
    const shown = mayBeNull ? `coalesce(${column}, '')` : column;
    tests.push(`${shown} COLLATE "C" LIKE ${bound.add(likeOf(pattern))}`);
  }
  return `(${tests.join(' OR ')})`;
}

function attributeSql({ source, path, patterns }: AttributeCondition, bound: BoundValues): string {
  const value = jsonAt(source, path, bound);
  if (patterns === null) return `${value} IS NOT NULL`;
  const equal = patterns.flatMap(([text = '', ...rest]) => (rest.length === 0 ? equalValues(text, bound) : []));
  const wild = patterns.filter((pattern) => pattern.length > 1).map((pattern) => bound.add(likeOf(pattern)));
  const tests: string[] = [];
  if (equal.length > 0) tests.push(`${value} IN (${equal.join(', ')})`);
  for (const pattern of wild) {
    tests.push(`(jsonb_typeof(${value}) IN ('string', 'number', 'boolean') AND (${value} #>> '{}') COLLATE "C" LIKE ${pattern})`);
  }
  return `(${tests.join(' OR ')})`;
}

/** The value that a path names, as jsonb; null where there is none. `->` with a text enters objects only. */
export function jsonAt(source: AttributeSource, path: string, bound: BoundValues): string {
  const step = (key: string): string => ` -> ${bound.add(key)}::text`;
  const flat = source + step(path);
  return path.includes('.') ? `coalesce(${flat}, ${source}${path.split('.').map(step).join('')})` : `(${flat})`;
}

/** jsonb compares numbers by their value and texts by their characters. */
function equalValues(text: string, bound: BoundValues): string[] {
  const asText = `to_jsonb(${bound.add(text)}::text)`;
  return isComparableNumber(text) || WORDS.includes(text) ? [asText, `${bound.add(text)}::jsonb`] : [asText];
}

/**
 * Under "C" only the letters of ASCII are folded. To fold a message is most of the cost: where something but letters is looked for,
 * messages without that are left out before. ILIKE would fold the pattern too, for each row; an expression takes twice as long.
 */
function textSql(text: string, bound: BoundValues): string {
  if (!isAscii(text)) return `message COLLATE "C" ~ ${bound.add(postgresRegexOf(regexOfText(text)))}`;
  const like = (pattern: string): string => `message COLLATE "C" LIKE ${bound.add(`%${pattern}%`)}`;
  if (!/[a-z]/i.test(text)) return like(likeText(text));
  const inAnyCase = `strpos(lower(message COLLATE "C"), ${bound.add(asciiLowerCase(text))}) > 0`;
  return /^[a-z]+$/i.test(text) ? inAnyCase : `(${like(likeText(text).replace(/[a-z]/gi, '_'))} AND ${inAnyCase})`;
}
