import type { FetchedBatch } from '#domain';
import type { PoolClient } from 'pg';
import { lockPosition, type LockedPosition } from './sql/lock-position.js';
import { movePosition } from './sql/move-position.js';
import { notePartition } from './sql/note-partition.js';
import { readSettledOffsets } from './sql/read-settled-offsets.js';
import { carryReplayOn, endReplay, lockReplayScan } from './sql/replay-scan.js';
import { writePosition } from './sql/write-position.js';

/** Whether a batch may be stored, and what the store has of it. */
export type Entry =
  /** As usual: nothing of it was stored before. */
  | { readonly kind: 'moved' }
  | {
      readonly kind: 'replayed';
      /** Offsets of its messages that are stored already, or were left out as retries. */
      readonly settled: ReadonlySet<bigint>;
      /** Where the replay ends. */
      readonly until: bigint;
    }
  /** It has to be found out first what is stored (scanSettledOffsets); nothing was written. */
  | { readonly kind: 'unscanned' }
  /** The position is elsewhere. Null: there is none. */
  | { readonly kind: 'fenced'; readonly position: bigint | null };

/**
 * Moves the position over the batch, within the caller's transaction, and finds out whether it is a replay.
 *
 * States of a partition:
 * - `usual`: what lies behind the position was never stored (`covered_until <= next_offset`). One UPDATE moves it.
 * - `new`: there is no position and there never was one (`bus_partitions`). The batch makes it, and it is usual from then on.
 * - `wiped` or `put back`: there is no position though there was one, `covered_until` is not known or lies ahead. Nothing is
 *   stored before a scan of `logs` has found what is there.
 * - `replaying`: the scan is good for the position as it is: nobody but the replay has changed its row since, as its xmin tells.
 *   What the scan has found is left out, the rest is stored. Behind both what it found and `covered_until` all is usual again.
 *
 * Whoever wipes a position or puts it back in the middle of a replay makes the scan void, and another is made. Locks are taken
 * in the order position, scan.
 */
export async function enterPosition(client: PoolClient, batch: FetchedBatch, epoch: number): Promise<Entry> {
  if (await movePosition(client, batch)) return { kind: 'moved' };
  const found = await lockPosition(client, batch);
  if (found === null && (await notePartition(client, epoch, batch.partition))) {
    if ((await writePosition(client, batch, batch.next, batch.next, null)) !== null) return { kind: 'moved' };
  }
  // Another writer that made the note at the same time has made the position too.
  const position = found ?? (await lockPosition(client, batch));
  if (position !== null && !isAt(position, batch)) {
    return { kind: 'fenced', position: position.topicId === batch.source.topicId ? position.next : null };
  }
  return enterReplay(client, batch, epoch, position);
}

async function enterReplay(
  client: PoolClient,
  batch: FetchedBatch,
  epoch: number,
  position: LockedPosition | null,
): Promise<Entry> {
  const { partition, from, next, source } = batch;
  const version = position?.version ?? null;
  const scan = await lockReplayScan(client, epoch, partition);
  if (scan === null || scan.version !== version) return { kind: 'unscanned' };
  const until = larger(scan.until, position?.coveredUntil ?? 0n);
  // Of a bus that keeps nothing, records below it are new ones under the numbers of others: they have to be counted on from there.
  const skips = source.transient === true && from < until;
  const target = skips ? until : next;
  const written = await writePosition(client, batch, target, larger(target, until), version);
  if (written === null) return { kind: 'unscanned' };
  const settled = from < until && !skips ? await readSettledOffsets(client, batch, epoch) : null;
  if (target >= until) await endReplay(client, epoch, partition);
  else await carryReplayOn(client, epoch, partition, { until, version: written });
  if (skips) return { kind: 'fenced', position: until };
  return settled === null ? { kind: 'moved' } : { kind: 'replayed', settled, until };
}

function isAt(position: LockedPosition, { source, from }: FetchedBatch): boolean {
  return position.clusterId === source.clusterId && position.topicId === source.topicId && position.next === from;
}

function larger(a: bigint, b: bigint): bigint {
  return a > b ? a : b;
}
