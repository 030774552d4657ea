import { createHash } from 'node:crypto';
import type { PositionedSlice, RetryKey } from '#domain';
import type { PoolClient } from 'pg';
import { arrayText, quotedElement } from './array-text.js';

/** Its parameters are what keyColumns gives; its rows are the keys that nobody had claimed, in the columns of KeyRow. */
export const CLAIM_KEYS = `
  INSERT INTO ingested_batches (tenant, batch_key, digest, slice, slice_count, received_at)
  SELECT tenant, batch_key, digest, slice, slice_count, received_at
  FROM unnest($1::text[], $2::text[], $3::uuid[], $4::integer[], $5::integer[], $6::timestamptz[])
    WITH ORDINALITY AS k (tenant, batch_key, digest, slice, slice_count, received_at, place)
  ORDER BY tenant, batch_key, digest, slice, slice_count, place
  ON CONFLICT DO NOTHING
  RETURNING tenant, replace(digest::text, '-', '') AS digest, slice, slice_count, batch_key`;

interface KeyRow {
  readonly tenant: string;
  readonly digest: string;
  readonly slice: number;
  readonly slice_count: number;
  readonly batch_key: string;
}

/**
 * Notes the retry keys of a batch's slices; answers of each slice whether it had been stored before. Sorted, so that writers
 * never deadlock.
 */
export async function claimRetryKeys(client: PoolClient, slices: readonly PositionedSlice[]): Promise<boolean[]> {
  const keyed = keyedSlices(slices);
  if (keyed.length === 0) return slices.map(() => false);
  const claimed = new ClaimedKeys();
  const { rows } = await client.query<KeyRow>({ name: 'claim-retry-keys', text: CLAIM_KEYS, values: keyColumns(keyed) });
  for (const row of rows) claimed.add([row.tenant, row.digest, row.slice, row.slice_count, row.batch_key]);
  return claimed.known(slices);
}

/** What CLAIM_KEYS has answered. */
export class ClaimedKeys {
  private readonly fresh = new Set<string>();

  /** @param columns those of a row */
  add(columns: readonly unknown[]): void {
    this.fresh.add(columns.join('/'));
  }

  /**
   * Of each slice whether it had been stored before. A key that stands twice belongs to its first place, and counts as stored
   * from the second on.
   */
  known(slices: readonly PositionedSlice[]): boolean[] {
    return slices.map(({ tenant, retryKey }) => {
      if (retryKey === undefined) return false;
      const { batchKey, digest, slice, sliceCount } = storedKeyOf(retryKey);
      return !this.fresh.delete([tenant, digest, slice, sliceCount, batchKey].join('/'));
    });
  }
}

/** A slice that has a retry key, and the key as it is stored. */
export interface KeyedSlice {
  readonly slice: PositionedSlice;
  readonly key: RetryKey;
}

export function keyedSlices(slices: readonly PositionedSlice[]): KeyedSlice[] {
  return slices.flatMap((slice) => (slice.retryKey === undefined ? [] : [{ slice, key: storedKeyOf(slice.retryKey) }]));
}

/** The columns of `ingested_batches`, each written as PostgreSQL writes arrays. */
export function keyColumns(keyed: readonly KeyedSlice[]): string[] {
  return [
    keyed.map(({ slice }) => quotedElement(slice.tenant)),
    keyed.map(({ key }) => quotedElement(key.batchKey)),
    keyed.map(({ key }) => key.digest),
    keyed.map(({ key }) => key.slice),
    keyed.map(({ key }) => key.sliceCount),
    keyed.map(({ slice }) => new Date(Math.min(Math.max(slice.receivedAt, 0), LATEST_MS)).toISOString()),
  ].map(arrayText);
}

/** A foreign producer's clock may say anything; PostgreSQL reads no year of five digits. */
const LATEST_MS = Date.UTC(9999, 0);
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
