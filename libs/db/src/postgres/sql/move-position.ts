import type { FetchedBatch } from '#domain';
import type { PoolClient } from 'pg';
import { receiptTime } from '../receipt-time.js';

/** `moved`, or where the store stands instead. */
export type MovedPosition = { readonly kind: 'moved' } | { readonly kind: 'fenced'; readonly position: bigint | null };

export const MOVE_POSITION = `
  UPDATE bus_positions SET next_offset = $6, reached_at = coalesce(to_timestamp($7::double precision / 1000), reached_at),
    updated_at = now()
  WHERE topic = $1 AND "partition" = $2 AND cluster_id = $3 AND topic_id = $4 AND next_offset = $5`;
const BEGIN = `
  INSERT INTO bus_positions (topic, "partition", cluster_id, topic_id, next_offset, reached_at)
  VALUES ($1, $2, $3, $4, $5, to_timestamp($6::double precision / 1000))
  ON CONFLICT DO NOTHING`;
const READ = `SELECT next_offset, topic_id FROM bus_positions WHERE topic = $1 AND "partition" = $2`;

/**
 * Moves the position from `batch.from` to `batch.next` within the caller's transaction: the fence.
 *
 * The row stays locked until the transaction ends, so that two consumers that both believe to own the partition
 * can't both write: the second finds the position moved. A position of another topic id never matches.
 */
export async function movePosition(client: PoolClient, batch: FetchedBatch): Promise<MovedPosition> {
  const { source, partition } = batch;
  const place = [source.topic, partition];
  const move = { name: 'move-position', text: MOVE_POSITION, values: positionMove(batch) };
  if ((await client.query(move)).rowCount === 1) return { kind: 'moved' };
  const values = [...place, source.clusterId, source.topicId, String(batch.next), reachedMs(batch)];
  const begin = { name: 'begin-position', text: BEGIN, values };
  if ((await client.query(begin)).rowCount === 1) return { kind: 'moved' };
  const found = await client.query<{ next_offset: string; topic_id: string }>(READ, place);
  const row = found.rows[0];
  return { kind: 'fenced', position: row?.topic_id === source.topicId ? BigInt(row.next_offset) : null };
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
function reachedMs(batch: FetchedBatch): string | null {
  const now = Date.now();
  const believable = batch.slices.map(({ receivedAt }) => receivedAt).filter((ms) => receiptTime(ms, now) === ms);
  const latest = believable.reduce((max, ms) => Math.max(max, ms), -1);
  return latest < 0 ? null : String(latest);
}
