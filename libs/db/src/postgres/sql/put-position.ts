import type { BusSource, StoredPosition } from '#domain';
import type { Database } from '../database.js';
import { readEpoch } from './read-positions.js';

/** What a scan has found is of no use any more. */
const NOTE = `
  INSERT INTO bus_partitions (epoch, "partition") VALUES ($1, $2)
  ON CONFLICT (epoch, "partition") DO UPDATE SET replay_until = NULL, scanned_version = NULL`;
const PUT = `
  INSERT INTO bus_positions (topic, "partition", cluster_id, topic_id, next_offset, covered_until) VALUES ($1, $2, $3, $4, $5, $5)
  ON CONFLICT (topic, "partition") DO UPDATE SET
    cluster_id = EXCLUDED.cluster_id, topic_id = EXCLUDED.topic_id, next_offset = EXCLUDED.next_offset,
    covered_until = EXCLUDED.covered_until, reached_at = NULL, updated_at = now()`;

/**
 * Sets a partition's position by hand: for the repair command only, the writer moves it with the rows. Its bus time is unknown
 * then, and retry keys are kept until it moves.
 *
 * What comes from there on is new, whatever is stored: where a broker has lost messages, others come under their offsets.
 */
export async function putPosition(
  database: Database,
  source: BusSource,
  partition: number,
  position: StoredPosition,
): Promise<void> {
  const epoch = await readEpoch(database, source);
  await database.query({ text: NOTE, values: [epoch, partition] });
  const values = [source.topic, partition, source.clusterId, position.topicId, String(position.next)];
  await database.query({ text: PUT, values });
}

const PUT_BACK = `
  UPDATE bus_positions SET next_offset = $5, covered_until = greatest(covered_until, next_offset), reached_at = NULL,
    updated_at = now()
  WHERE topic = $1 AND "partition" = $2 AND cluster_id = $3 AND topic_id = $4 AND next_offset > $5`;

/**
 * Puts a partition's position back to `next`, for the repair command too: what is read again and is stored is not stored again.
 *
 * @returns false where there is no position of this topic beyond it
 */
export async function putPositionBack(database: Database, source: BusSource, partition: number, next: bigint): Promise<boolean> {
  const values = [source.topic, partition, source.clusterId, source.topicId, String(next)];
  return (await database.query({ text: `${PUT_BACK} RETURNING 1`, values })).length === 1;
}
