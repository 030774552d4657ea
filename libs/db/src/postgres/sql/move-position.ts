import type { FetchedBatch } from '#domain';
import type { PoolClient } from 'pg';

/** `moved`, or where the store stands instead. */
export type MovedPosition = { readonly kind: 'moved' } | { readonly kind: 'fenced'; readonly position: bigint | null };

const MOVE = `
  UPDATE bus_positions SET next_offset = $6, updated_at = now()
  WHERE topic = $1 AND "partition" = $2 AND cluster_id = $3 AND topic_id = $4 AND next_offset = $5`;
const BEGIN = `
  INSERT INTO bus_positions (topic, "partition", cluster_id, topic_id, next_offset) VALUES ($1, $2, $3, $4, $5)
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
  const identity = [source.clusterId, source.topicId];
  const move = { name: 'move-position', text: MOVE, values: [...place, ...identity, String(batch.from), String(batch.next)] };
  if ((await client.query(move)).rowCount === 1) return { kind: 'moved' };
  const begin = { name: 'begin-position', text: BEGIN, values: [...place, ...identity, String(batch.next)] };
  if ((await client.query(begin)).rowCount === 1) return { kind: 'moved' };
  const found = await client.query<{ next_offset: string; topic_id: string }>(READ, place);
  const row = found.rows[0];
  return { kind: 'fenced', position: row?.topic_id === source.topicId ? BigInt(row.next_offset) : null };
}
