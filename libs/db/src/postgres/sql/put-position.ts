import type { BusSource, StoredPosition } from '#domain';
import type { Database } from '../database.js';

const PUT = `
  INSERT INTO bus_positions (topic, "partition", cluster_id, topic_id, next_offset) VALUES ($1, $2, $3, $4, $5)
  ON CONFLICT (topic, "partition") DO UPDATE SET
    cluster_id = EXCLUDED.cluster_id, topic_id = EXCLUDED.topic_id, next_offset = EXCLUDED.next_offset,
    reached_at = NULL, updated_at = now()`;

/**
 * Sets a partition's position by hand: for the repair command only, the writer moves it with the rows. Its bus time is unknown
 * then, and retry keys are kept until it moves.
 */
export async function putPosition(
  database: Database,
  source: BusSource,
  partition: number,
  position: StoredPosition,
): Promise<void> {
  const values = [source.topic, partition, source.clusterId, position.topicId, String(position.next)];
  await database.query({ text: PUT, values });
}
