import { Database, putPosition, putPositionBack, readPositions } from '#db/postgres';
import { readTopicState, repairCommand, type OffsetRange, type TopicState } from '#bus/kafka';
import type { StoredPosition } from '#domain';
import { createLogger, loadConfig, required, type Config } from '#platform';

/**
 * The repair command: shows where the store stands in each partition of the topic, and accepts what the broker has now
 * where the two don't fit (a topic deleted and made again, records removed before they were stored). `replay` has partitions
 * read again from the beginning, so that what was deleted from the store comes back; what is there is not stored twice.
 *
 *   npm run positions -- show
 *   npm run positions -- accept --partition N
 *   npm run positions -- accept --all
 *   npm run positions -- replay --partition N
 *   npm run positions -- replay --all
 *
 * `--topic T` means a topic of INGEST_TOPICS in place of KAFKA_TOPIC.
 *
 * Reads the log-processor's variables. Partitions go on by themselves within seconds, no restart is needed.
 */

const USAGE =
  'Usage: npm run positions -- show | accept --partition N | accept --all | replay --partition N | replay --all, each with --topic T or without';

/** What is to be done, and with which partitions. */
interface Command {
  readonly name: 'show' | 'accept' | 'replay';
  readonly partitions: readonly number[];
}

/** What fits, or where accepting would lead. */
function verdictOf(
  source: TopicState['source'],
  range: OffsetRange,
  stored: StoredPosition | undefined,
): { fits: boolean; accept: bigint; text: string } {
  if (stored === undefined) return { fits: true, accept: range.earliest, text: 'no position: will begin at the beginning' };
  if (stored.topicId !== source.topicId) {
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

/** Takes `--topic T` out of the arguments, wherever it stands. */
function topicOf(args: readonly string[], fallback: string): { readonly topic: string; readonly rest: readonly string[] } {
  const at = args.indexOf('--topic');
  return at < 0 ? { topic: fallback, rest: args } : { topic: args[at + 1] ?? '', rest: args.toSpliced(at, 2) };
}

/** Null where the arguments are no command. */
function commandOf(args: readonly string[], partitions: readonly number[]): Command | null {
  const [name, option, number] = args;
  if (name === 'show' && args.length === 1) return { name, partitions: [] };
  if (name !== 'accept' && name !== 'replay') return null;
  if (option === '--all' && args.length === 2) return { name, partitions };
  const partition = Number(number);
  return option === '--partition' && args.length === 3 && partitions.includes(partition)
    ? { name, partitions: [partition] }
    : null;
}

/** One line a partition; does what the arguments say. @returns the exit code */
async function run(args: readonly string[], config: Config, database: Database): Promise<number> {
  const kafka = required(config.kafka, 'KAFKA_BROKERS');
  const { topic, rest } = topicOf(args, kafka.topic);
  const topics = [kafka.topic, ...kafka.ingestTopics.map((other) => other.topic)];
  if (!topics.includes(topic)) {
    process.stderr.write(`${USAGE}\nThe topics are ${topics.join(', ')}.\n`);
    return 2;
  }
  const readTopic = async (): Promise<TopicState> => readTopicState(kafka, topic, createLogger(config));
  const { source, ranges } = await readTopic();
  const partitions = [...ranges.keys()].sort((a, b) => a - b);
  const command = commandOf(rest, partitions);
  if (command === null) {
    process.stderr.write(`${USAGE}\nTopic ${topic} has the partitions ${partitions.join(', ')}.\n`);
    return 2;
  }
  const stored = await readPositions(database, source, partitions);
  // Processors may be at work: a position is compared with where the log began before it was read and where it ended after.
  const later = (await readTopic()).ranges;
  for (const partition of partitions) {
    const { earliest } = required(ranges.get(partition) ?? null, `partition ${partition}`);
    const { end } = required(later.get(partition) ?? null, `partition ${partition}`);
    const range = { earliest, end };
    const verdict = verdictOf(source, range, stored.get(partition));
    const isMeant = command.partitions.includes(partition);
    let line = `partition ${partition}: ${verdict.text}; the broker keeps ${range.earliest} to ${range.end}`;
    if (!verdict.fits && isMeant && command.name === 'accept') {
      await putPosition(database, source, partition, { topicId: source.topicId, next: verdict.accept });
      line += ` -> now ${verdict.accept}`;
    } else if (!verdict.fits) line += ` -> accept with: ${repairCommand(topic, partition)}`;
    else if (isMeant && command.name === 'replay') {
      const isPutBack = await putPositionBack(database, source, partition, range.earliest);
      line += isPutBack
        ? ` -> now ${range.earliest}: read again, only what is missing is stored`
        : ' -> there is nothing to replay';
    }
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
