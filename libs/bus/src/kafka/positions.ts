import type { BusSource, StoredPosition } from '#domain';
import type { OffsetRange } from './broker-link.js';

/** The command that accepts what is there now as where to go on. */
export function repairCommand(topic: string, partition: number): string {
  return `npm run positions -- accept --topic ${topic} --partition ${partition}`;
}

/** Why a partition can't go on from its stored position. */
export class PositionMismatchError extends Error {
  override readonly name = 'PositionMismatchError';
}

/** Throws where the stored position counts in another topic. */
export function requireSameTopic(source: BusSource, partition: number, stored: StoredPosition): void {
  if (stored.topicId === source.topicId) return;
  throw new PositionMismatchError(
    `Partition ${partition} of topic ${source.topic} is stopped: its stored position ${stored.next} counts in topic id ${stored.topicId}, ` +
      `but the topic now has id ${source.topicId} (cluster ${source.clusterId}): it was deleted and made again, or the cluster is another one. ` +
      `If what the old topic still held may be given up, run \`${repairCommand(source.topic, partition)}\` to go on with the new one.`,
  );
}

/** What to say where the broker no longer has, or not yet has, the stored position; null where it lies within. */
export function rangeMismatch(
  source: BusSource,
  partition: number,
  position: bigint,
  range: OffsetRange,
): PositionMismatchError | null {
  if (position >= range.earliest && position <= range.end) return null;
  const what =
    position < range.earliest
      ? `records ${position} to ${range.earliest - 1n} were removed by the broker before they were stored`
      : `the broker's log ends at ${range.end}: it has lost records that were stored`;
  return new PositionMismatchError(
    `Partition ${partition} of topic ${source.topic} is stopped: its stored position is ${position}, but the broker keeps ` +
      `${range.earliest} to ${range.end}: ${what}. To go on with what is there, run \`${repairCommand(source.topic, partition)}\`.`,
  );
}
