import fc from 'fast-check';
import { FIRST_SECOND, LAST_SECOND, formatInstant } from '#domain';
import type { Log } from '#proto';
import { PATHS, arbitraryName, arbitraryText } from './arbitrary-filter.js';

const NOW = Math.floor(Date.now() / 1000);
/** Few instants, so that records tie with one another and with the bounds of filters. */
export const SECONDS = [NOW, NOW - 3, NOW - 5_000, NOW + 4_000, 0, -1, FIRST_SECOND, LAST_SECOND];

const scalar = fc.constantFrom(
  ...['1', '1.0', '10', '-0', '0', '1e3', '1000', '100000000000000000001', '0.1', 'true', 'false', 'null', '[1]', '["a"]', '{}'],
  ...['""', '"a"', '"A"', '"ab"', '"1"', '"1.0"', '"true"', '"null"', '"ä"', '"a%b"', '"[1]"', '"\\u0061"', '"\\n"'],
);
const key = fc.constantFrom(...PATHS);
const member = (value: fc.Arbitrary<string>): fc.Arbitrary<string> =>
  fc.uniqueArray(fc.tuple(key, value), { selector: ([name]) => name, maxLength: 4 }).map((members) => {
    return `{${members.map(([name, text]) => `${JSON.stringify(name)}:${text}`).join(',')}}`;
  });
const nested = fc.oneof(scalar, member(fc.oneof(scalar, member(scalar))));
const object = fc.oneof(fc.constant(''), member(nested));

/** Records full of what filters trip over. */
export const arbitraryLog: fc.Arbitrary<Partial<Log>> = fc.record({
  traceId: arbitraryName,
  spanId: arbitraryName,
  parentId: arbitraryName,
  service: arbitraryName.map((name) => (name === '' ? 'shop' : name)),
  message: arbitraryText(0, 12),
  severityNumber: fc.integer({ min: 1, max: 24 }),
  attributes: fc.dictionary(fc.constantFrom('a', 'b', 'k-1'), arbitraryText(0, 2), { maxKeys: 2 }),
  attributesJson: object,
  resourceJson: object,
  timestamp: fc
    .record({ seconds: fc.constantFrom(...SECONDS), nanos: fc.constantFrom(0, 1, 999, 1_000, 999_999_999) })
    .map(formatInstant),
});
