import { randomUUID } from 'node:crypto';
import { chmodSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { findDataPlace } from './data-place.js';
import { openServer } from './server.js';

/** A real server for one test suite. */
export interface ThrowawayPostgres {
  /** postgres://... ; without a name that of the database `postgres`, which is always there. */
  url(database?: string): string;
  /** Creates an empty database where there is none of the name (default: a new name), and returns its URL. */
  createDatabase(name?: string): Promise<string>;
  /** Process id of the server; null while none runs. */
  pid(): number | null;
  /** Ends the server and removes its folder. Calling it again is the same call. */
  stop(): Promise<void>;
}

/** What a server that is thrown away need not do: survive. Statements behave as on one that is kept. */
const throwawaySettings = {
  fsync: 'off',
  full_page_writes: 'off',
  shared_buffers: '64MB',
  max_wal_size: '1GB',
  max_connections: '100',
};

/**
 * Starts an empty PostgreSQL in a temporary folder, in under a second. If the process dies without `stop`, the server is
 * killed and the folder removed.
 *
 * @param settings PostgreSQL settings, in place of ours
 */
export async function startThrowawayPostgres(settings: Readonly<Record<string, string>> = {}): Promise<ThrowawayPostgres> {
  const folder = await mkdtemp(join(tmpdir(), 'rootspan-postgres-'));
  chmodSync(folder, 0o755);
  const place = findDataPlace(folder);
  const remove = async (): Promise<void> => {
    for (const each of [place.folder, folder]) await rm(each, { recursive: true, force: true, maxRetries: 3 });
  };
  const ignore = (): undefined => undefined;
  try {
    const server = await openServer({
      place,
      databases: [],
      settings: { ...throwawaySettings, ...settings },
      throwaway: true,
      onProgress: ignore,
      onStateChange: ignore,
    });
    let stopped: Promise<void> | null = null;
    return {
      url: (database = 'postgres') => server.url(database),
      createDatabase: async (name = `test_${randomUUID().replaceAll('-', '')}`) => {
        await server.createDatabases([name]);
        return server.url(name);
      },
      pid: () => server.pid(),
      stop: () => (stopped ??= server.stop().then(remove)),
    };
  } catch (error) {
    await remove();
    throw error;
  }
}
