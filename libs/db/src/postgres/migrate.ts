import { readMigrationFiles } from 'drizzle-orm/migrator';
import { drizzle } from 'drizzle-orm/node-postgres';
import { migrate } from 'drizzle-orm/node-postgres/migrator';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Database } from './database.js';
import { driverError, isMissingDatabase, isMissingTable } from './sql-state.js';
import { LOCKS } from './sql/locks.js';

/** The two databases; each has a folder of migrations and a journal table, so that one server database can serve as both. */
export type DatabaseName = 'log-ingestion' | 'dag-builder';

/** Not `rootspan`: a schema of the user's name comes first in the search path, and the tables would land in it. */
const JOURNAL_SCHEMA = 'rootspan_migrations';

/**
 * Brings a database to the newest schema, and makes the database itself where the server has none of its name; a no-op
 * where all is there.
 *
 * Hand-written SQL under drizzle/<database>, because drizzle's schema language has no PARTITION BY. Runs under an
 * advisory lock in one transaction each. Rejects with StoreUnavailableError where the database is away.
 */
export async function migrateDatabase(database: Database, name: DatabaseName): Promise<void> {
  try {
    await migrateSchema(database, name);
  } catch (error) {
    if (!isMissingDatabase(error)) throw driverError(error);
    await database.create();
    await migrateSchema(database, name);
  }
}

async function migrateSchema(database: Database, name: DatabaseName): Promise<void> {
  await database.withClient(async (client) => {
    await client.query('SELECT pg_advisory_lock($1)', [LOCKS.migration]);
    try {
      await client.query('SET client_min_messages = warning');
      await migrate(drizzle({ client }), {
        migrationsFolder: migrationsFolder(name),
        migrationsSchema: JOURNAL_SCHEMA,
        migrationsTable: journalTable(name),
      });
    } finally {
      await client.query('RESET client_min_messages');
      await client.query('SELECT pg_advisory_unlock($1)', [LOCKS.migration]);
    }
  });
}

/** The folder that holds drizzle/: the same from the sources and from dist. */
function projectRoot(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, 'drizzle', 'log-ingestion'))) {
    const parent = dirname(folder);
    if (parent === folder) throw new Error('The folder drizzle/ with the migrations is missing: install Rootspan whole.');
    folder = parent;
  }
  return folder;
}

/** Whether every migration that this program knows has run; rejects where the database is away. */
export async function schemaIsCurrent(database: Database, name: DatabaseName): Promise<boolean> {
  const newest = readMigrationFiles({ migrationsFolder: migrationsFolder(name) }).at(-1)?.folderMillis ?? 0;
  try {
    const rows = await database.query({
      text: `SELECT 1 FROM ${JOURNAL_SCHEMA}.${journalTable(name)} WHERE created_at >= $1`,
      values: [newest],
    });
    return rows.length > 0;
  } catch (error) {
    if (isMissingTable(error)) return false;
    throw error;
  }
}

function journalTable(name: DatabaseName): string {
  return `${name.replace('-', '_')}_migrations`;
}

function migrationsFolder(name: DatabaseName): string {
  return join(projectRoot(), 'drizzle', name);
}
