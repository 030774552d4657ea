import { Database, PostgresLogWriter, migrateDatabase, partitionWidthDays } from '#db/postgres';
import type { FetchedBatch } from '#domain';
import { withSql, type BenchServer } from './deployment.js';
import type { LoadBatches } from './load-batches.js';
import { progress } from './report.js';

export interface FillOptions {
  readonly batches: number;
  readonly batchSize: number;
  /** Days of receipt, up to today, over which the batches are spread evenly; partitions are as wide as for RETENTION_DAYS of that many. */
  readonly days: number;
  /**
   * Batches that came within the last hour, evenly; the others then came evenly over the days before, not at one moment of each.
   * Default: none of this.
   */
  readonly lastHour?: number;
}

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;
/** Batches of a transaction: what the processor fetches at once, of what came within so many milliseconds. */
const BATCHES_A_TRANSACTION = 10;
const FETCHED_MS = 1_000;
const WRITERS = 2;
const SOURCE = { clusterId: 'bench', topic: 'fill', topicId: '' };

/**
 * Fills the log store through the product's own writer, then lets PostgreSQL do what it would do in quiet hours.
 *
 * @returns how many partitions hold the records
 */
export async function fill(server: BenchServer, batches: LoadBatches, options: FillOptions): Promise<number> {
  const logs = new Database({ url: server.logsUrl, applicationName: 'rootspan bench', maxConnections: WRITERS });
  const dags = new Database({
    url: server.environment['DAG_DATABASE'] ?? '',
    applicationName: 'rootspan bench',
    maxConnections: 1,
  });
  try {
    await migrateDatabase(logs, 'log-ingestion');
    await migrateDatabase(dags, 'dag-builder');
    const writer = new PostgresLogWriter(logs, { partitionDays: partitionWidthDays(options.days) });
    for (const { first, end, receivedAt } of days(options)) {
      progress(`filling: ${end * options.batchSize} of ${options.batches * options.batchSize} records`);
      const { lastHour } = options;
      if (lastHour !== undefined) await fillPart(writer, batches, first, end, steadily(options, lastHour));
      else await withClockAt(receivedAt, async () => fillPart(writer, batches, first, end, () => receivedAt));
    }
  } finally {
    await Promise.all([logs.close(), dags.close()]);
  }
  progress('VACUUM, ANALYZE, CHECKPOINT');
  return withSql(server.logsUrl, async (client) => {
    await client.query('VACUUM (ANALYZE) logs');
    await client.query('CHECKPOINT');
    const { rows } = await client.query("SELECT FROM pg_inherits WHERE inhparent = 'logs'::regclass");
    return rows.length;
  });
}

interface Day {
  readonly first: number;
  readonly end: number;
  readonly receivedAt: number;
}

/** Parts that are reported one by one. */
function days({ batches, days: count }: FillOptions): Day[] {
  const today = Date.now();
  return Array.from({ length: count }, (_, i) => ({
    first: Math.floor((batches * i) / count),
    end: Math.floor((batches * (i + 1)) / count),
    receivedAt: today - (count - 1 - i) * DAY_MS,
  }));
}

/** When each batch came: the last hour's evenly within it, the others evenly between the first day and that hour. */
function steadily({ batches, days: count }: FillOptions, lastHour: number): (batch: number) => number {
  const now = Date.now();
  const before = Math.max(0, batches - lastHour);
  const start = now - count * DAY_MS;
  const spread = count * DAY_MS - HOUR_MS;
  return (batch) =>
    Math.floor(batch < before ? start + (batch * spread) / before : now - HOUR_MS + ((batch - before) * HOUR_MS) / lastHour);
}

async function fillPart(
  writer: PostgresLogWriter,
  batches: LoadBatches,
  first: number,
  end: number,
  receiptOf: (batch: number) => number,
): Promise<void> {
  let next = first;
  const write = async (partition: number): Promise<void> => {
    let position = (await writer.readPositions(SOURCE, [partition])).get(partition)?.next ?? 0n;
    while (next < end) {
      const from = next;
      do next++;
      while (next < end && next < from + BATCHES_A_TRANSACTION && receiptOf(next) < receiptOf(from) + FETCHED_MS);
      const slices = Array.from({ length: next - from }, (_, i) => {
        const receivedAt = receiptOf(from + i);
        return { tenant: 'default', value: batches.batch(from + i, receivedAt), receivedAt, offset: position + BigInt(i) };
      });
      const batch: FetchedBatch = { source: SOURCE, partition, from: position, next: position + BigInt(slices.length), slices };
      const outcome = await writer.store(batch, (letters) => Promise.reject(new Error(`unstorable: ${letters[0]?.reason}`)));
      if (outcome.kind !== 'stored') throw new Error('another writer fills this store');
      position = batch.next;
    }
  };
  await Promise.all(Array.from({ length: WRITERS }, (_, partition) => write(partition)));
}

/** The writer takes receipts of more than 400 days ago for a wrong clock, and 720 days need older ones: so time stands still there. */
async function withClockAt(ms: number, work: () => Promise<void>): Promise<void> {
  const now = Date.now;
  Date.now = () => ms;
  try {
    await work();
  } finally {
    Date.now = now;
  }
}
