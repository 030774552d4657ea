import fc from 'fast-check';
import { LEVELS_BY_SEVERITY, joined, type Condition, type LogFilter, type TextPattern } from '#domain';

/** Few letters with traps of every engine among them, so that filters meet records. */
const ALPHABET = [
  'a',
  'A',
  'b',
  'k',
  'K',
  '1',
  '0',
  ' ',
  '%',
  '_',
  '\\',
  '*',
  '.',
  '/',
  '"',
  '-',
  "'",
  '\n',
  'ä',
  'Ä',
  'ß',
  'ſ',
  'İ',
  'σ',
  'ς',
  'Σ',
  '\u212a',
  '😀',
  'e\u0301',
];

/** Short texts of few characters. */
export const arbitraryText = (minLength: number, maxLength: number): fc.Arbitrary<string> =>
  fc.array(fc.constantFrom(...ALPHABET), { minLength, maxLength }).map((parts) => parts.join(''));

const SERVICES = ['pay', 'payments', 'Pay', 'a_b', 'a%b', 'a\\b', '', 'üb'];
export const arbitraryName = fc.oneof(fc.constantFrom(...SERVICES), arbitraryText(0, 3));

const EXPRESSIONS = [
  'a.b',
  '^a',
  'a$',
  '[^a]b',
  '(?:ab|ba)+',
  '\\d{2,}',
  '\\ba',
  'k\\b',
  'ä+',
  '[a-zä-ü]{2}',
  '\\S\\s\\S',
  '[\\W]',
  '\\W_',
  'a*?b',
  '(a|\\n)1',
  '\\.',
  '[%_]',
  '[\\s\\S]b',
  'a/b',
  '(^|b)a',
  '[-a]',
  'ς',
  '[^\\D1]',
  '"',
];

/** Texts of attributes' values that numbers, words and strings share. */
const VALUES = [
  '1',
  '1.0',
  '1e0',
  '10',
  '-0',
  '0',
  '100000000000000000001',
  '1e3',
  'true',
  'false',
  'null',
  'a',
  'A',
  'ab',
  '',
  '[1]',
  '{}',
  'ä',
];
export const PATHS = ['a', 'b', 'a.b', 'a.b.c', 'k-1', 'a b', '0', 'x"y', '', 'a.'];

const arbitraryPattern: fc.Arbitrary<TextPattern> = fc.oneof(
  arbitraryName.map((text): TextPattern => [text]),
  fc.constantFrom(...VALUES).map((text): TextPattern => [text]),
  fc
    .tuple(arbitraryText(0, 2), fc.array(arbitraryText(1, 2), { maxLength: 2 }), arbitraryText(0, 2))
    .map(([first, inner, last]): TextPattern => [first, ...inner, last]),
);
const patterns = fc.array(arbitraryPattern, { minLength: 1, maxLength: 3 });
const isAnything = ([first, ...others]: readonly TextPattern[]): boolean =>
  others.length === 0 && first?.length === 2 && first.join('') === '';

const leaf: fc.Arbitrary<Condition> = fc.oneof(
  fc.subarray([...LEVELS_BY_SEVERITY], { minLength: 1 }).map((levels): Condition => ({ kind: 'level', levels })),
  fc.record({ kind: fc.constant('name' as const), field: fc.constantFrom('service', 'trace', 'span', 'parent'), patterns }),
  fc.record({
    kind: fc.constant('attribute' as const),
    source: fc.constantFrom('attributes', 'resource'),
    path: fc.constantFrom(...PATHS.filter((path) => path !== '')),
    patterns: fc.option(
      patterns.filter((some) => !isAnything(some)),
      { freq: 4 },
    ),
  }),
  arbitraryText(1, 4).map((text): Condition => ({ kind: 'text', text })),
  fc.record({ kind: fc.constant('regex' as const), source: fc.constantFrom(...EXPRESSIONS), ignoreCase: fc.boolean() }),
);

/** Conditions of every kind, in canonical form. */
export const arbitraryCondition: fc.Arbitrary<Condition> = fc.letrec<{ condition: Condition }>((tie) => ({
  condition: fc.oneof(
    { maxDepth: 3, depthSize: 'small' },
    leaf,
    fc
      .tuple(fc.constantFrom('all-of' as const, 'any-of' as const), fc.array(tie('condition'), { minLength: 2, maxLength: 3 }))
      .map(([kind, conditions]) => joined(kind, conditions)),
    tie('condition').map((condition): Condition => ({ kind: 'not', condition })),
  ),
})).condition;

/** Filters whose bounds are drawn from these seconds. */
export function arbitraryFilter(seconds: readonly number[]): fc.Arbitrary<LogFilter> {
  const bound = fc.option(
    fc.record({ seconds: fc.constantFrom(...seconds), nanos: fc.constantFrom(0, 1, 999, 1_000, 999_999_999) }),
    { freq: 2 },
  );
  return fc.record({ from: bound, to: bound, condition: arbitraryCondition });
}
