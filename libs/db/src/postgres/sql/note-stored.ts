import type { FetchedBatch } from '#domain';
import type { PoolClient } from 'pg';
import { receiptTime } from '../receipt-time.js';

/** Which parameters the statement finds its values in. */
interface NoteParameters {
  readonly epoch: string;
  readonly partition: string;
  /** The offsets that were stored: `from`, and beyond the last one. */
  readonly from: string;
  readonly next: string;
  /** Milliseconds since 1970; null where the batch held no message. */
  readonly receivedFrom: string;
  readonly receivedTo: string;
  readonly rows: string;
}

/**
 * Notes that a partition was stored from one offset to another, and between which times that was received: what live tail
 * finds new rows by (docs/adr/014).
 *
 * A range grows for a minute and where it is joined on; then another begins. The transaction holds the partition's position,
 * so ranges follow one another; only those of a replay overlap with others.
 *
 * @param source `FROM moved` where the statement is part of another one
 */
export function noteStoredText(at: NoteParameters, source = ''): string {
  return `
  INSERT INTO stored_ranges AS known (epoch, "partition", lower, upper, opened_at, received_from, received_to, rows)
  SELECT ${at.epoch}::integer, ${at.partition}::integer, coalesce((
      SELECT last.lower FROM (
        SELECT lower, upper, opened_at FROM stored_ranges
        WHERE epoch = ${at.epoch} AND "partition" = ${at.partition} AND lower <= ${at.from} ORDER BY lower DESC LIMIT 1
      ) AS last
      WHERE last.upper = ${at.from} AND last.opened_at BETWEEN now() - interval '1 minute' AND now()
    ), ${at.from}), ${at.next}::bigint, now(),
    to_timestamp(${at.receivedFrom}::double precision / 1000), to_timestamp(${at.receivedTo}::double precision / 1000),
    ${at.rows}::bigint
  ${source}
  ON CONFLICT (epoch, "partition", lower) DO UPDATE SET upper = greatest(known.upper, EXCLUDED.upper),
    received_from = least(known.received_from, EXCLUDED.received_from),
    received_to = greatest(known.received_to, EXCLUDED.received_to), rows = known.rows + EXCLUDED.rows`;
}

/** When the batch's messages count as received: the earliest and the latest, milliseconds. Nulls where it holds none. */
export function receiptBounds({ slices }: FetchedBatch, now: number): readonly [from: string | null, to: string | null] {
  let from = Infinity;
  let to = -Infinity;
  for (const { receivedAt } of slices) {
    const received = receiptTime(receivedAt, now);
    from = Math.min(from, received);
    to = Math.max(to, received);
  }
  return slices.length === 0 ? [null, null] : [String(Math.floor(from)), String(Math.ceil(to))];
}

const NOTE = noteStoredText({
  epoch: '$1',
  partition: '$2',
  from: '$3::bigint',
  next: '$4',
  receivedFrom: '$5',
  receivedTo: '$6',
  rows: '$7',
});

/** The same as a statement of its own, within the transaction that has moved the position. @param rows of `logs` that were stored */
export async function noteStored(
  client: PoolClient,
  batch: FetchedBatch,
  epoch: number,
  rows: number,
  now: number,
): Promise<void> {
  const offsets = [String(batch.from), String(batch.next)];
  const values = [epoch, batch.partition, ...offsets, ...receiptBounds(batch, now), rows];
  await client.query({ name: 'note-stored', text: NOTE, values });
}
