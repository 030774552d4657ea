import type { TailHeadRow } from '../sql/read-tail-head.js';
import type { Stretch } from './tail-parts.js';

/** From where on rows lie. */
export interface RowPlace {
  /** A partition of `logs`, quoted where need be. */
  readonly table: string;
  readonly block: number;
}

/** How many rows a partition of the bus had when it stood at an offset, counted from `lower`. */
interface Mark {
  readonly offset: bigint;
  readonly lower: bigint;
  readonly rows: number;
}

/** Heads that are remembered. */
const MARKS = 4;
const LEAST_MARGIN = 256;
const MOST_MARGIN = 16_384;
/** Times in a row that new rows were found before less is searched. */
const PATIENCE = 100;

/**
 * Finds rows that were just stored without searching a time: PostgreSQL sums BRIN's newest blocks up about once a minute only,
 * so until then every look for new rows would read a minute of them.
 *
 * New rows lie at the end of the table, or nearly: each connection goes on in the page where it was, and pages are added in
 * bulk. That is a habit and no promise, so the number of rows that were found is held against the number that was noted with the
 * position (stored_ranges): equal, and none is missing; otherwise the caller searches the time, and more is looked at next time.
 */
export class RowPlaces {
  private readonly marks = new Map<string, readonly Mark[]>();
  private last: RowPlace | null = null;
  private margin = LEAST_MARGIN;
  private found = 0;

  /** To be told of every head that is read. */
  noteHead(rows: readonly TailHeadRow[]): void {
    for (const { epoch, partition, next, lower, upper, rows: count } of rows) {
      const key = `${epoch}/${partition}`;
      const known = this.marks.get(key) ?? [];
      const offset = BigInt(next);
      // Somebody has moved the position without a note: nobody knows how many there are.
      if (lower === null || count === null || upper !== next) this.marks.delete(key);
      else if (known.at(-1)?.offset !== offset || known.at(-1)?.rows !== count)
        this.marks.set(key, [...known, { offset, lower: BigInt(lower), rows: count }].slice(-MARKS));
    }
  }

  /** To be told where rows were found last. */
  noteLast(place: RowPlace): void {
    this.last = place;
  }

  /** Where to look for the stretches' rows, and how many there are; null where that is not known. */
  guess(stretches: readonly Stretch[]): { readonly place: RowPlace; readonly rows: number } | null {
    if (this.last === null) return null;
    let rows = 0;
    for (const stretch of stretches) {
      const count = this.rowsOf(stretch);
      if (count === null) return null;
      rows += count;
    }
    const { table, block } = this.last;
    return { place: { table, block: Math.max(0, block - this.margin) }, rows };
  }

  /** Whether the guess was right. */
  noteGuess(isRight: boolean): void {
    this.found = isRight ? this.found + 1 : 0;
    if (!isRight) this.margin = Math.min(this.margin * 4, MOST_MARGIN);
    else if (this.found % PATIENCE === 0) this.margin = Math.max(this.margin / 2, LEAST_MARGIN);
  }

  private rowsOf({ from, end }: Stretch): number | null {
    if (from.index !== 0) return null;
    const marks = this.marks.get(`${from.epoch}/${from.partition}`) ?? [];
    const last = marks.find(({ offset }) => offset === end);
    if (last === undefined) return null;
    if (last.lower === from.offset) return last.rows;
    const first = marks.find(({ offset }) => offset === from.offset);
    return first?.lower === last.lower ? last.rows - first.rows : null;
  }
}
