import type { BusSource, StoredPosition } from '#domain';
import type { Database } from '../database.js';

const POSITIONS = `
  SELECT "partition", topic_id, next_offset FROM bus_positions
  WHERE topic = $1 AND "partition" = ANY ($2::integer[])`;

export async function readPositions(
  database: Database,
  source: BusSource,
  partitions: readonly number[],
): Promise<Map<number, StoredPosition>> {
  const rows = await database.query<{ partition: number; topic_id: string; next_offset: string }>({
    text: POSITIONS,
    values: [source.topic, partitions],
  });
  return new Map(rows.map((row) => [row.partition, { topicId: row.topic_id, next: BigInt(row.next_offset) }]));
}

const EPOCH = `
  WITH made AS (
    INSERT INTO bus_epochs (cluster_id, topic, topic_id)
    SELECT $1, $2, $3 WHERE NOT EXISTS (SELECT FROM bus_epochs WHERE cluster_id = $1 AND topic = $2 AND topic_id = $3)
    ON CONFLICT DO NOTHING RETURNING epoch
  )
  SELECT epoch FROM made
  UNION ALL SELECT epoch FROM bus_epochs WHERE cluster_id = $1 AND topic = $2 AND topic_id = $3`;

/** The number that stands for this topic in record ids; made on first sight. */
export async function readEpoch(database: Database, source: BusSource): Promise<number> {
  for (;;) {
    const values = [source.clusterId, source.topic, source.topicId];
    const [row] = await database.query<{ epoch: number }>({ text: EPOCH, values });
    if (row !== undefined) return row.epoch;
    // Another process made it at the same moment and had not committed yet: the next look finds it.
  }
}
