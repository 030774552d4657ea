import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync, readlinkSync, statSync, writeFileSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { Client } from 'pg';

import { type EmbeddedPostgres, startEmbeddedPostgres } from './embedded-postgres.js';
import { DataFolderInUseError } from './errors.js';
import type { ServerState } from './server.js';
import { waitUntil } from './wait-until.js';

const BOUND_MS = 120_000;

/** Rows of one statement on a connection of its own. */
async function ask(server: EmbeddedPostgres, sql: string, database = 'logs'): Promise<Record<string, unknown>[]> {
  const client = new Client({ connectionString: server.url(database) });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows;
  } finally {
    await client.end();
  }
}

/** Processes that work in the folder: a server and its back ends. */
function processesIn(folder: string): readonly string[] {
  return readdirSync('/proc').filter((pid) => {
    try {
      return /^\d+$/.test(pid) && readlinkSync(`/proc/${pid}/cwd`) === folder;
    } catch {
      return false;
    }
  });
}

/** A test with a bound that a busy machine keeps. */
const slow = (name: string, body: () => Promise<void>): void => it(name, body, BOUND_MS);

describe('the embedded PostgreSQL', () => {
  const open: EmbeddedPostgres[] = [];
  let folder = '';

  const start = async (options: Partial<Parameters<typeof startEmbeddedPostgres>[0]> = {}): Promise<EmbeddedPostgres> => {
    const server = await startEmbeddedPostgres({ dataDir: join(folder, 'data'), databases: ['logs'], ...options });
    open.push(server);
    return server;
  };

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'rootspan-spec-'));
    await chmod(folder, 0o755);
  });

  afterEach(async () => {
    await Promise.all(open.splice(0).map((server) => server.stop()));
    await rm(folder, { recursive: true, force: true });
  }, BOUND_MS);

  slow('keeps data, password and port from one start to the next', async () => {
    const first = await start();
    await ask(first, 'CREATE TABLE kept AS SELECT 42 AS answer');
    const url = first.url('logs');
    await first.stop();
    const second = await start();
    expect(await ask(second, 'SELECT answer FROM kept')).toEqual([{ answer: 42 }]);
    expect(second.url('logs')).toBe(url);
  });

  slow('creates the databases that are missing, whatever their names are, and keeps those that are there', async () => {
    await (await start()).stop();
    const server = await start({ databases: ['logs', 'a "strange" näme', 'dags', 'dags'] });
    expect(await ask(server, 'SELECT current_database() AS name', 'a "strange" näme')).toEqual([{ name: 'a "strange" näme' }]);
    expect(await ask(server, 'SELECT 1 AS one', 'dags')).toEqual([{ one: 1 }]);
  });

  slow('compares text bytewise, knows the case of all letters, and acknowledges durable commits only', async () => {
    const server = await start();
    expect(await ask(server, `SELECT 'Z' < 'a' AS bytewise, upper('ä') AS upper`)).toEqual([{ bytewise: true, upper: 'Ä' }]);
    const durable = `SELECT string_agg(setting, ' ') AS settings FROM pg_settings WHERE name IN ('fsync', 'full_page_writes', 'synchronous_commit')`;
    expect(await ask(server, durable)).toEqual([{ settings: 'on on on' }]);
    expect(await ask(server, `SELECT pg_encoding_to_char(encoding) AS encoding FROM pg_database WHERE datname = 'logs'`)).toEqual(
      [{ encoding: 'UTF8' }],
    );
  });

  slow('takes settings in place of its own', async () => {
    const server = await start({ settings: { max_connections: '17' } });
    expect(await ask(server, 'SHOW max_connections')).toEqual([{ max_connections: '17' }]);
  });

  slow('lets nobody in without the password, which only its owner can read', async () => {
    const server = await start();
    const stranger = new Client({ connectionString: server.url('logs').replace(/:[^:@]*@/, ':wrong@') });
    await expect(stranger.connect()).rejects.toThrow('password authentication failed');
    expect(statSync(join(server.dataDir, 'password')).mode & 0o777).toBe(0o600);
  });

  slow('says each phase of its start', async () => {
    const phases: string[] = [];
    await start({ onProgress: (phase) => phases.push(phase) });
    expect(phases).toEqual(expect.arrayContaining(['making a new database', 'starting the database']));
  });

  slow('takes another port where its own is taken', async () => {
    const first = await start();
    await first.stop();
    const other = createServer().listen(first.port, '127.0.0.1');
    await once(other, 'listening');
    try {
      const second = await start();
      expect(second.port).not.toBe(first.port);
      expect(await ask(second, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
    } finally {
      other.close();
    }
  });

  slow('refuses a second start on the same folder in one sentence that names folder and process', async () => {
    const server = await start();
    const refused = startEmbeddedPostgres({ dataDir: server.dataDir, databases: [] });
    await expect(refused).rejects.toBeInstanceOf(DataFolderInUseError);
    await expect(refused).rejects.toThrow(
      `The data folder ${server.dataDir} is in use by the Rootspan process ${process.pid}: stop that one, or set ROOTSPAN_DATA_DIR to another folder.`,
    );
    expect(await ask(server, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
  });

  slow('leaves no process when it stops, with sessions open, and stops once only', async () => {
    const server = await start();
    const client = new Client({ connectionString: server.url('logs') });
    client.on('error', () => undefined);
    await client.connect();
    const running = client.query('SELECT pg_sleep(600)').catch(() => 'cancelled');
    const [first, second] = [server.stop(), server.stop()];
    expect(second).toBe(first);
    await first;
    expect(await running).toBe('cancelled');
    expect(server.state()).toEqual({ kind: 'stopped' });
    expect(server.pid()).toBeNull();
    expect(processesIn(join(server.dataDir, 'cluster'))).toEqual([]);
  });

  slow('starts a server that was killed again, on the same port and with all data, and says so', async () => {
    const states: ServerState[] = [];
    const server = await start({ onStateChange: (state) => states.push(state) });
    await ask(server, 'CREATE TABLE kept AS SELECT 42 AS answer');
    for (const round of [1, 2]) {
      states.length = 0;
      process.kill(server.pid() ?? Number.NaN, 'SIGKILL');
      expect(await waitUntil(() => states.at(-1)?.kind === 'running', BOUND_MS)).toBe(true);
      expect(states[0]).toMatchObject({
        kind: 'restarting',
        attempt: round,
        reason: expect.stringContaining('SIGKILL') as string,
      });
      expect(await ask(server, 'SELECT answer FROM kept')).toEqual([{ answer: 42 }]);
    }
  });

  slow('can be stopped while it restarts', async () => {
    const states: ServerState[] = [];
    const server = await start({ onStateChange: (state) => states.push(state) });
    process.kill(server.pid() ?? Number.NaN, 'SIGKILL');
    expect(await waitUntil(() => states.length > 0, BOUND_MS)).toBe(true);
    await server.stop();
    expect(states.at(-1)).toEqual({ kind: 'stopped' });
    expect(await waitUntil(() => processesIn(join(server.dataDir, 'cluster')).length === 0, BOUND_MS)).toBe(true);
  });

  slow('is not fooled by a postmaster.pid whose number is now that of another process', async () => {
    const first = await start();
    await first.stop();
    const innocent = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' });
    try {
      await once(innocent, 'spawn');
      const lines = [innocent.pid, join(first.dataDir, 'cluster'), 1, first.port, '', '127.0.0.1', '0 0', 'ready   ', ''];
      writeFileSync(join(first.dataDir, 'cluster', 'postmaster.pid'), lines.join('\n'));
      const second = await start();
      expect(await ask(second, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
      expect(innocent.exitCode ?? innocent.signalCode).toBeNull();
    } finally {
      innocent.kill('SIGKILL');
    }
  });

  slow('removes what a start left behind that was killed while it made the database', async () => {
    const dataDir = join(folder, 'data');
    await mkdir(join(dataDir, 'cluster.draft-1'), { recursive: true });
    await writeFile(join(dataDir, 'cluster.draft-1', 'PG_VERSION'), '18\n');
    const server = await start({ dataDir });
    expect(existsSync(join(dataDir, 'cluster.draft-1'))).toBe(false);
    expect(await ask(server, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
  });

  slow('refuses the data of another major version, and frees the folder', async () => {
    const dataDir = join(folder, 'data');
    await mkdir(join(dataDir, 'cluster'), { recursive: true });
    await writeFile(join(dataDir, 'cluster', 'PG_VERSION'), '15\n');
    await expect(start({ dataDir })).rejects.toThrow(/made by PostgreSQL 15, and this Rootspan brings PostgreSQL 18: dump it/);
    await expect(start({ dataDir })).rejects.toMatchObject({ code: 'other-version' });
  });

  slow('shows the end of the server log where a setting keeps it from starting', async () => {
    await expect(start({ settings: { shared_buffers: 'much' } })).rejects.toThrow(
      /did not start on .*invalid value for parameter "shared_buffers"/s,
    );
    expect(readFileSync(join(folder, 'data', 'server.log'), 'utf8')).toContain('shared_buffers');
  });

  slow('refuses a data folder that is a file', async () => {
    await writeFile(join(folder, 'file'), '');
    await expect(start({ dataDir: join(folder, 'file') })).rejects.toMatchObject({
      code: 'folder-not-usable',
      message: expect.stringContaining('set ROOTSPAN_DATA_DIR') as string,
    });
  });
});
