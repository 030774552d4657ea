import type { PositionedSlice } from '#domain';
import type { PoolClient } from 'pg';
import { receiptTime } from '../receipt-time.js';

const NOTE = `
  INSERT INTO recognized_retries (epoch, "partition", "offset", received_at)
  SELECT $1, $2, * FROM unnest($3::bigint[], $4::timestamptz[])
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
  const times = slices.map(({ receivedAt }) => new Date(receiptTime(receivedAt, now)));
  const values = [epoch, partition, slices.map(({ offset }) => String(offset)), times];
  await client.query({ name: 'note-recognized-retries', text: NOTE, values });
}
