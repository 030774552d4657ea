import fc from 'fast-check';
import { stepOf } from './histogram-step.js';

const AT = { seconds: 1_800_000_000, nanos: 0 };
const after = (ms: number) => ({ seconds: AT.seconds + Math.floor(ms / 1000), nanos: (ms % 1000) * 1_000_000 });

describe('the width of a bucket', () => {
  it('gives 30 to 200 buckets of any range of a second or more', () => {
    fc.assert(
      fc.property(fc.double({ min: 3, max: 14.4, noNaN: true }), (exponent) => {
        const span = Math.floor(10 ** exponent);
        const buckets = Math.ceil(span / stepOf('', AT, after(span)));
        expect(buckets).toBeGreaterThanOrEqual(30);
        expect(buckets).toBeLessThanOrEqual(200);
      }),
      { numRuns: 1_000 },
    );
  });

  it.each([
    ['30s', 30_000],
    ['1h30m', 5_400_000],
    ['250ms', 250],
  ])('is %s where that is asked for', (text, ms) => {
    expect(stepOf(text, AT, after(100_000))).toBe(ms);
  });

  it.each(['0s', '-5m', '+5m', '5', 'x', '1ms', ' '])('is never %j', (text) => {
    expect(() => stepOf(text, AT, after(100_000_000))).toThrow('step');
  });
});
