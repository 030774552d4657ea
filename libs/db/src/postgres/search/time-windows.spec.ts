import fc from 'fast-check';
import type { SearchPosition } from '../../api/log-search.js';
import { TimeWindows, comparePositions, type TimeWindow } from './time-windows.js';

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
});
