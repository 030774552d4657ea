import { TestPartition, startPostgresUnderTest, storeGood, waitUntil, type PostgresUnderTest } from '#db/conformance';
import { Database, PostgresLogMaintenance, PostgresLogWriter } from '#db/postgres';
import { Metrics, createLogger, loadConfig } from '#platform';
import { StoreMaintenance } from './store-maintenance.js';

const DAY_MS = 86_400_000;
let postgres: PostgresUnderTest;

beforeAll(async () => {
  postgres = await startPostgresUnderTest('log-ingestion');
}, 60_000);
afterAll(async () => postgres.close(), 60_000);

/** The service as the program has it, its metrics and the lines that it logs. */
function maintain(database: Database, storeReady: () => Promise<void> = () => Promise.resolve()) {
  const lines: string[] = [];
  const destination = { write: (line: string) => void lines.push(line) };
  const logger = createLogger(loadConfig('log-processor', { LOG_FORMAT: 'json', ...URLS }), { destination, terminal: false });
  const metrics = new Metrics();
  const maintenance = new PostgresLogMaintenance(database, { retentionDays: 30, lockTimeoutMs: 60_000 });
  const service = new StoreMaintenance(maintenance, metrics, logger, storeReady);
  const metric = async (name: string): Promise<number> => {
    const text = await metrics.registry.metrics();
    return Number(new RegExp(`^rootspan_${name} (.+)$`, 'm').exec(text)?.[1]);
  };
  return { service, lines, metric };
}

const URLS = {
  KAFKA_BROKERS: 'localhost:9092',
  LOG_INGESTION_DATABASE: 'postgres://user@localhost/logs',
  DAG_DATABASE: 'postgres://user@localhost/dags',
};

async function storeDaysAgo(days: number): Promise<void> {
  const writer = new PostgresLogWriter(postgres.database, { partitionDays: 1 });
  await storeGood(writer, new TestPartition().batch({ logs: [{}], receivedAt: Date.now() - days * DAY_MS }));
}

async function detaching(): Promise<boolean> {
  return (await postgres.database.query({ text: 'SELECT FROM pg_inherits WHERE inhdetachpending' })).length > 0;
}

describe('StoreMaintenance', () => {
  it('drops what has expired once the store is ready, and says so in log and metrics', async () => {
    await storeDaysAgo(40);
    let ready = (): void => undefined;
    const { service, lines, metric } = maintain(
      postgres.database,
      () =>
        new Promise<void>((resolve) => {
          ready = resolve;
        }),
    );
    service.onApplicationBootstrap();
    expect(await metric('partitions_dropped_total')).toBe(0);
    ready();
    await waitUntil('the partition is dropped', async () => (await metric('partitions_dropped_total')) === 1);
    expect(await metric('partitions')).toBeGreaterThan(0);
    expect(lines.join('')).toContain('"partitionsDropped":1');
    await service.beforeApplicationShutdown();
  });

  it('ends at shutdown although a run waits for a reader, and the next process goes on', async () => {
    await storeDaysAgo(40);
    await postgres.database.transaction(async (reader) => {
      await reader.query('SELECT count(*) FROM logs');
      const { service, lines } = maintain(postgres.connect(2));
      service.onApplicationBootstrap();
      await waitUntil('the run waits for the reader', detaching);
      await service.beforeApplicationShutdown();
      expect(lines).toEqual([]);
    });
    const next = maintain(postgres.database);
    next.service.onApplicationBootstrap();
    await waitUntil('the partition is dropped', async () => (await next.metric('partitions_dropped_total')) === 1);
    await next.service.beforeApplicationShutdown();
  });

  it('outlives a database that is away', async () => {
    const away = new Database({ url: 'postgres://nobody@127.0.0.1:1/nothing', applicationName: 'test', maxConnections: 1 });
    const { service, lines, metric } = maintain(away);
    service.onApplicationBootstrap();
    await waitUntil('the failure is counted', async () => (await metric('maintenance_failures_total')) === 1);
    expect(lines.join('')).toContain('Maintenance waits');
    await service.beforeApplicationShutdown();
    await away.close();
  });

  it('ends where the program ends before the store is ready', async () => {
    const { service, lines } = maintain(postgres.database, () => Promise.reject(new Error('closing')));
    service.onApplicationBootstrap();
    await service.beforeApplicationShutdown();
    expect(lines).toEqual([]);
  });
});
