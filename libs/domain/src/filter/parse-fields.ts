import type { Instant } from '../instant.js';
import type { Level } from '../level.js';
import { LEVELS_BY_SEVERITY, levelsInOrder } from './level-sets.js';
import type { AttributeSource, Condition, NameField } from './log-filter.js';
import { readPatterns, readText } from './parse-values.js';
import { QueryFault, type QueryCursor } from './query-cursor.js';
import { parseTime } from './time-expression.js';

const NAME_FIELDS: Readonly<Record<string, NameField>> = {
  service: 'service',
  trace: 'trace',
  trace_id: 'trace',
  traceId: 'trace',
  span: 'span',
  span_id: 'span',
  spanId: 'span',
  parent: 'parent',
  parent_id: 'parent',
  parentId: 'parent',
};
const SOURCES: Readonly<Record<string, AttributeSource>> = { attr: 'attributes', attributes: 'attributes', resource: 'resource' };
const OPERATORS = ['!=', '>=', '<=', ':', '=', '>', '<'] as const;
const FIELDS = 'level, service, trace, span, parent, message, attr.NAME, resource.NAME, from and to';

export type FieldName =
  | { readonly kind: 'name'; readonly field: NameField }
  | { readonly kind: 'attribute'; readonly source: AttributeSource; readonly path: string }
  | { readonly kind: 'level' }
  | { readonly kind: 'message' }
  | { readonly kind: 'from' }
  | { readonly kind: 'to' };

/** The name of a field with the operator behind it, stepped over; null where a word of the text stands here. */
export function readField(cursor: QueryCursor): { readonly name: FieldName; readonly operator: string } | null {
  const start = cursor.at;
  if (!/[A-Za-z_]/.test(cursor.next)) return null;
  const name = readName(cursor, start);
  const operator = name === null ? null : cursor.take(...OPERATORS);
  if (name === null || operator === null) {
    cursor.at = start;
    return null;
  }
  if (typeof name !== 'string') return { name, operator };
  throw new QueryFault(
    start,
    `there is no field ${name}: known are ${FIELDS}. Search the text for it in quotes, an attribute as attr.${name}`,
  );
}

/** A known field, the name of an unknown one, or null for what can be no name. */
function readName(cursor: QueryCursor, start: number): FieldName | string | null {
  const first = /^[A-Za-z_][A-Za-z0-9_]*/.exec(cursor.text.slice(start, start + 64))?.[0] ?? '';
  cursor.at = start + first.length;
  const source = Object.hasOwn(SOURCES, first) ? SOURCES[first] : undefined;
  if (source !== undefined && cursor.next === '.') return readAttribute(cursor, source);
  if (cursor.next === '.' || cursor.next === '-') {
    const rest = cursor.pathPart();
    return /^[A-Za-z0-9_.-]*$/.test(rest) ? first + rest : null;
  }
  const field = Object.hasOwn(NAME_FIELDS, first) ? NAME_FIELDS[first] : undefined;
  if (field !== undefined) return { kind: 'name', field };
  if (first === 'level' || first === 'message' || first === 'from' || first === 'to') return { kind: first };
  return first;
}

function readAttribute(cursor: QueryCursor, source: AttributeSource): FieldName | null {
  const dot = cursor.at++;
  let path = '';
  for (;;) {
    const before = cursor.at;
    path += cursor.next === '"' ? cursor.quoted() : cursor.pathPart();
    if (cursor.at === before) break;
  }
  if (!/[:=!<>]/.test(cursor.next)) {
    throw new QueryFault(cursor.at, 'a value is missing: write attr.NAME:VALUE, or attr.NAME:* for those that have it');
  }
  if (path === '') throw new QueryFault(dot, 'the name of the attribute is missing: write attr.NAME:VALUE');
  return { kind: 'attribute', source, path };
}

/** The condition of a field, its values read; `!=` is left to the caller. */
export function readFieldCondition(
  cursor: QueryCursor,
  name: Exclude<FieldName, { readonly kind: 'message' | 'from' | 'to' }>,
  operator: string,
): Condition {
  if (name.kind === 'level') return { kind: 'level', levels: readLevels(cursor, operator) };
  if (/[<>]/.test(operator)) {
    throw new QueryFault(cursor.at - operator.length, `only levels have an order: write : or != in place of ${operator}`);
  }
  const patterns = readPatterns(cursor);
  if (name.kind === 'name') return { ...name, patterns };
  const exists = patterns.length === 1 && patterns[0]?.length === 2 && patterns[0].join('') === '';
  return { ...name, patterns: exists ? null : patterns };
}

function readLevels(cursor: QueryCursor, operator: string): readonly Level[] {
  const start = cursor.at;
  const levels = readPatterns(cursor).map(([text = '', ...rest]) => {
    const level = LEVELS_BY_SEVERITY.find((one) => one === text.toLowerCase());
    if (level === undefined || rest.length > 0) {
      throw new QueryFault(start, `there is no such level: known are ${LEVELS_BY_SEVERITY.join(', ')}`);
    }
    return level;
  });
  if (!/[<>]/.test(operator)) return levelsInOrder(levels);
  const [bound] = levels;
  if (levels.length > 1 || bound === undefined) throw new QueryFault(start, `${operator} takes one level, not a list`);
  const at = LEVELS_BY_SEVERITY.indexOf(bound);
  const found = LEVELS_BY_SEVERITY.filter((_, i) =>
    operator === '>=' ? i >= at : operator === '>' ? i > at : operator === '<=' ? i <= at : i < at,
  );
  if (found.length === 0) throw new QueryFault(start, `no level is ${operator === '>' ? 'above' : 'below'} ${bound}`);
  return found;
}

/** The instant of `from:` or `to:`. */
export function readInstant(cursor: QueryCursor, operator: string, now: Instant): Instant {
  const start = cursor.at;
  if (operator !== ':' && operator !== '=')
    throw new QueryFault(start - operator.length, `write from:TIME or to:TIME, without ${operator}`);
  const outcome = parseTime(readText(cursor), now);
  if (!outcome.ok) throw new QueryFault(start, outcome.reason);
  return outcome.instant;
}
