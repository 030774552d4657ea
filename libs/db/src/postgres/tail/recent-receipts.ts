import type { TailHeadRow } from '../sql/read-tail-head.js';
import { unionOf, type Receipts, type Stretch } from './tail-parts.js';

/** What a partition of the bus had when it stood at an offset, of the range that begins at `lower`. */
interface Mark {
  readonly offset: bigint;
  readonly lower: bigint;
  readonly rows: number;
  /** Of the range's rows; null where it has none. */
  readonly received: Receipts | null;
  /** The range that ends at `lower`. */
  readonly before: { readonly lower: bigint; readonly rows: number } | null;
}

/** What lies between two heads. */
export interface RecentRows {
  readonly rows: number;
  /** When they were received, probably; null: there are none. */
  readonly received: Receipts | null;
}

/** Heads that are remembered: a reader that is behind goes from one to the next, in steps of a quarter of a second. */
const MARKS = 1_000;
/** Milliseconds that messages may be received before those that lie before them. */
const LEAST_SLACK_MS = 250;
const MOST_SLACK_MS = 60_000;
/** Guesses in a row that were right before less is searched. */
const PATIENCE = 100;

/**
 * Guesses when the rows between two heads were received: stored_ranges says it of a minute of them only.
 *
 * What follows in a partition was received later, or nearly so. That is a habit and no promise, so the number of rows that were found
 * is held against the number that was noted with the position: equal, and none is missing; otherwise the caller searches the
 * whole range, and more is looked at next time.
 */
export class RecentReceipts {
  private readonly marks = new Map<string, Mark[]>();
  private slackMs = LEAST_SLACK_MS;
  private right = 0;

  /** To be told of every head that is read. */
  noteHead(rows: readonly TailHeadRow[]): void {
    for (const row of rows) {
      const { epoch, partition, next, lower, upper, rows: count } = row;
      const key = `${epoch}/${partition}`;
      const known = this.marks.get(key) ?? [];
      const offset = BigInt(next);
      // Somebody has moved the position without a note: nobody knows how many there are.
      if (lower === null || count === null || upper !== next) this.marks.delete(key);
      else if (known.at(-1)?.offset !== offset || known.at(-1)?.rows !== count) {
        known.push({ offset, lower: BigInt(lower), rows: count, received: receiptsOf(row), before: rangeBefore(row) });
        if (known.length > MARKS) known.shift();
        this.marks.set(key, known);
      }
    }
  }

  /** The rows of the stretches; null where it is not known how many there are. */
  guess(stretches: readonly Stretch[]): RecentRows | null {
    let all: RecentRows = { rows: 0, received: null };
    for (const stretch of stretches) {
      const some = this.guessOf(stretch);
      if (some === null) return null;
      all = both(all, some);
    }
    return all;
  }

  /** Whether the guess was right. */
  noteGuess(isRight: boolean): void {
    this.right = isRight ? this.right + 1 : 0;
    if (!isRight) this.slackMs = Math.min(this.slackMs * 4, MOST_SLACK_MS);
    else if (this.right % PATIENCE === 0) this.slackMs = Math.max(this.slackMs / 2, LEAST_SLACK_MS);
  }

  private guessOf({ from, end }: Stretch): RecentRows | null {
    if (from.index !== 0) return null;
    const marks = this.marks.get(`${from.epoch}/${from.partition}`) ?? [];
    const last = marks.findLast(({ offset }) => offset === end);
    if (last === undefined) return null;
    if (last.lower === from.offset) return last;
    const first = marks.findLast(({ offset }) => offset === from.offset);
    const rows = first === undefined ? null : rowsBetween(first, last);
    if (rows === null) return null;
    if (rows === 0) return { rows, received: null };
    if (last.received === null) return null;
    const { from: earliest, to } = last.received;
    return { rows, received: { from: (first?.received?.to ?? earliest) - this.slackMs, to: to + this.slackMs } };
  }
}

/** Null where more than one range has ended between the two. */
function rowsBetween(first: Mark, last: Mark): number | null {
  if (first.lower === last.lower) return last.rows - first.rows;
  return first.lower === last.before?.lower ? last.before.rows - first.rows + last.rows : null;
}

function rangeBefore({ lower_before: lower, rows_before: rows }: TailHeadRow): Mark['before'] {
  return lower === null || rows === null ? null : { lower: BigInt(lower), rows };
}

function receiptsOf({ received_from: from, received_to: to }: TailHeadRow): Receipts | null {
  return from === null || to === null ? null : { from, to };
}

function both(a: RecentRows, b: RecentRows): RecentRows {
  return { rows: a.rows + b.rows, received: unionOf(a.received, b.received) };
}
