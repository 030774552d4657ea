import * as fc from 'fast-check';
import { formatInstant } from './format-instant.js';
import { FIRST_SECOND, instantOfEpochMillis, LAST_SECOND } from './instant.js';

describe('formatInstant', () => {
  it.each([
    [1_744_813_800, 0, '2025-04-16T14:30:00Z'],
    [1_744_813_800, 120_000_000, '2025-04-16T14:30:00.120Z'],
    [1_744_813_800, 120_000, '2025-04-16T14:30:00.000120Z'],
    [1_744_813_800, 1, '2025-04-16T14:30:00.000000001Z'],
    [-1, 999_999_999, '1969-12-31T23:59:59.999999999Z'],
    [FIRST_SECOND, 0, '0001-01-01T00:00:00Z'],
    [LAST_SECOND, 999_000_000, '9999-12-31T23:59:59.999Z'],
  ])('prints %d s + %d ns as %s', (seconds, nanos, text) => {
    expect(formatInstant({ seconds, nanos })).toBe(text);
  });

  it('prints what Date prints, wherever Date can', () => {
    fc.assert(
      fc.property(fc.integer({ min: FIRST_SECOND * 1000, max: LAST_SECOND * 1000 + 999 }), (ms) => {
        expect(formatInstant(instantOfEpochMillis(ms))).toBe(new Date(ms).toISOString().replace('.000Z', 'Z'));
      }),
      { numRuns: 2000 },
    );
  });

  it.each([
    [FIRST_SECOND - 1, 0],
    [LAST_SECOND + 1, 0],
    [0, -1],
    [0, 1_000_000_000],
    [Number.NaN, 0],
  ])('refuses %d s + %d ns, which no record can carry', (seconds, nanos) => {
    expect(() => formatInstant({ seconds, nanos })).toThrow(RangeError);
  });
});
