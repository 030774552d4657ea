import { createHash } from 'node:crypto';
import type { PositionedSlice, RetryKey } from '#domain';
import type { PoolClient } from 'pg';

const INSERT = `
  INSERT INTO ingested_batches (tenant, batch_key, digest, slice, slice_count, received_at)
  SELECT tenant, batch_key, digest, slice, slice_count, received_at
  FROM unnest($1::text[], $2::text[], $3::uuid[], $4::integer[], $5::integer[], $6::timestamptz[])
    WITH ORDINALITY AS k (tenant, batch_key, digest, slice, slice_count, received_at, place)
  ORDER BY tenant, batch_key, digest, slice, slice_count, place
  ON CONFLICT DO NOTHING
  RETURNING tenant, batch_key, replace(digest::text, '-', '') AS digest, slice, slice_count`;

interface KeyRow {
  readonly tenant: string;
  readonly batch_key: string;
  readonly digest: string;
  readonly slice: number;
  readonly slice_count: number;
}

/**
 * Notes the retry keys of a batch's slices; answers of each slice whether it had been stored before.
 * A key that stands twice in the batch belongs to its first place, and counts as stored from the second on. Sorted, so that
 * writers never deadlock.
 */
export async function claimRetryKeys(client: PoolClient, slices: readonly PositionedSlice[]): Promise<boolean[]> {
  const keyed = keyedSlices(slices);
  if (keyed.length === 0) return slices.map(() => false);
  const inserted = await client.query<KeyRow>({ name: 'claim-retry-keys', text: INSERT, values: keyColumns(keyed) });
  const fresh = new Set(inserted.rows.map((row) => keyOf(row.tenant, row.batch_key, row.digest, row.slice, row.slice_count)));
  return slices.map(({ tenant, retryKey }) => {
    if (retryKey === undefined) return false;
    const key = storedKeyOf(retryKey);
    return !fresh.delete(keyOf(tenant, key.batchKey, key.digest, key.slice, key.sliceCount));
  });
}

/** A slice that has a retry key, and the key as it is stored. */
export interface KeyedSlice {
  readonly slice: PositionedSlice;
  readonly key: RetryKey;
}

export function keyedSlices(slices: readonly PositionedSlice[]): KeyedSlice[] {
  return slices.flatMap((slice) => (slice.retryKey === undefined ? [] : [{ slice, key: storedKeyOf(slice.retryKey) }]));
}

/** The columns of `ingested_batches`, each as an array. */
export function keyColumns(keyed: readonly KeyedSlice[]): unknown[] {
  return [
    keyed.map(({ slice }) => slice.tenant),
    keyed.map(({ key }) => key.batchKey),
    keyed.map(({ key }) => key.digest),
    keyed.map(({ key }) => key.slice),
    keyed.map(({ key }) => key.sliceCount),
    keyed.map(({ slice }) => new Date(slice.receivedAt)),
  ];
}

const MAX_INTEGER = 0x7fffffff;
/** An index entry of PostgreSQL holds 2,704 bytes. */
const MAX_KEY_BYTES = 2_048;

/** The key as the columns can hold it: one that is too long, no text or no integer to PostgreSQL stands as its digest. */
function storedKeyOf(key: RetryKey): RetryKey {
  const { batchKey, digest, slice, sliceCount } = key;
  if (sliceCount <= MAX_INTEGER && !batchKey.includes('\0') && Buffer.byteLength(batchKey) <= MAX_KEY_BYTES) return key;
  const whole = createHash('sha256').update(`${slice}/${sliceCount}/${batchKey}`).digest('hex');
  return { batchKey: `sha256:${whole}`, digest, slice: 0, sliceCount: 1 };
}

function keyOf(tenant: string, batchKey: string, digest: string, slice: number, count: number): string {
  return `${tenant}/${digest}/${slice}/${count}/${batchKey}`;
}
