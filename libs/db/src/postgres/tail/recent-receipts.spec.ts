import type { TailHeadRow } from '../sql/read-tail-head.js';
import { RecentReceipts } from './recent-receipts.js';

interface HeadOptions {
  readonly partition?: number;
  readonly upper?: number;
  readonly to?: number;
  readonly before?: { readonly lower: number; readonly rows: number } | null;
}

/** A head whose messages were received at milliseconds 1,000 to `to`. */
const head = (
  next: number,
  lower: number,
  rows: number,
  { partition = 0, upper = next, to = 9_000, before = null }: HeadOptions = {},
): TailHeadRow => ({
  epoch: 0,
  partition,
  next: String(next),
  lower: String(lower),
  upper: String(upper),
  rows,
  received_from: rows === 0 ? null : 1_000,
  received_to: rows === 0 ? null : to,
  lower_before: before === null ? null : String(before.lower),
  rows_before: before?.rows ?? null,
});
const stretch = (from: number, end: number, partition = 0, index = 0) => ({
  from: { epoch: 0, partition, offset: BigInt(from), index },
  end: BigInt(end),
});

describe('RecentReceipts', () => {
  let receipts: RecentReceipts;
  beforeEach(() => {
    receipts = new RecentReceipts();
  });

  it('counts rows between two heads, of all partitions, also where a range has begun anew', () => {
    receipts.noteHead([head(10, 0, 25, { to: 5_000 }), head(5, 5, 0, { partition: 1 })]);
    receipts.noteHead([head(14, 0, 32, { to: 6_000 }), head(9, 5, 6, { partition: 1, to: 6_500 })]);
    expect(receipts.guess([stretch(10, 14)])).toEqual({ rows: 7, received: { from: 4_750, to: 6_250 } });
    expect(receipts.guess([stretch(10, 14), stretch(5, 9, 1)])).toEqual({ rows: 13, received: { from: 1_000, to: 6_500 } });
    receipts.noteHead([head(20, 14, 8)]);
    expect(receipts.guess([stretch(14, 20)])).toEqual({ rows: 8, received: { from: 1_000, to: 9_000 } });
  });

  it('counts rows of two ranges, the first of which ended between the heads', () => {
    receipts.noteHead([head(10, 0, 25, { to: 5_000 })]);
    receipts.noteHead([head(20, 14, 8, { to: 6_000, before: { lower: 0, rows: 32 } })]);
    expect(receipts.guess([stretch(10, 20)])).toEqual({ rows: 15, received: { from: 4_750, to: 6_250 } });
    // When what came before an empty range was received is not said.
    receipts.noteHead([head(24, 24, 0, { before: { lower: 14, rows: 9 } })]);
    expect(receipts.guess([stretch(20, 24)])).toBeNull();
    receipts.noteHead([head(40, 30, 1, { before: { lower: 24, rows: 1 } })]);
    expect(receipts.guess([stretch(20, 40)])).toBeNull();
  });

  it('has no time for what has no rows', () => {
    receipts.noteHead([head(10, 0, 25)]);
    receipts.noteHead([head(14, 0, 25)]);
    expect(receipts.guess([stretch(10, 14)])).toEqual({ rows: 0, received: null });
    expect(receipts.guess([])).toEqual({ rows: 0, received: null });
  });

  it('knows nothing between places that were no heads, nor where somebody noted nothing', () => {
    receipts.noteHead([head(10, 0, 25), head(5, 0, 3, { partition: 1 })]);
    receipts.noteHead([head(14, 0, 32), head(9, 0, 4, { partition: 1, upper: 7 })]);
    for (const some of [stretch(11, 14), stretch(10, 13), stretch(10, 14, 0, 1), stretch(5, 9, 1), stretch(0, 1, 2)])
      expect(receipts.guess([some])).toBeNull();
    receipts.noteHead([head(30, 20, 8)]);
    expect(receipts.guess([stretch(14, 30)])).toBeNull();
  });

  it('looks further back after a wrong guess, and less far again in time', () => {
    receipts.noteHead([head(10, 0, 25, { to: 5_000 })]);
    receipts.noteHead([head(14, 0, 32, { to: 6_000 })]);
    const from = (): number | undefined => receipts.guess([stretch(10, 14)])?.received?.from;
    expect(from()).toBe(4_750);
    receipts.noteGuess(false);
    expect(from()).toBe(4_000);
    receipts.noteGuess(false);
    // No further back than what is noted of all of them.
    expect(from()).toBe(1_000);
    for (let i = 0; i < 400; i++) receipts.noteGuess(true);
    expect(from()).toBe(4_750);
  });
});
