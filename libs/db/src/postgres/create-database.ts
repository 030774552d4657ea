import pg from 'pg';
import { isDuplicateDatabase } from './sql-state.js';

/** The database that every server has; one has to be connected to some database to make another. */
const MAINTENANCE_DATABASE = 'postgres';

/**
 * Makes the database that a URL names, with the URL's user. Somebody else making it at the same moment is fine.
 * Rejects with a sentence that says what to do where the user may not.
 */
export async function createDatabase(url: string): Promise<void> {
  const target = new URL(url);
  const name = decodeURIComponent(target.pathname.slice(1));
  target.pathname = `/${MAINTENANCE_DATABASE}`;
  const client = new pg.Client({ connectionString: target.href });
  client.on('error', () => undefined);
  try {
    await client.connect();
    await client.query(`CREATE DATABASE ${client.escapeIdentifier(name)} ENCODING 'UTF8' TEMPLATE template0`);
  } catch (error) {
    if (isDuplicateDatabase(error)) return;
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(
      `the database ${name} does not exist and can't be made (${reason}): create it, or let the user create databases`,
      {
        cause: error,
      },
    );
  } finally {
    await client.end().catch(() => undefined);
  }
}
