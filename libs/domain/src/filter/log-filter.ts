import type { Instant } from '../instant.js';
import type { Level } from '../level.js';

/** Which records are asked for; the same for pages, aggregates, exports and live tail. The tenant is never part of it. */
export interface LogFilter {
  /** Records of this instant and later; null: since ever. */
  readonly from: Instant | null;
  /** Records before this instant; null: without end. */
  readonly to: Instant | null;
  readonly condition: Condition;
}

/**
 * What a record must be like. Every condition is true or false of every record: a missing text is an empty one, a missing
 * attribute fulfils no condition on it, and `not` turns both around.
 *
 * Canonical, as the parser makes it: `all` stands alone, `all-of` and `any-of` hold two or more conditions and none of their
 * own kind, levels rise in severity.
 */
export type Condition =
  | { readonly kind: 'all' }
  | { readonly kind: 'all-of'; readonly conditions: readonly Condition[] }
  | { readonly kind: 'any-of'; readonly conditions: readonly Condition[] }
  | { readonly kind: 'not'; readonly condition: Condition }
  | { readonly kind: 'level'; readonly levels: readonly Level[] }
  /** The field is like one of the patterns; letter case counts. */
  | { readonly kind: 'name'; readonly field: NameField; readonly patterns: readonly TextPattern[] }
  | AttributeCondition
  /** The message holds the text, whatever the letter case (letter-case.ts). */
  | { readonly kind: 'text'; readonly text: string }
  /** The message holds a match of the expression (regex/parse-regex.ts). */
  | { readonly kind: 'regex'; readonly source: string; readonly ignoreCase: boolean };

export type NameField = 'service' | 'trace' | 'span' | 'parent';

/**
 * A member of the record's attributes, or of its resource, is like one of the patterns; `patterns` null: it is there.
 *
 * The path names the member `a.b` where there is one, else `b` within the object `a`. A pattern without wildcard equals a
 * string of that text, a number of that value and the words true, false, null; one with wildcards is compared with strings,
 * and with numbers and booleans as they print. Lists and objects are like no pattern.
 */
export interface AttributeCondition {
  readonly kind: 'attribute';
  readonly source: AttributeSource;
  readonly path: string;
  readonly patterns: readonly TextPattern[] | null;
}

export type AttributeSource = 'attributes' | 'resource';

/** The texts between the wildcards: `['eu-1']` is that text, `['eu-', '']` is `eu-*`. Inner texts are not empty. */
export type TextPattern = readonly string[];

export const EVERYTHING: LogFilter = { from: null, to: null, condition: { kind: 'all' } };

/** Both conditions, in canonical form. */
export function bothOf(a: Condition, b: Condition): Condition {
  return joined('all-of', [a, b]);
}

/** All or any of the conditions, in canonical form; `all` where there is none. */
export function joined(kind: 'all-of' | 'any-of', conditions: readonly Condition[]): Condition {
  const flat = conditions.flatMap((one) => (one.kind === kind ? one.conditions : [one]));
  const everything = flat.find((one) => one.kind === 'all');
  if (kind === 'any-of' && everything !== undefined) return everything;
  const rest = flat.filter((one) => one.kind !== 'all');
  const [first] = rest;
  if (first === undefined) return { kind: 'all' };
  return rest.length === 1 ? first : { kind, conditions: rest };
}

/**
 * The trace ids of which the record must have one, where the condition says so: then an index finds them, however much is
 * stored. Null where the condition names none.
 */
export function tracesOf(condition: Condition): readonly string[] | null {
  return namesOf(condition, 'trace');
}

/** The values of which the field must have one, where the condition says so; null where it names none. None of them is empty. */
export function namesOf(condition: Condition, field: NameField): readonly string[] | null {
  if (condition.kind === 'all-of') {
    return condition.conditions.map((one) => namesOf(one, field)).find((names) => names !== null) ?? null;
  }
  if (condition.kind !== 'name' || condition.field !== field) return null;
  const names = condition.patterns.map((pattern) => (pattern.length === 1 ? (pattern[0] ?? '') : ''));
  return names.includes('') ? null : names;
}

/** The attribute that the record must have, where the condition says so; null where it names none. */
export function attributeOf(condition: Condition): Pick<AttributeCondition, 'source' | 'path'> | null {
  if (condition.kind === 'all-of') {
    return condition.conditions.map(attributeOf).find((attribute) => attribute !== null) ?? null;
  }
  return condition.kind === 'attribute' ? condition : null;
}
