import type { FetchedBatch } from '#domain';
import type { PoolClient } from 'pg';
import { reachedMs } from './move-position.js';

const WRITE = `
  INSERT INTO bus_positions AS p (topic, "partition", cluster_id, topic_id, next_offset, covered_until, reached_at)
  VALUES ($1, $2, $3, $4, $5, $6, to_timestamp($7::double precision / 1000))
  ON CONFLICT (topic, "partition") DO UPDATE SET next_offset = EXCLUDED.next_offset, covered_until = EXCLUDED.covered_until,
    reached_at = coalesce(EXCLUDED.reached_at, p.reached_at), updated_at = now()
  WHERE p.xmin::text = $8
  RETURNING xmin::text AS version`;

/**
 * Makes a partition's position, or writes it anew, in the transaction that looked at it: `LockedPosition` says what the columns
 * mean.
 *
 * @param version of the row that was locked; null: there was none, and one that somebody else made meanwhile is left alone
 * @returns the version of the row as it is now; null where it was left alone
 */
export async function writePosition(
  client: PoolClient,
  batch: FetchedBatch,
  next: bigint,
  coveredUntil: bigint,
  version: string | null,
): Promise<string | null> {
  const { topic, clusterId, topicId } = batch.source;
  const offsets = [String(next), String(coveredUntil)];
  const values = [topic, batch.partition, clusterId, topicId, ...offsets, reachedMs(batch), version];
  const written = await client.query<{ version: string }>({ name: 'write-position', text: WRITE, values });
  return written.rows[0]?.version ?? null;
}
