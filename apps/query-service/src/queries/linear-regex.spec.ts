import { matcherOf, parseQuery, type FilteredRecord } from '#domain';
import { linearRegex } from './linear-regex.js';

const record: FilteredRecord = {
  time: { seconds: 0, nanos: 0 },
  severity: 9,
  service: 'shop',
  traceId: '',
  spanId: '',
  parentId: '',
  message: '',
  attributes: '',
  resource: '',
};

function matches(query: string, message: string): boolean {
  const outcome = parseQuery(query, { seconds: 0, nanos: 0 });
  if (!outcome.ok) throw new Error(outcome.reason);
  return matcherOf(outcome.filter, linearRegex)({ ...record, message });
}

describe('an expression of a filter', () => {
  it.each([
    ['/^a.c$/', 'abc', true],
    ['/^a.c$/', 'a\nc', false],
    ['/a$/', 'a\n', false],
    ['/\\bcard\\b/', 'a card.', true],
    ['/\\bcard\\b/', 'cards', false],
    ['/KÄUFER/i', 'käufer', true],
    ['/k/i', '\u212a', false],
    ['käufer', 'KÄUFER 17', true],
    ['/[^\\s]{3}/', 'ab cde', true],
  ])('%s in %j is found: %s', (query, message, found) => {
    expect(matches(query, message)).toBe(found);
  });

  it('that would never end in an engine that backtracks ends', () => {
    expect(matches('/^(a+)+$/', `${'a'.repeat(50_000)}b`)).toBe(false);
    expect(matches('/(a|a)*c/', 'a'.repeat(50_000))).toBe(false);
  });
});
