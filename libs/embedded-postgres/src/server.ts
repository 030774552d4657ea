/**
 * A server that is kept running: from one `openServer` to one `stop`, through any number of server processes.
 *
 *   running --(process ends)--> restarting --(a start succeeds)--> running
 *      \________________________________\___________stop()________________> stopped
 *
 * A process that ends by itself (killed, out of memory, disk full) is started again, on the same port, after a pause
 * that grows from 0.1 s to 10 s and begins anew once a process has lived for a minute. This goes on without end: the
 * cause may be one that a person removes. Meanwhile `state` says what is wrong.
 */
import { setTimeout as pause } from 'node:timers/promises';

import { openCluster } from './cluster.js';
import { createMissingDatabases, databaseUrl, type ServerAddress } from './databases.js';
import type { DataPlace } from './data-place.js';
import { asEmbeddedPostgresError, EmbeddedPostgresError, messageOf } from './errors.js';
import { findNativePackage } from './native-package.js';
import { prepareNativePrograms } from './native-programs.js';
import { clearOldServer } from './old-server.js';
import { acquireOwnerLock, type OwnerLock } from './owner-lock.js';
import { choosePort, keepPort } from './port.js';
import { type ServerRun, type StartOutcome, startServer } from './server-run.js';
import { serverSettings } from './settings.js';

export type ServerState =
  | { readonly kind: 'running' }
  /** The server's process ended by itself, or could not be started again yet. */
  | { readonly kind: 'restarting'; readonly reason: string; readonly attempt: number }
  | { readonly kind: 'stopped' };

export interface ServerOptions {
  readonly place: DataPlace;
  readonly databases: readonly string[];
  /** Added to the settings of serverSettings, or in their place. */
  readonly settings: Readonly<Record<string, string>>;
  /** True: nothing is synced to disk, and the folder is removed when the process that started it dies. */
  readonly throwaway: boolean;
  readonly onProgress: (phase: string) => void;
  readonly onStateChange: (state: ServerState) => void;
}

export interface Server {
  readonly port: number;
  state(): ServerState;
  /** Process id of the server; null while none runs. */
  pid(): number | null;
  url(database: string): string;
  createDatabases(databases: readonly string[]): Promise<void>;
  stop(): Promise<void>;
}

const PAUSES_MS = [100, 200, 500, 1_000, 2_000, 5_000, 10_000];
const STEADY_MS = 60_000;
const PORT_TRIES = 5;
const LEFTOVERS_MS = 10_000;

/** @throws EmbeddedPostgresError; then nothing runs and the folder is free */
export async function openServer(options: ServerOptions): Promise<Server> {
  const { place, onProgress } = options;
  const lock = await acquireOwnerLock(place.folder, onProgress);
  try {
    const programs = await prepareNativePrograms(findNativePackage(), place.user, onProgress);
    await clearOldServer(place.cluster, programs, onProgress);
    const password = await openCluster(place, programs, !options.throwaway, onProgress);
    const settings = { ...serverSettings(), ...options.settings };
    const startOn = (port: number, signal?: AbortSignal): Promise<StartOutcome> =>
      startServer({ place, programs, port, settings, throwaway: options.throwaway, onProgress, signal });
    onProgress('starting the database');
    const { run, port } = await firstStart(place.folder, startOn);
    const server = new KeptServer(options, lock, { port, password }, run, {
      start: async (signal) => running(await startOn(port, signal), port),
      clear: () => clearOldServer(place.cluster, programs, () => undefined),
    });
    try {
      await server.createDatabases(options.databases);
    } catch (error) {
      await server.stop();
      throw error;
    }
    return server;
  } catch (error) {
    lock.release();
    throw asEmbeddedPostgresError(error, place.folder);
  }
}

async function firstStart(
  folder: string,
  startOn: (port: number) => Promise<StartOutcome>,
): Promise<{ run: ServerRun; port: number }> {
  const leftoversUntil = performance.now() + LEFTOVERS_MS;
  for (let tries = 1; ;) {
    const port = await choosePort(folder);
    const outcome = await startOn(port);
    if (outcome.kind === 'leftovers' && performance.now() < leftoversUntil) await pause(200);
    else if (outcome.kind === 'port-taken' && tries < PORT_TRIES) tries += 1;
    else {
      const run = running(outcome, port);
      keepPort(folder, port);
      return { run, port };
    }
  }
}

function running(outcome: StartOutcome, port: number): ServerRun {
  switch (outcome.kind) {
    case 'running':
      return outcome.run;
    case 'failed':
      throw outcome.error;
    case 'port-taken':
      throw new EmbeddedPostgresError(
        'start-failed',
        `Port ${port} of 127.0.0.1, which the database had, was taken by another program: end that one.`,
      );
    case 'leftovers':
      throw new EmbeddedPostgresError(
        'start-failed',
        'Processes of the database that ended are still running: end them, and start again.',
      );
  }
}

class KeptServer implements Server {
  #state: ServerState = { kind: 'running' };
  #run: ServerRun | null = null;
  #stopping: Promise<void> | null = null;
  readonly #stop = new AbortController();
  #restarting: Promise<void> = Promise.resolve();
  #attempt = 0;

  constructor(
    private readonly options: ServerOptions,
    private readonly lock: OwnerLock,
    private readonly address: ServerAddress,
    run: ServerRun,
    private readonly processes: { start(signal: AbortSignal): Promise<ServerRun>; clear(): Promise<void> },
  ) {
    this.#watch(run);
  }

  get port(): number {
    return this.address.port;
  }

  state(): ServerState {
    return this.#state;
  }

  pid(): number | null {
    return this.#run?.pid ?? null;
  }

  url(database: string): string {
    return databaseUrl(this.address, database);
  }

  createDatabases(databases: readonly string[]): Promise<void> {
    return createMissingDatabases(this.address, databases);
  }

  stop(): Promise<void> {
    this.#stopping ??= this.#end();
    return this.#stopping;
  }

  async #end(): Promise<void> {
    this.#stop.abort();
    await this.#restarting; // where a start was under way, it has ended now, either way
    try {
      await this.#run?.stop();
      await this.processes.clear(); // back ends whose server was killed
    } finally {
      this.lock.release();
    }
    this.#run = null;
    this.#enter({ kind: 'stopped' });
  }

  #watch(run: ServerRun): void {
    this.#run = run;
    const since = performance.now();
    void run.exited.then((reason) => {
      if (this.#stop.signal.aborted) return;
      this.#run = null;
      if (performance.now() - since > STEADY_MS) this.#attempt = 0;
      this.#restarting = this.#restart(`the database process ${run.pid} ${reason}`);
    });
  }

  async #restart(firstReason: string): Promise<void> {
    const { signal } = this.#stop;
    for (let reason = firstReason; ;) {
      this.#enter({ kind: 'restarting', reason, attempt: this.#attempt + 1 });
      await pause(PAUSES_MS[Math.min(this.#attempt, PAUSES_MS.length - 1)], undefined, { signal }).catch(() => undefined);
      if (signal.aborted) return;
      this.#attempt += 1;
      try {
        await this.processes.clear();
        this.#watch(await this.processes.start(signal));
        this.#enter({ kind: 'running' });
        return;
      } catch (error) {
        if (signal.aborted) return;
        reason = messageOf(error);
      }
    }
  }

  #enter(state: ServerState): void {
    this.#state = state;
    try {
      this.options.onStateChange(state);
    } catch {
      // A listener's fault is not the database's.
    }
  }
}
