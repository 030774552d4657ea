import fc from 'fast-check';
import { DAY_MS, gridCell, missingRanges, partitionWidthDays, startOfDay, type TimeRange } from './partition-ranges.js';

const days = (from: number, to: number): TimeRange => ({ from: from * DAY_MS, to: to * DAY_MS });
const DAY = 20_000;

/** Ranges in order and without overlaps, of whole days, around DAY; some touch, some leave gaps. */
const existingRanges = fc
  .array(fc.record({ gap: fc.integer({ min: 0, max: 9 }), width: fc.integer({ min: 1, max: 60 }) }), { maxLength: 12 })
  .chain((parts) => fc.record({ parts: fc.constant(parts), start: fc.integer({ min: DAY - 120, max: DAY + 5 }) }))
  .map(({ parts, start }) => {
    let at = start;
    return parts.map(({ gap, width }) => {
      const from = at + gap;
      at = from + width;
      return days(from, at);
    });
  });

function overlap(a: TimeRange, b: TimeRange): boolean {
  return a.from < b.to && b.from < a.to;
}

describe('partitionWidthDays', () => {
  it.each([
    [1, 1],
    [12, 1],
    [13, 2],
    [30, 3],
    [90, 8],
    [720, 60],
    [36_500, 3042],
  ])('divides %p days of retention into partitions of %p', (retention, width) => {
    expect(partitionWidthDays(retention)).toBe(width);
  });

  it('keeps the number of partitions below sixteen, the days ahead included', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 36_500 }), fc.integer({ min: 0, max: 40_000 }), (retention, today) => {
        const width = partitionWidthDays(retention);
        const oldest = gridCell((today - retention) * DAY_MS, width);
        const newest = gridCell((today + 2) * DAY_MS, width);
        expect((newest.to - oldest.from) / DAY_MS / width).toBeLessThan(16);
      }),
    );
  });
});

describe('missingRanges', () => {
  it('is the cell of the grid where nothing is there', () => {
    const [range] = missingRanges(DAY * DAY_MS, 3, []);
    expect(range).toEqual(days(19_998, 20_001));
  });

  it('is clipped against older partitions of one day', () => {
    expect(missingRanges(DAY * DAY_MS, 8, [days(19_999, 20_000), days(20_003, 20_004)])).toEqual([days(20_000, 20_003)]);
  });

  it('is nothing where a partition without an end covers the day', () => {
    expect(missingRanges(DAY * DAY_MS, 3, [{ from: 0, to: Infinity }])).toEqual([]);
  });

  it('is what is left of a day that others cover in part', () => {
    const noon = DAY * DAY_MS + DAY_MS / 2;
    const existing = [{ from: noon - 1000, to: noon }];
    expect(missingRanges(DAY * DAY_MS, 1, existing)).toEqual([
      { from: DAY * DAY_MS, to: noon - 1000 },
      { from: noon, to: (DAY + 1) * DAY_MS },
    ]);
  });

  it('covers the day, overlaps nothing and stays within the cell, whatever is there', () => {
    fc.assert(
      fc.property(
        existingRanges,
        fc.integer({ min: 1, max: 60 }),
        fc.integer({ min: -60, max: 60 }),
        (existing, width, offset) => {
          const dayMs = (DAY + offset) * DAY_MS;
          const made = missingRanges(dayMs, width, existing);
          const cell = gridCell(dayMs, width);
          for (const range of made) {
            expect(range.from).toBeLessThan(range.to);
            expect(existing.some((other) => overlap(range, other))).toBe(false);
            expect(cell.from <= range.from && range.to <= cell.to).toBe(true);
          }
          const all = [...existing, ...made];
          for (let at = dayMs; at < dayMs + DAY_MS; at += DAY_MS / 4) {
            expect(all.filter(({ from, to }) => from <= at && at < to)).toHaveLength(1);
          }
          expect(missingRanges(dayMs, width, all)).toEqual([]);
        },
      ),
    );
  });

  it('covers every day that comes while the width changes again and again', () => {
    const steps = fc.array(fc.tuple(fc.integer({ min: 0, max: 200 }), fc.integer({ min: 1, max: 60 })), { maxLength: 60 });
    fc.assert(
      fc.property(steps, (wanted) => {
        const all: TimeRange[] = [];
        for (const [offset, width] of wanted) all.push(...missingRanges(startOfDay((DAY + offset) * DAY_MS), width, all));
        const sorted = [...all].sort((a, b) => a.from - b.from);
        sorted.forEach((range, i) => expect(range.to).toBeLessThanOrEqual(sorted[i + 1]?.from ?? Infinity));
        for (const [offset] of wanted) {
          const day = days(DAY + offset, DAY + offset + 1);
          expect(all.filter(({ from, to }) => from <= day.from && day.to <= to)).toHaveLength(1);
        }
      }),
    );
  });
});
