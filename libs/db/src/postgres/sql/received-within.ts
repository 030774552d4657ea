import { DAY_MS } from '../partition-ranges.js';

/** UTC days of receipt, from the first to the last, such as 2026-11-21; both included. */
export interface DayRange {
  readonly first: string;
  readonly last: string;
}

/** Moments of receipt, microseconds since 1970; both are included. */
export interface ReceiptSpan {
  readonly from: number;
  readonly to: number;
}

export function bothDays(a: DayRange, b: DayRange): DayRange {
  return { first: a.first < b.first ? a.first : b.first, last: a.last > b.last ? a.last : b.last };
}

/**
 * A condition on `logs` that tells the planner the partitions, and nothing else. A plain comparison would be taken to BRIN on
 * received_at too, which has a day's blocks all alike, in place of BRIN on time; lists under ALL are for pruning only
 * (match_saopclause_to_indexcol in PostgreSQL's indxpath.c, match_clause_to_partition_key in partprune.c). Written out, so that the list
 * is made once and not for each row.
 *
 * @throws RangeError where a day is none
 */
export function receivedWithin({ first, last }: DayRange): string {
  const from = new Date(Date.parse(`${first}T00:00:00Z`)).toISOString();
  const before = new Date(Date.parse(`${last}T00:00:00Z`) + DAY_MS).toISOString();
  return `received_at >= ALL (ARRAY['${from}'::timestamptz]) AND received_at < ALL (ARRAY['${before}'::timestamptz])`;
}
