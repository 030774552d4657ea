import * as fc from 'fast-check';
import { compareCodePoints } from './code-point-order.js';

describe('compareCodePoints', () => {
  it('orders texts as the bytes of their UTF-8 are ordered', () => {
    const text = fc.string({
      unit: fc.constantFrom('a', 'b', '\u00e9', '\ud7ff', '\ue000', '\uffff', '\u{10000}', '\u{10ffff}'),
    });
    fc.assert(
      fc.property(text, text, (a, b) => {
        expect(Math.sign(compareCodePoints(a, b))).toBe(Buffer.compare(Buffer.from(a), Buffer.from(b)));
      }),
      { numRuns: 2000 },
    );
  });

  it('puts U+10000 after U+FFFF, which UTF-16 order does not', () => {
    expect(compareCodePoints('\u{10000}', '\uffff')).toBeGreaterThan(0);
    expect('\u{10000}' < '\uffff').toBe(true);
  });
});
