import type { PoolClient } from 'pg';

export const NOTE_PARTITION = `INSERT INTO bus_partitions (epoch, "partition") VALUES ($1, $2) ON CONFLICT DO NOTHING`;

/**
 * Notes that a partition feeds this database, in the transaction that makes its position. Waits for another writer that is
 * doing the same.
 *
 * @returns false where it was noted before: a partition without a position had one, and lost it
 */
export async function notePartition(client: PoolClient, epoch: number, partition: number): Promise<boolean> {
  return (await client.query(NOTE_PARTITION, [epoch, partition])).rowCount === 1;
}
