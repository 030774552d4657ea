import { startThrowawayPostgres, type ThrowawayPostgres } from '#embedded-postgres';
import { Database } from '../postgres/database.js';
import { migrateDatabase, type DatabaseName } from '../postgres/migrate.js';
import { PostgresDagStore } from '../postgres/postgres-dag-store.js';
import { PostgresErrorTraceQueue } from '../postgres/postgres-error-trace-queue.js';
import { PostgresLogReader } from '../postgres/postgres-log-reader.js';
import { PostgresLogWriter } from '../postgres/postgres-log-writer.js';
import { PostgresSpanReader } from '../postgres/postgres-span-reader.js';
import { putPositionBack } from '../postgres/sql/put-position.js';
import type { DagStoreUnderTest } from './dag-store.js';
import type { LogStoreUnderTest, StoreMishaps } from './log-store-under-test.js';

/** A real server with one migrated database, and connections to it. */
export interface PostgresUnderTest {
  readonly server: ThrowawayPostgres;
  readonly url: string;
  readonly database: Database;
  /** More connections to the same database, closed with it. */
  connect(maxConnections?: number): Database;
  close(): Promise<void>;
}

/** @param names which of the two databases' schemas it has. */
export async function startPostgresUnderTest(...names: readonly DatabaseName[]): Promise<PostgresUnderTest> {
  const server = await startThrowawayPostgres();
  const url = await server.createDatabase();
  const open: Database[] = [];
  const connect = (maxConnections = 10): Database => {
    const database = new Database({ url, applicationName: 'rootspan test', maxConnections });
    open.push(database);
    return database;
  };
  const database = connect();
  for (const name of names) await migrateDatabase(database, name);
  return {
    server,
    url,
    database,
    connect,
    close: async () => {
      await Promise.all(open.map(async (each) => each.close()));
      await server.stop();
    },
  };
}

export async function makePostgresLogStore(): Promise<LogStoreUnderTest> {
  const postgres = await startPostgresUnderTest('log-ingestion');
  const { database } = postgres;
  return {
    writer: new PostgresLogWriter(database),
    otherWriter: new PostgresLogWriter(postgres.connect()),
    reader: new PostgresLogReader(database),
    spans: new PostgresSpanReader(database),
    queue: new PostgresErrorTraceQueue(database),
    passTime: async (ms) => {
      await database.query({ text: `UPDATE error_traces SET due_at = due_at - $1 * interval '1 ms'`, values: [ms] });
    },
    mishaps: mishapsOf(database),
    close: postgres.close,
  };
}

export function mishapsOf(database: Database): StoreMishaps {
  const run = async (text: string, ...values: readonly unknown[]): Promise<void> => {
    await database.query({ text, values: [...values] });
  };
  return {
    wipePositions: async ({ topic }, partitions) =>
      run('DELETE FROM bus_positions WHERE topic = $1 AND "partition" = ANY ($2::integer[])', topic, partitions),
    putBack: async (source, partition, next) => putPositionBack(database, source, partition, next),
    forgetRetryKeys: async (tenant) => run('DELETE FROM ingested_batches WHERE tenant = $1', tenant),
    deleteRecords: async (tenant, texts) => {
      await run('DELETE FROM logs WHERE tenant = $1 AND message = ANY ($2::text[])', tenant, texts);
      await run('DELETE FROM spans WHERE tenant = $1 AND name = ANY ($2::text[])', tenant, texts);
    },
  };
}

export async function makePostgresDagStore(): Promise<DagStoreUnderTest> {
  const postgres = await startPostgresUnderTest('dag-builder');
  const store = new PostgresDagStore(postgres.database);
  return { writer: store, reader: store, close: postgres.close };
}
