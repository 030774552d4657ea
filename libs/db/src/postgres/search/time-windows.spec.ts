import fc from 'fast-check';
import type { SearchPosition } from '../../api/log-search.js';
import { TimeWindows, comparePositions, type DatedRange, type TimeRange, type TimeWindow } from './time-windows.js';

const NOW = 1_800_000_000;
const instant = fc.record({
  seconds: fc.oneof(
    fc.integer({ min: NOW - 100_000, max: NOW + 1_000 }),
    fc.constantFrom(-62_135_596_800, 253_402_300_799, 0, NOW),
  ),
  nanos: fc.constantFrom(0, 1, 1_000_000, 999_999_999),
});
const position: fc.Arbitrary<SearchPosition> = fc.record({
  time: instant,
  id: fc.constantFrom('', '0'.repeat(32), 'f'.repeat(32)),
});

describe('the windows of a range', () => {
  it('follow one another without a gap from its start to its end, whatever they cost', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('newest-first' as const, 'oldest-first' as const),
        fc.record({ from: fc.option(instant), to: fc.option(instant), after: fc.option(position, { nil: undefined }) }),
        fc.array(fc.oneof(fc.constant('late'), fc.nat(2_000)), { maxLength: 30 }),
        (order, range, costs) => {
          const windows = new TimeWindows(order, range, NOW * 1000);
          const { low, high } = windows.whole;
          let at = order === 'newest-first' ? high : low;
          let steps = 0;
          for (let window: TimeWindow | null; (window = windows.next()) !== null; steps++) {
            expect(comparePositions(window.low, window.high)).toBeLessThan(0);
            expect(order === 'newest-first' ? window.high : window.low).toEqual(at);
            const cost = costs[steps] ?? 1;
            if (typeof cost === 'string') windows.tookTooLong(window);
            else {
              windows.finished(window, cost);
              at = order === 'newest-first' ? window.low : window.high;
            }
            if (steps > 300) throw new Error('the windows have no end');
          }
          if (steps > 0) expect(at).toEqual(order === 'newest-first' ? low : high);
          else expect(comparePositions(low, high)).toBeGreaterThanOrEqual(0);
        },
      ),
      { numRuns: 2_000 },
    );
  });

  it('are few where there is little', () => {
    for (const order of ['newest-first', 'oldest-first'] as const) {
      const windows = new TimeWindows(order, { from: null, to: null }, NOW * 1000);
      let steps = 0;
      for (let window: TimeWindow | null; (window = windows.next()) !== null; steps++) windows.finished(window, 1);
      expect(steps).toBeLessThanOrEqual(order === 'newest-first' ? 13 : 40);
    }
  });

  it('within what is wanted hold all of that and nothing else, however they are cut', () => {
    const edges = fc.uniqueArray(fc.integer({ min: NOW - 5_000, max: NOW + 100 }), { minLength: 2, maxLength: 200 });
    const span = fc.tuple(fc.nat(1e9), fc.oneof(fc.nat(5_000_000), fc.constant(Infinity)));
    const spans = fc.array(fc.option(fc.array(span, { minLength: 1, maxLength: 20 })), { maxLength: 100 });
    const allCosts = fc.array(fc.oneof(fc.constant('late'), fc.nat(2_000)), { maxLength: 30 });
    fc.assert(
      fc.property(edges, spans, allCosts, (seconds, spansOf, costs) => {
        const sorted = seconds.sort((a, b) => b - a);
        const wanted = Array.from({ length: Math.floor(sorted.length / 2) }, (_, i) => {
          const day = i % 3 === 0 ? '2026-01-01' : '2026-01-02';
          const range = { low: at(sorted[2 * i + 1]), high: at(sorted[2 * i]), received: { first: day, last: day } };
          const spans = spansOf[i]?.map(([from, width]) => ({ from, to: from + width }));
          return spans === undefined ? range : { ...range, spans };
        });
        const range = { from: at(NOW - 4_000).time, to: at(NOW + 50).time };
        const windows = new TimeWindows('newest-first', range, NOW * 1000);
        const read: DatedRange[] = [];
        for (let left = wanted, steps = 0; left.length > 0; steps++) {
          const window = windows.nextWithin(left);
          if (window === null) break;
          const cost = costs[steps] ?? 1;
          const parts = window.parts ?? [window];
          expect([window.low, window.high]).toEqual([parts.at(-1)?.low, parts[0]?.high]);
          if (parts.length > 1) expect(parts.reduce((sum, { spans }) => sum + (spans?.length ?? 1), 0)).toBeLessThanOrEqual(16);
          const asked = wanted.filter(({ low, high }) => isBefore(low, window.high) && isBefore(window.low, high));
          const days = asked.map(({ received }) => received.first).sort();
          expect(window.received).toEqual({ first: days[0], last: days.at(-1) });
          if (typeof cost === 'string') windows.tookTooLong(window);
          else {
            windows.finished(window, cost);
            read.push(...parts);
            left = left.filter(({ low }) => isBefore(low, windows.position));
          }
        }
        const { low, high } = windows.whole;
        const within = wanted.map((one) => ({
          low: isBefore(one.low, low) ? low : one.low,
          high: isBefore(high, one.high) ? high : one.high,
          spans: 'spans' in one ? one.spans : undefined,
        }));
        expect(joined(read)).toEqual(joined(within.filter((one) => isBefore(one.low, one.high))));
        // What is read by receipt is all that was left of a range: no part of its time is read by another's spans.
        for (const { low, high, spans } of read.filter(({ spans }) => spans !== undefined)) {
          expect(within.filter((one) => one.spans === spans)).toMatchObject([{ low }]);
          expect(within.filter((one) => one.spans === spans && isBefore(one.high, high))).toEqual([]);
        }
      }),
      { numRuns: 1_000 },
    );
  });
});

const at = (second = 0): SearchPosition => ({ time: { seconds: second, nanos: 0 }, id: '' });

function isBefore(a: SearchPosition, b: SearchPosition): boolean {
  return comparePositions(a, b) < 0;
}

/** Neighbours as one. */
function joined(ranges: readonly TimeRange[]): TimeRange[] {
  const out: TimeRange[] = [];
  for (const { low, high } of ranges) {
    const last = out.at(-1);
    if (last !== undefined && comparePositions(last.low, high) === 0) out[out.length - 1] = { low, high: last.high };
    else out.push({ low, high });
  }
  return out;
}
