import type { PositionedSlice } from '#domain';
import type { PoolClient } from 'pg';
import { keyColumns, keyedSlices } from './claim-retry-keys.js';

const GIVE_UP = `
  DELETE FROM ingested_batches b
  USING unnest($1::text[], $2::text[], $3::uuid[], $4::integer[], $5::integer[], $6::timestamptz[])
    AS k (tenant, batch_key, digest, slice, slice_count, received_at)
  WHERE b.tenant = k.tenant AND b.batch_key = k.batch_key AND b.digest = k.digest
    AND b.slice = k.slice AND b.slice_count = k.slice_count AND b.received_at = k.received_at`;

/**
 * Forgets the retry keys that these messages left themselves, told by the time of receipt: for messages that are replayed
 * because their rows are gone, and that would otherwise pass for retries of themselves.
 */
export async function giveUpOwnKeys(client: PoolClient, slices: readonly PositionedSlice[]): Promise<void> {
  const keyed = keyedSlices(slices);
  if (keyed.length > 0) await client.query({ name: 'give-up-own-keys', text: GIVE_UP, values: keyColumns(keyed) });
}
