import { Client } from 'pg';

import { accountName } from './cluster.js';

/** How a server is reached. */
export interface ServerAddress {
  readonly port: number;
  readonly password: string;
}

/** postgres://... of one database. */
export function databaseUrl(address: ServerAddress, database: string): string {
  return `postgres://${accountName}:${encodeURIComponent(address.password)}@127.0.0.1:${address.port}/${encodeURIComponent(database)}`;
}

/** Creates those of the databases that are missing. @throws pg's DatabaseError */
export async function createMissingDatabases(address: ServerAddress, databases: readonly string[]): Promise<void> {
  const client = new Client({ connectionString: databaseUrl(address, 'postgres') });
  client.on('error', () => undefined); // a connection that breaks shows in the query that waits for it
  await client.connect();
  try {
    const { rows } = await client.query<{ datname: string }>('SELECT datname FROM pg_database');
    const there = new Set(rows.map((row) => row.datname));
    for (const database of new Set(databases)) {
      // Copied as files: a third of the time that copying through the log takes on a server with nothing to checkpoint.
      if (!there.has(database)) await client.query(`CREATE DATABASE ${client.escapeIdentifier(database)} STRATEGY file_copy`);
    }
  } finally {
    await client.end();
  }
}
