import { startThrowawayPostgres, type ThrowawayPostgres } from '#embedded-postgres';
import { StoreUnavailableError } from '../api/store-unavailable.js';
import { Database } from './database.js';
import { migrateDatabase } from './migrate.js';

let server: ThrowawayPostgres;
const open: Database[] = [];
beforeAll(async () => {
  server = await startThrowawayPostgres();
}, 60_000);
afterAll(async () => {
  await Promise.all(open.map(async (database) => database.close()));
  await server.stop();
}, 60_000);

async function freshDatabase(replicas: number): Promise<Database[]> {
  const url = await server.createDatabase();
  const made = Array.from({ length: replicas }, () => new Database({ url, applicationName: 'test', maxConnections: 2 }));
  open.push(...made);
  return made;
}

async function tablesOf(database: Database): Promise<string[]> {
  const text = `SELECT relname AS name FROM pg_class WHERE relkind IN ('r', 'p') AND relnamespace = 'public'::regnamespace ORDER BY 1`;
  return (await database.query<{ name: string }>({ text })).map(({ name }) => name);
}

async function journalOf(database: Database, table: string): Promise<number> {
  const [row] = await database.query<{ rows: number }>({
    text: `SELECT count(*)::int AS rows FROM rootspan_migrations.${table}`,
  });
  return row?.rows ?? 0;
}

const LOG_TABLES = [
  'bus_epochs',
  'bus_partitions',
  'bus_positions',
  'dead_letters',
  'error_traces',
  'ingested_batches',
  'log_count_state',
  'log_counts',
  'logs',
  'new_log_counts',
  'recognized_retries',
  'retention_state',
  'settled_ranges',
  'spans',
  'stored_ranges',
  'text_signatures',
];
const DAG_TABLES = ['dags', 'pattern_events', 'pattern_hours', 'patterns'];

describe('migrateDatabase', () => {
  it('makes the schema in an empty database, and does nothing the second time', async () => {
    const [database] = (await freshDatabase(1)) as [Database];
    await migrateDatabase(database, 'log-ingestion');
    expect(await tablesOf(database)).toEqual(LOG_TABLES);
    const steps = await journalOf(database, 'log_ingestion_migrations');
    expect(steps).toBeGreaterThan(0);
    await migrateDatabase(database, 'log-ingestion');
    expect(await tablesOf(database)).toEqual(LOG_TABLES);
    expect(await journalOf(database, 'log_ingestion_migrations')).toBe(steps);
  });

  it('makes the database where the server has none of its name, also for four replicas at once', async () => {
    const url = server.url('not made "yet"');
    const replicas = Array.from({ length: 4 }, () => new Database({ url, applicationName: 'test', maxConnections: 2 }));
    open.push(...replicas);
    await Promise.all(replicas.map(async (database) => migrateDatabase(database, 'log-ingestion')));
    expect(await tablesOf(replicas[0] as Database)).toEqual(LOG_TABLES);
  });

  it('serves both databases by one, each with a journal of its own', async () => {
    const [database] = (await freshDatabase(1)) as [Database];
    await migrateDatabase(database, 'dag-builder');
    await migrateDatabase(database, 'log-ingestion');
    expect(await tablesOf(database)).toEqual([...LOG_TABLES, ...DAG_TABLES].sort());
    for (const table of ['log_ingestion_migrations', 'dag_builder_migrations']) {
      expect(await journalOf(database, table)).toBeGreaterThan(0);
    }
  });

  it('runs each step once where four replicas start together, for both databases at once', async () => {
    const replicas = await freshDatabase(4);
    await Promise.all(replicas.flatMap((each) => [migrateDatabase(each, 'log-ingestion'), migrateDatabase(each, 'dag-builder')]));
    const [database] = replicas as [Database];
    expect(await tablesOf(database)).toEqual([...LOG_TABLES, ...DAG_TABLES].sort());
    const [alone] = (await freshDatabase(1)) as [Database];
    await migrateDatabase(alone, 'log-ingestion');
    expect(await journalOf(database, 'log_ingestion_migrations')).toBe(await journalOf(alone, 'log_ingestion_migrations'));
  });

  it('says that the database is away', async () => {
    const database = new Database({ url: 'postgres://x:x@127.0.0.1:1/x', applicationName: 'test', maxConnections: 1 });
    open.push(database);
    await expect(migrateDatabase(database, 'log-ingestion')).rejects.toBeInstanceOf(StoreUnavailableError);
  });

  it('leaves its connection as it found it', async () => {
    const url = await server.createDatabase();
    const database = new Database({ url, applicationName: 'test', maxConnections: 1 });
    open.push(database);
    const setting = async () => database.query({ text: `SELECT current_setting('client_min_messages') AS level` });
    const before = await setting();
    await migrateDatabase(database, 'log-ingestion');
    expect(await setting()).toEqual(before);
    expect(await database.query({ text: `SELECT 1 FROM pg_locks WHERE locktype = 'advisory'` })).toEqual([]);
  });
});
