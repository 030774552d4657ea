import type { PoolClient } from 'pg';

/** What a scan found for the replay of a partition. */
export interface ReplayScan {
  /** The replay ends here: behind it nothing is stored. */
  readonly until: bigint;
  /** The version of the position that it is good for (LockedPosition); null: it is good while there is no position. */
  readonly version: string | null;
}

const LOCK = `
  SELECT replay_until, scanned_version FROM bus_partitions WHERE epoch = $1 AND "partition" = $2 FOR UPDATE`;

/** Locks what was found, so that no other writer begins with it. @returns null where nothing was scanned */
export async function lockReplayScan(client: PoolClient, epoch: number, partition: number): Promise<ReplayScan | null> {
  const values = [epoch, partition];
  const found = await client.query<{ replay_until: string | null; scanned_version: string | null }>(LOCK, values);
  const [row] = found.rows;
  if (row === undefined || row.replay_until === null) return null;
  return { until: BigInt(row.replay_until), version: row.scanned_version };
}

const CARRY_ON = `
  UPDATE bus_partitions SET replay_until = $3, scanned_version = $4 WHERE epoch = $1 AND "partition" = $2`;

/** The scan is good for the position as the replay has moved it. */
export async function carryReplayOn(client: PoolClient, epoch: number, partition: number, scan: ReplayScan): Promise<void> {
  await client.query({ name: 'carry-replay-on', text: CARRY_ON, values: [epoch, partition, String(scan.until), scan.version] });
}

const END = `
  WITH gone AS (DELETE FROM settled_ranges WHERE epoch = $1 AND "partition" = $2)
  UPDATE bus_partitions SET replay_until = NULL, scanned_version = NULL WHERE epoch = $1 AND "partition" = $2`;

/** From here on the partition is stored as usual. */
export async function endReplay(client: PoolClient, epoch: number, partition: number): Promise<void> {
  await client.query(END, [epoch, partition]);
}
