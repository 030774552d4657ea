import fc from 'fast-check';
import { canonicalNumber, isComparableNumber } from './json-number.js';

describe('a number of JSON', () => {
  it.each([
    ['500', '5e2'],
    ['5.00e2', '5e2'],
    ['500.0', '5e2'],
    ['-0.0', '0'],
    ['0e9', '0'],
    ['0.010', '1e-2'],
    ['-12.50', '-125e-1'],
    ['100000000000000000001', '100000000000000000001e0'],
  ])('%s is written %s', (literal, canonical) => {
    expect(canonicalNumber(literal)).toBe(canonical);
  });

  it('is written alike exactly where it is equal', () => {
    const digits = fc.tuple(fc.bigInt(-1_000n, 1_000n), fc.integer({ min: -3, max: 3 }));
    fc.assert(
      fc.property(digits, digits, ([a, i], [b, j]) => {
        const equal = a * 10n ** BigInt(i + 3) === b * 10n ** BigInt(j + 3);
        expect(canonicalNumber(`${a}e${i}`) === canonicalNumber(`${b}e${j}`)).toBe(equal);
      }),
    );
  });

  it.each(['01', '+1', '.5', '1.', '0x1', 'NaN', '', '1e1001', '1'.repeat(65), ' 1'])('%j is none to compare with', (text) => {
    expect(isComparableNumber(text)).toBe(false);
  });
});
