import type { FetchedBatch } from '#domain';
import type { PoolClient } from 'pg';

/** The row of a partition in `bus_positions`. */
export interface LockedPosition {
  readonly clusterId: string;
  readonly topicId: string;
  readonly next: bigint;
  /** Messages below it may be stored already; null: not known. */
  readonly coveredUntil: bigint | null;
  /** Changes whenever anybody changes the row. */
  readonly version: string;
}

const LOCK = `
  SELECT cluster_id, topic_id, next_offset, covered_until, xmin::text AS version FROM bus_positions
  WHERE topic = $1 AND "partition" = $2 FOR UPDATE`;

interface Row {
  readonly cluster_id: string;
  readonly topic_id: string;
  readonly next_offset: string;
  readonly covered_until: string | null;
  readonly version: string;
}

/** Locks the row until the transaction ends. @returns null where there is none */
export async function lockPosition(client: PoolClient, { source, partition }: FetchedBatch): Promise<LockedPosition | null> {
  const found = await client.query<Row>(LOCK, [source.topic, partition]);
  const [row] = found.rows;
  if (row === undefined) return null;
  return {
    clusterId: row.cluster_id,
    topicId: row.topic_id,
    next: BigInt(row.next_offset),
    coveredUntil: row.covered_until === null ? null : BigInt(row.covered_until),
    version: row.version,
  };
}
