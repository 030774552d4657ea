import type { TailHeadRow } from '../sql/read-tail-head.js';
import { RowPlaces } from './row-places.js';

const head = (next: number, lower: number, rows: number, partition = 0, upper = next): TailHeadRow => ({
  epoch: 0,
  partition,
  next: String(next),
  lower: String(lower),
  upper: String(upper),
  rows,
});
const stretch = (from: number, end: number, partition = 0, index = 0) => ({
  from: { epoch: 0, partition, offset: BigInt(from), index },
  end: BigInt(end),
});

describe('RowPlaces', () => {
  let places: RowPlaces;
  beforeEach(() => {
    places = new RowPlaces();
    places.noteLast({ table: 'public.logs_1', block: 1_000 });
  });

  it('counts rows between two heads, of all partitions, also where a range has begun anew', () => {
    places.noteHead([head(10, 0, 25), head(5, 5, 0, 1)]);
    places.noteHead([head(14, 0, 32), head(9, 5, 6, 1)]);
    expect(places.guess([stretch(10, 14), stretch(5, 9, 1)])).toEqual({
      place: { table: 'public.logs_1', block: 744 },
      rows: 13,
    });
    places.noteHead([head(20, 14, 8)]);
    expect(places.guess([stretch(14, 20)])?.rows).toBe(8);
  });

  it('knows nothing between places that were no heads, nor where somebody noted nothing', () => {
    places.noteHead([head(10, 0, 25), head(5, 0, 3, 1)]);
    places.noteHead([head(14, 0, 32), head(9, 0, 4, 1, 7)]);
    for (const some of [stretch(11, 14), stretch(10, 13), stretch(10, 14, 0, 1), stretch(5, 9, 1), stretch(0, 1, 2)])
      expect(places.guess([stretch(10, 14), some].slice(1))).toBeNull();
    places.noteHead([head(30, 20, 8)]);
    expect(places.guess([stretch(14, 30)])).toBeNull();
    expect(new RowPlaces().guess([stretch(10, 14)])).toBeNull();
  });

  it('looks further back after a wrong guess, and less far again in time', () => {
    places.noteHead([head(10, 0, 25)]);
    places.noteHead([head(14, 0, 32)]);
    const block = (): number => places.guess([stretch(10, 14)])?.place.block ?? Number.NaN;
    expect(block()).toBe(744);
    places.noteGuess(false);
    expect(block()).toBe(0);
    for (let i = 0; i < 200; i++) places.noteGuess(true);
    expect(block()).toBe(744);
  });
});
