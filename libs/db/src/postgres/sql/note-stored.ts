import type { FetchedBatch } from '#domain';
import type { PoolClient } from 'pg';
import { receiptTime } from '../receipt-time.js';
import { arrayText } from './array-text.js';

/**
 * Notes that partitions were stored from one offset to another, and between which times that was received: what live tail
 * finds new rows by (docs/adr/014). Its parameters are what notedRanges gives.
 *
 * A range grows for a minute and where it is joined on; then another begins. The transaction holds the partitions' positions,
 * so ranges follow one another; only those of a replay overlap with others.
 */
export const NOTE_STORED = `
  INSERT INTO stored_ranges AS known (epoch, "partition", lower, upper, opened_at, received_from, received_to, rows)
  SELECT n.epoch, n."partition", coalesce(last.lower, n.lower), n.upper, now(),
    to_timestamp(n.received_from / 1000), to_timestamp(n.received_to / 1000), n.rows
  FROM unnest($1::integer[], $2::integer[], $3::bigint[], $4::bigint[], $5::double precision[], $6::double precision[], $7::bigint[])
    AS n (epoch, "partition", lower, upper, received_from, received_to, rows)
  LEFT JOIN LATERAL (
    SELECT r.lower, r.upper, r.opened_at FROM stored_ranges r
    WHERE r.epoch = n.epoch AND r."partition" = n."partition" AND r.lower <= n.lower ORDER BY r.lower DESC LIMIT 1
  ) AS last ON last.upper = n.lower AND last.opened_at BETWEEN now() - interval '1 minute' AND now()
  ON CONFLICT (epoch, "partition", lower) DO UPDATE SET upper = greatest(known.upper, EXCLUDED.upper),
    received_from = least(known.received_from, EXCLUDED.received_from),
    received_to = greatest(known.received_to, EXCLUDED.received_to), rows = known.rows + EXCLUDED.rows`;

/** What a transaction has stored of a batch. */
export interface StoredBatch {
  readonly batch: FetchedBatch;
  /** Number of its source. */
  readonly epoch: number;
  /** Rows of `logs`. */
  readonly logs: number;
}

/** The parameters of NOTE_STORED, written as PostgreSQL writes arrays; no partition may stand twice. @param now milliseconds */
export function notedRanges(stored: readonly StoredBatch[], now: number): string[] {
  const received = stored.map(({ batch }) => receiptBounds(batch, now));
  return [
    stored.map(({ epoch }) => epoch),
    stored.map(({ batch }) => batch.partition),
    stored.map(({ batch }) => String(batch.from)),
    stored.map(({ batch }) => String(batch.next)),
    received.map(([from]) => from),
    received.map(([, to]) => to),
    stored.map(({ logs }) => logs),
  ].map(arrayText);
}

/** The same as a statement of its own, within the transaction that has moved the position. */
export async function noteStored(client: PoolClient, stored: StoredBatch, now: number): Promise<void> {
  await client.query({ name: 'note-stored', text: NOTE_STORED, values: notedRanges([stored], now) });
}

/** When the batch's messages count as received: the earliest and the latest, milliseconds. NULL where it holds none. */
function receiptBounds({ slices }: FetchedBatch, now: number): readonly [from: number | 'NULL', to: number | 'NULL'] {
  let from = Infinity;
  let to = -Infinity;
  for (const { receivedAt } of slices) {
    const received = receiptTime(receivedAt, now);
    from = Math.min(from, received);
    to = Math.max(to, received);
  }
  return slices.length === 0 ? ['NULL', 'NULL'] : [Math.floor(from), Math.ceil(to)];
}
