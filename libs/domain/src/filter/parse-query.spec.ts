import fc from 'fast-check';
import { arbitraryFilter } from '#db/conformance';
import { FIRST_SECOND, LAST_SECOND } from '../instant.js';
import type { Condition } from './log-filter.js';
import { parseQuery } from './parse-query.js';
import { printFilter } from './print-filter.js';

const NOW = { seconds: 1_800_000_000, nanos: 0 };

function filterOf(text: string) {
  const outcome = parseQuery(text, NOW);
  if (!outcome.ok) throw new Error(`${text}: column ${outcome.column}: ${outcome.reason}`);
  return outcome.filter;
}
const conditionOf = (text: string): Condition => filterOf(text).condition;
const text = (of: string): Condition => ({ kind: 'text', text: of });
const not = (condition: Condition): Condition => ({ kind: 'not', condition });
const service = (...patterns: string[][]): Condition => ({ kind: 'name', field: 'service', patterns });

describe('a query', () => {
  it('reads the example of the documentation', () => {
    expect(conditionOf('service:payments level>=warn "card declined" attr.region=eu -health')).toEqual({
      kind: 'all-of',
      conditions: [
        service(['payments']),
        { kind: 'level', levels: ['warn', 'error', 'fatal'] },
        text('card declined'),
        { kind: 'attribute', source: 'attributes', path: 'region', patterns: [['eu']] },
        not(text('health')),
      ],
    });
  });

  it.each<[string, Condition]>([
    ['', { kind: 'all' }],
    ['  ', { kind: 'all' }],
    ['declined', text('declined')],
    ['  declined  ', text('declined')],
    ['"or"', text('or')],
    ['order', text('order')],
    ['"a \\"b\\" \\\\ \\n"', text('a "b" \\ \n')],
    ['a b', { kind: 'all-of', conditions: [text('a'), text('b')] }],
    ['a AND b', { kind: 'all-of', conditions: [text('a'), text('b')] }],
    ['a OR b c', { kind: 'any-of', conditions: [text('a'), { kind: 'all-of', conditions: [text('b'), text('c')] }] }],
    ['(a or b) c', { kind: 'all-of', conditions: [{ kind: 'any-of', conditions: [text('a'), text('b')] }, text('c')] }],
    ['not a', not(text('a'))],
    ['--a', not(not(text('a')))],
    ['-(a b)', not({ kind: 'all-of', conditions: [text('a'), text('b')] })],
    ['10:30', text('10:30')],
    ['user@shop', text('user@shop')],
    ['service:pay*,"a b"', service(['pay', ''], ['a b'])],
    ['service:"pay*"', service(['pay*'])],
    ['service:pay\\*', service(['pay*'])],
    ['service:"a b"*c', service(['a b', 'c'])],
    ['service:a**b', service(['a', 'b'])],
    ['service:""', service([''])],
    ['service!=pay', not(service(['pay']))],
    ['trace_id:abc', { kind: 'name', field: 'trace', patterns: [['abc']] }],
    ['level:ERROR,debug', { kind: 'level', levels: ['debug', 'error'] }],
    ['level<info', { kind: 'level', levels: ['trace', 'debug'] }],
    ['level>warn', { kind: 'level', levels: ['error', 'fatal'] }],
    ['level!=info', not({ kind: 'level', levels: ['info'] })],
    ['attr.http.status:500,503', { kind: 'attribute', source: 'attributes', path: 'http.status', patterns: [['500'], ['503']] }],
    ['attr."a b"=1', { kind: 'attribute', source: 'attributes', path: 'a b', patterns: [['1']] }],
    ['attr.user:*', { kind: 'attribute', source: 'attributes', path: 'user', patterns: null }],
    ['resource.host:h1', { kind: 'attribute', source: 'resource', path: 'host', patterns: [['h1']] }],
    ['/time.?out/i', { kind: 'regex', source: 'time.?out', ignoreCase: true }],
    ['/a\\/b \\\\d/', { kind: 'regex', source: 'a/b \\\\d', ignoreCase: false }],
    ['message:"x y"', text('x y')],
    ['message:/x/', { kind: 'regex', source: 'x', ignoreCase: false }],
    ['message!=x', not(text('x'))],
  ])('reads %s', (query, condition) => {
    expect(conditionOf(query)).toEqual(condition);
  });

  it('reads bounds of time, relative ones from now', () => {
    expect(filterOf('from:-1h to:now a')).toEqual({
      from: { seconds: NOW.seconds - 3600, nanos: 0 },
      to: NOW,
      condition: text('a'),
    });
    expect(filterOf('from:2026-01-01T00:00:00+02:00').from).toEqual({ seconds: Date.UTC(2025, 11, 31, 22) / 1000, nanos: 0 });
  });

  it.each([
    ['service:', 9, 'value is missing'],
    ['servce:pay', 1, 'no field servce'],
    ['a http://x', 3, 'in quotes'],
    ['level:loud', 7, 'trace, debug, info, warn, error, fatal'],
    ['level>fatal', 7, 'above fatal'],
    ['level>=warn,error', 8, 'not a list'],
    ['service>pay', 8, 'only levels'],
    ['"abc', 1, 'never closed'],
    ['😀 "abc', 3, 'never closed'],
    ['(a', 1, 'never closed'],
    ['a)', 2, 'nothing opens'],
    ['a or', 5, 'condition is missing'],
    ['or a', 1, 'quotes'],
    ['()', 2, 'condition is missing'],
    ['pay*', 4, 'without *'],
    ['/a', 1, 'never closed'],
    ['/api/users', 1, 'path into quotes'],
    ['/a(b/', 3, 'nothing closes'],
    ['x /(a)\\1/', 7, 'refers back'],
    ['/a(?=b)/', 3, 'kind'],
    ['/[[:alpha:]]/', 3, 'named class'],
    ['/\\p{L}/', 2, '\\p'],
    ['/(a{200}){200}/', 2, 'too large'],
    ['from:yesterday', 6, '-1h'],
    ['from:-1y', 6, 'offset'],
    ['from:now from:now', 10, 'twice'],
    ['-from:now', 2, 'whole query'],
    ['(from:now)', 2, 'whole query'],
    ['from:now a or b', 12, 'parentheses'],
    ['attr.:x', 5, 'name of the attribute'],
    ['attr.x', 7, 'value is missing'],
    ['a\0', 2, 'U+0000'],
    ['""', 1, 'empty text'],
    ['service:a"b"c:d)', 16, 'nothing opens'],
  ])('points at what is wrong in %j', (query, column, reason) => {
    expect(parseQuery(query, NOW)).toEqual({ ok: false, column, reason: expect.stringContaining(reason) });
  });

  it('refuses what is too long, too deep or too much', () => {
    for (const query of [
      'a'.repeat(8_193),
      '('.repeat(100) + 'a' + ')'.repeat(100),
      '-'.repeat(100) + 'a',
      'a '.repeat(201),
      `service:${'a,'.repeat(200)}a`,
    ]) {
      expect(parseQuery(query, NOW)).toMatchObject({ ok: false });
    }
  });

  it('is printed as a query that parses to the same filter', () => {
    fc.assert(
      fc.property(arbitraryFilter([FIRST_SECOND, -1, 0, 1_700_000_000, LAST_SECOND]), (filter) => {
        expect(filterOf(printFilter(filter))).toEqual(filter);
      }),
      { numRuns: 3_000 },
    );
  });

  it('of any characters is read or refused within the text', () => {
    const piece = fc.constantFrom(
      'a',
      ' ',
      '"',
      '(',
      ')',
      '-',
      ':',
      'level',
      '>=',
      'warn',
      '/',
      '\\',
      '*',
      ',',
      'or ',
      'not ',
      'attr.',
      'from:',
      'now',
      '[',
      '{2}',
      '😀',
      '\ud800',
      '\0',
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ unit: 'binary' }),
          fc.array(piece).map((parts) => parts.join('')),
        ),
        (query) => {
          const outcome = parseQuery(query, NOW);
          if (outcome.ok) expect(filterOf(printFilter(outcome.filter))).toEqual(outcome.filter);
          else expect(outcome.column).toBeLessThanOrEqual([...query].length + 1);
        },
      ),
      { numRuns: 3_000 },
    );
  });
});
