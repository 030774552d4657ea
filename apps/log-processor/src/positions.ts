import { Database, putPosition, readPositions } from '#db/postgres';
import { readTopicState, type OffsetRange, type TopicState } from '#bus/kafka';
import type { StoredPosition } from '#domain';
import { createLogger, loadConfig, required, type Config } from '#platform';

/**
 * The repair command: shows where the store stands in each partition of the topic, and accepts what the broker has now
 * where the two don't fit (a topic deleted and made again, records removed before they were stored).
 *
 *   npm run positions -- show
 *   npm run positions -- accept --partition N
 *   npm run positions -- accept --all
 *
 * Reads the log-processor's variables. A stopped partition goes on by itself within seconds, no restart is needed.
 */

const USAGE = 'Usage: npm run positions -- show | accept --partition N | accept --all';

/** What fits, or where accepting would lead. */
function verdictOf(
  state: TopicState,
  range: OffsetRange,
  stored: StoredPosition | undefined,
): { fits: boolean; accept: bigint; text: string } {
  if (stored === undefined) return { fits: true, accept: range.earliest, text: 'no position yet: will begin at the beginning' };
  if (stored.topicId !== state.source.topicId) {
    return {
      fits: false,
      accept: range.earliest,
      text: `position ${stored.next} counts in another topic (id ${stored.topicId})`,
    };
  }
  if (stored.next < range.earliest) {
    return {
      fits: false,
      accept: range.earliest,
      text: `position ${stored.next}: the broker has removed records that were not stored`,
    };
  }
  if (stored.next > range.end) {
    return { fits: false, accept: range.end, text: `position ${stored.next}: the broker has lost records that were stored` };
  }
  return { fits: true, accept: stored.next, text: `position ${stored.next}, ${range.end - stored.next} messages behind the end` };
}

/** The partitions that `accept` is for; null where the arguments are no such command. */
function chosen(args: readonly string[], partitions: readonly number[]): readonly number[] | null {
  if (args[0] === 'show' && args.length === 1) return [];
  if (args[0] !== 'accept') return null;
  if (args[1] === '--all' && args.length === 2) return partitions;
  const partition = Number(args[2]);
  return args[1] === '--partition' && args.length === 3 && partitions.includes(partition) ? [partition] : null;
}

/** One line a partition; accepts where the arguments say so. @returns the exit code */
async function run(args: readonly string[], config: Config, database: Database): Promise<number> {
  const kafka = required(config.kafka, 'KAFKA_BROKERS');
  const state = await readTopicState(kafka, kafka.topic, createLogger(config));
  const partitions = [...state.ranges.keys()].sort((a, b) => a - b);
  const accepted = chosen(args, partitions);
  if (accepted === null) {
    process.stderr.write(`${USAGE}\nTopic ${kafka.topic} has the partitions ${partitions.join(', ')}.\n`);
    return 2;
  }
  const stored = await readPositions(database, state.source, partitions);
  for (const partition of partitions) {
    const range = required(state.ranges.get(partition) ?? null, `partition ${partition}`);
    const verdict = verdictOf(state, range, stored.get(partition));
    let line = `partition ${partition}: ${verdict.text}; the broker keeps ${range.earliest} to ${range.end}`;
    if (!verdict.fits && accepted.includes(partition)) {
      await putPosition(database, state.source, partition, { topicId: state.source.topicId, next: verdict.accept });
      line += ` -> now ${verdict.accept}`;
    } else if (!verdict.fits) line += ` -> accept with: npm run positions -- accept --partition ${partition}`;
    process.stdout.write(`${line}\n`);
  }
  return 0;
}

try {
  const config = loadConfig('log-processor');
  const url = required(config.databases.logIngestion, 'LOG_INGESTION_DATABASE');
  const database = new Database({ url, applicationName: 'rootspan positions', maxConnections: 1 });
  try {
    process.exitCode = await run(process.argv.slice(2), config, database);
  } finally {
    await database.close();
  }
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
