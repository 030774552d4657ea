import type { PositionedSlice } from '#domain';
import type { PoolClient } from 'pg';
import { receiptTime } from '../receipt-time.js';
import { arrayText } from './array-text.js';

/** Its parameters are what recognizedRetries gives. */
export const NOTE_RETRIES = `
  INSERT INTO recognized_retries (epoch, "partition", "offset", received_at)
  SELECT $1::integer, $2::integer, * FROM unnest($3::bigint[], $4::timestamptz[])
  ON CONFLICT DO NOTHING`;

/** Notes which messages were left out because their retry key was known, so that a replay leaves them out without it. */
export async function noteRecognizedRetries(
  client: PoolClient,
  epoch: number,
  partition: number,
  slices: readonly PositionedSlice[],
  now: number,
): Promise<void> {
  if (slices.length === 0) return;
  const values = recognizedRetries(epoch, partition, slices, now);
  await client.query({ name: 'note-recognized-retries', text: NOTE_RETRIES, values });
}

/** The parameters of NOTE_RETRIES. @param now milliseconds */
export function recognizedRetries(epoch: number, partition: number, slices: readonly PositionedSlice[], now: number): string[] {
  const times = slices.map(({ receivedAt }) => new Date(receiptTime(receivedAt, now)).toISOString());
  return [String(epoch), String(partition), arrayText(slices.map(({ offset }) => String(offset))), arrayText(times)];
}
