import fc from 'fast-check';
import { ANY_TIME, chunkOf, hasGap, partsOf, type StoredRange, type TailPart } from './tail-parts.js';

const START = { epoch: 0, partition: 0, offset: 0n, index: 0 };
const range = (lower: number, upper: number, from: number, to: number, rows = 1): StoredRange => ({
  lower: BigInt(lower),
  upper: BigInt(upper),
  rows,
  received: { from, to },
});
const place = (partition: number, offset: number) => ({ ...START, partition, offset: BigInt(offset) });

describe('partsOf', () => {
  it('covers the stretch once, whatever is noted of it', () => {
    const ranges = fc.array(
      fc
        .tuple(fc.nat({ max: 40 }), fc.integer({ min: 1, max: 15 }), fc.nat({ max: 2 }))
        .map(([lower, length, rows]) => range(lower, lower + length, lower, lower + length, rows)),
      { maxLength: 8 },
    );
    fc.assert(
      fc.property(ranges, fc.nat({ max: 20 }), fc.nat({ max: 30 }), fc.boolean(), (unsorted, from, length, isCut) => {
        const end = BigInt(from + length);
        const stretch = { from: { ...START, offset: BigInt(from), index: 7 }, end };
        const noted = unsorted
          .filter(({ lower, upper }) => lower < end && upper > BigInt(from))
          .sort((a, b) => Number(a.lower - b.lower));
        const parts = partsOf(stretch, noted, isCut);
        let at = stretch.from;
        for (const part of parts) {
          expect(part.from).toEqual(at);
          expect(part.end > at.offset).toBe(true);
          at = { ...START, offset: part.end };
        }
        if (!isCut && length > 0) expect(at.offset).toBe(end);
        expect(at.offset <= end).toBe(true);
      }),
    );
  });

  it('says when each part was received, and that of what nobody noted it is not known', () => {
    const parts = partsOf({ from: START, end: 30n }, [range(5, 10, 100, 200), range(10, 20, 300, 400, 0)], false);
    expect(parts.map(({ end, received }) => [end, received])).toEqual([
      [5n, ANY_TIME],
      [10n, { from: 100, to: 200 }],
      [20n, null],
      [30n, ANY_TIME],
    ]);
    expect(hasGap(parts)).toBe(true);
    expect(hasGap(parts.slice(1, 3))).toBe(false);
  });
});

describe('chunkOf', () => {
  const part = (partition: number, from: number, end: number, received: TailPart['received']): TailPart => ({
    from: place(partition, from),
    end: BigInt(end),
    received,
  });

  it('takes what was received about the same time, of all partitions', () => {
    const minute = 60_000;
    const chunk = chunkOf([
      [
        part(0, 0, 5, { from: 0, to: minute }),
        part(0, 5, 9, { from: minute, to: 2 * minute }),
        part(0, 9, 12, { from: 9e9, to: 9e9 }),
      ],
      [part(1, 3, 4, { from: 9e9, to: 9e9 })],
      [part(2, 0, 1, null), part(2, 1, 2, { from: 0, to: 10 * minute })],
    ]);
    expect(chunk).toEqual({
      stretches: [
        { from: place(0, 0), end: 9n },
        { from: place(2, 0), end: 1n },
      ],
      received: { from: 0, to: 2 * minute },
    });
  });

  it('takes a part that is longer than that, and those of no known time last', () => {
    const long = part(0, 0, 5, { from: 0, to: 9e9 });
    const unknown = part(1, 0, 5, ANY_TIME);
    expect(chunkOf([[long], [unknown]]).stretches).toEqual([{ from: place(0, 0), end: 5n }]);
    expect(chunkOf([[unknown]])).toEqual({ stretches: [{ from: place(1, 0), end: 5n }], received: ANY_TIME });
    expect(chunkOf([[part(3, 0, 5, null)]]).received).toBeNull();
  });

  it('always leads on', () => {
    const received = fc.option(
      fc.oneof(
        fc.constant(ANY_TIME),
        fc.tuple(fc.nat(), fc.nat()).map(([from, length]) => ({ from, to: from + length })),
      ),
    );
    const parts = fc.array(received, { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(fc.array(parts, { minLength: 1, maxLength: 5 }), (partitions) => {
        const chunk = chunkOf(partitions.map((times, p) => times.map((time, i) => part(p, i, i + 1, time))));
        expect(chunk.stretches.length).toBeGreaterThan(0);
        expect(chunk.stretches.every(({ from, end }) => end > from.offset)).toBe(true);
      }),
    );
  });
});
