import type { FetchedBatch } from '#domain';
import type { PoolClient } from 'pg';
import { receiptTime } from '../receipt-time.js';

/** Moves a position that stands where nothing beyond it can be stored yet: the usual case, and no replay. */
export const MOVE_POSITION = `
  UPDATE bus_positions SET next_offset = $6, covered_until = $6,
    reached_at = coalesce(to_timestamp($7::double precision / 1000), reached_at), updated_at = now()
  WHERE topic = $1 AND "partition" = $2 AND cluster_id = $3 AND topic_id = $4 AND next_offset = $5 AND covered_until <= $5`;

/**
 * Moves the position from `batch.from` to `batch.next` within the caller's transaction: the fence.
 *
 * The row stays locked until the transaction ends, so that two consumers that both believe to own the partition
 * can't both write: the second finds the position moved. A position of another topic id never matches.
 *
 * @returns false where the position is elsewhere, is missing, or was put back
 */
export async function movePosition(client: PoolClient, batch: FetchedBatch): Promise<boolean> {
  const move = { name: 'move-position', text: MOVE_POSITION, values: positionMove(batch) };
  return (await client.query(move)).rowCount === 1;
}

/** The parameters of MOVE_POSITION. */
export function positionMove(batch: FetchedBatch): (string | null)[] {
  const { topic, clusterId, topicId } = batch.source;
  return [topic, String(batch.partition), clusterId, topicId, String(batch.from), String(batch.next), reachedMs(batch)];
}

/**
 * The latest believable receipt in the batch, milliseconds; null where it holds none. It may lie before the one that was noted
 * last: one sender's fast clock must not count for good.
 */
export function reachedMs(batch: FetchedBatch): string | null {
  const now = Date.now();
  const believable = batch.slices.map(({ receivedAt }) => receivedAt).filter((ms) => receiptTime(ms, now) === ms);
  const latest = believable.reduce((max, ms) => Math.max(max, ms), -1);
  return latest < 0 ? null : String(latest);
}
