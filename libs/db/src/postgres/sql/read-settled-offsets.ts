import type { FetchedBatch } from '#domain';
import type { PoolClient } from 'pg';

/** The ranges of a partition don't overlap: the first that ends behind an offset holds it, or none does. */
const SETTLED = `
  SELECT o."offset" FROM unnest($3::bigint[]) AS o ("offset")
  CROSS JOIN LATERAL (
    SELECT lower FROM settled_ranges WHERE epoch = $1 AND "partition" = $2 AND upper > o."offset" ORDER BY upper LIMIT 1
  ) AS nearest
  WHERE nearest.lower <= o."offset"`;

/** Which of the batch's messages are stored, or were left out as retries, as the replay's scan found it. */
export async function readSettledOffsets(client: PoolClient, batch: FetchedBatch, epoch: number): Promise<ReadonlySet<bigint>> {
  const values = [epoch, batch.partition, batch.slices.map(({ offset }) => String(offset))];
  const found = await client.query<{ offset: string }>({ name: 'read-settled-offsets', text: SETTLED, values });
  return new Set(found.rows.map(({ offset }) => BigInt(offset)));
}
