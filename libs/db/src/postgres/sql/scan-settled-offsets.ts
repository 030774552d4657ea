import type { BusSource } from '#domain';
import type { PoolClient } from 'pg';
import { NOTE_PARTITION } from './note-partition.js';

const LOCK = `SELECT FROM bus_partitions WHERE epoch = $1 ORDER BY "partition" FOR UPDATE`;

/**
 * Partitions whose position is gone, unknown or put back, unless a scan that is still good was made for it. One that counts in
 * another topic by now is none of them.
 */
const UNSCANNED = `
  SELECT b."partition", p.xmin::text AS version FROM bus_partitions b
  LEFT JOIN bus_positions p ON p.topic = $2 AND p."partition" = b."partition"
  WHERE b.epoch = $1
    AND (p.topic IS NULL OR p.cluster_id = $3 AND p.topic_id = $4 AND coalesce(p.covered_until > p.next_offset, true))
    AND (b.replay_until IS NULL OR b.scanned_version IS DISTINCT FROM p.xmin::text)
  ORDER BY b."partition"`;

const FORGET = `DELETE FROM settled_ranges WHERE epoch = $1 AND "partition" = ANY ($2::integer[])`;

/**
 * Bytes 2 and 3 of a record id are the partition, 4 to 11 the offset (ADR 003). A message's records and spans have one time of
 * receipt and one transaction: where one of them is stored, all are that can be.
 */
const SCAN = `
  INSERT INTO settled_ranges (epoch, "partition", lower, upper)
  SELECT $1, "partition", min("offset"), max("offset") + 1
  FROM (
    SELECT "partition", "offset", "offset" - row_number() OVER (PARTITION BY "partition" ORDER BY "offset") AS island
    FROM (
      SELECT get_byte(place, 0) * 256 + get_byte(place, 1) AS "partition",
        ('x' || encode(substr(place, 3), 'hex'))::bit(64)::bigint AS "offset"
      FROM (
        SELECT DISTINCT substr(uuid_send(id), 3, 10) AS place
        FROM (SELECT id FROM logs UNION ALL SELECT id FROM spans) AS everything
        WHERE id >= $3 AND id <= $4 AND get_byte(uuid_send(id), 2) * 256 + get_byte(uuid_send(id), 3) = ANY ($2::integer[])
      ) AS stored
      UNION
      SELECT "partition", "offset" FROM recognized_retries WHERE epoch = $1 AND "partition" = ANY ($2::integer[])
    ) AS settled
  ) AS numbered
  GROUP BY "partition", island`;

const KEEP = `
  UPDATE bus_partitions b SET scanned_version = s.version,
    replay_until = coalesce((SELECT max(upper) FROM settled_ranges r WHERE r.epoch = $1 AND r."partition" = b."partition"), 0)
  FROM unnest($2::integer[], $3::text[]) AS s ("partition", version)
  WHERE b.epoch = $1 AND b."partition" = s."partition"`;

/**
 * Finds, for every partition of the topic that is about to be replayed, which of its messages are stored or were left out as
 * retries. Reads all of `logs` and `spans` once: minutes where it is large.
 *
 * To be run in a transaction of its own. Writers of these partitions can't begin meanwhile, those of others are not touched; of
 * several that ask at the same time one scans, and the others find its result or a lock timeout.
 *
 * @param partition the one that is asked for
 * @param onScan told which partitions are looked for, before the long part
 * @returns how many were scanned; 0 where that had been done already
 */
export async function scanSettledOffsets(
  client: PoolClient,
  source: BusSource,
  epoch: number,
  partition: number,
  onScan: (partitions: readonly number[]) => void,
): Promise<number> {
  await client.query(NOTE_PARTITION, [epoch, partition]);
  await client.query(LOCK, [epoch]);
  // A statement of its own: it sees what others committed while this one waited for the locks.
  const values = [epoch, source.topic, source.clusterId, source.topicId];
  const { rows } = await client.query<{ partition: number; version: string | null }>(UNSCANNED, values);
  if (rows.length === 0) return 0;
  const partitions = rows.map((row) => row.partition);
  onScan(partitions);
  await client.query(FORGET, [epoch, partitions]);
  await client.query(SCAN, [epoch, partitions, idAt(epoch, '0'), idAt(epoch, 'f')]);
  await client.query(KEEP, [epoch, partitions, rows.map((row) => row.version)]);
  return partitions.length;
}

/** The first or the last id of an epoch. */
function idAt(epoch: number, digit: '0' | 'f'): string {
  return epoch.toString(16).padStart(4, '0').padEnd(32, digit);
}
