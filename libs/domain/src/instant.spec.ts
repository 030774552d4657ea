import * as fc from 'fast-check';
import {
  compareInstants,
  epochMicrosOf,
  FIRST_SECOND,
  instantOfEpochMicros,
  instantOfEpochMillis,
  LAST_SECOND,
  subMicrosecondNanosOf,
} from './instant.js';

const instants = fc.record({
  seconds: fc.integer({ min: FIRST_SECOND, max: LAST_SECOND }),
  nanos: fc.integer({ min: 0, max: 999_999_999 }),
});

describe('instant', () => {
  it('survives the way through the two stored columns, to the nanosecond, in every year', () => {
    fc.assert(
      fc.property(instants, (instant) => {
        const nanos = subMicrosecondNanosOf(instant);
        expect(nanos).toBeGreaterThanOrEqual(0);
        expect(nanos).toBeLessThanOrEqual(999);
        expect(instantOfEpochMicros(epochMicrosOf(instant), nanos)).toEqual(instant);
      }),
      { numRuns: 2000, examples: [[{ seconds: FIRST_SECOND, nanos: 0 }], [{ seconds: LAST_SECOND, nanos: 999_999_999 }]] },
    );
  });

  it('counts microseconds as plain integer arithmetic does', () => {
    fc.assert(
      fc.property(instants, ({ seconds, nanos }) => {
        const allNanos = BigInt(seconds) * 1_000_000_000n + BigInt(nanos);
        expect(epochMicrosOf({ seconds, nanos }) * 1000n + BigInt(subMicrosecondNanosOf({ seconds, nanos }))).toBe(allNanos);
      }),
    );
  });

  it('reads milliseconds as Date does, before and after 1970', () => {
    fc.assert(
      fc.property(fc.integer({ min: -62_135_596_800_000, max: 253_402_300_799_999 }), (ms) => {
        const { seconds, nanos } = instantOfEpochMillis(ms);
        expect(seconds * 1000 + nanos / 1_000_000).toBe(new Date(ms).getTime());
        expect(nanos).toBeGreaterThanOrEqual(0);
        expect(nanos).toBeLessThan(1_000_000_000);
      }),
    );
  });

  it('cuts off a fraction of a millisecond', () => {
    expect(instantOfEpochMillis(1999.9)).toEqual({ seconds: 1, nanos: 999_000_000 });
  });

  it('orders instants by second, then by nanosecond', () => {
    fc.assert(
      fc.property(instants, instants, (a, b) => {
        const nanosOf = (i: typeof a): bigint => BigInt(i.seconds) * 1_000_000_000n + BigInt(i.nanos);
        const difference = nanosOf(a) - nanosOf(b);
        expect(Math.sign(compareInstants(a, b))).toBe(difference < 0n ? -1 : difference > 0n ? 1 : 0);
      }),
    );
    expect(compareInstants({ seconds: 5, nanos: 1 }, { seconds: 5, nanos: 2 })).toBeLessThan(0);
  });
});
