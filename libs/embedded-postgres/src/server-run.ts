import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';

import type { DataPlace } from './data-place.js';
import { diskFull, EmbeddedPostgresError } from './errors.js';
import { program } from './native-package.js';
import { readPostmasterFile } from './postmaster-file.js';
import { notRunnable, spawnOptions } from './run-program.js';
import { openServerLog } from './server-log.js';
import { signalServer } from './signals.js';
import { startWatchdog } from './watchdog.js';

/** One server process, from its start to its end. */
export interface ServerRun {
  readonly pid: number;
  /** Resolves with how it ended, in words; never rejects. */
  readonly exited: Promise<string>;
  /** Ends it and resolves when it is gone. */
  stop(): Promise<void>;
}

/** Why a start failed, told apart by what can be done about it. */
export type StartOutcome =
  | { readonly kind: 'running'; readonly run: ServerRun }
  | { readonly kind: 'port-taken' }
  /** Processes of a server that was killed are not all gone yet. */
  | { readonly kind: 'leftovers' }
  | { readonly kind: 'failed'; readonly error: EmbeddedPostgresError };

export interface ServerStart {
  readonly place: DataPlace;
  readonly programs: string;
  readonly port: number;
  readonly settings: Readonly<Record<string, string>>;
  /** True: the folder is removed when we die. */
  readonly throwaway: boolean;
  readonly onProgress: (phase: string) => void;
  /** Ends a start under way. */
  readonly signal?: AbortSignal;
}

/**
 * Time for a checkpoint; then it is told to stop at once, and recovers at the next start; then it is killed. Together
 * less than the 5 s within which a Ctrl-C is to be done.
 */
const FAST_STOP_MS = 3_000;
const IMMEDIATE_STOP_MS = 1_500;
/** Recovery is allowed to take its time; a person is told that it does. */
const SAY_RECOVERY_AFTER_MS = 1_000;

/** Starts a server and waits until it takes connections or ends. The caller has cleared what was there before. */
export async function startServer(start: ServerStart): Promise<StartOutcome> {
  const { place, programs, settings, port } = start;
  const file = program(programs, 'postgres');
  const log = openServerLog(place.folder);
  const args = Object.entries({ ...settings, port: String(port) }).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  let child: ChildProcess;
  try {
    child = await spawned(() =>
      // Detached: Ctrl-C in a terminal goes to us, who then stop the server when its users are done.
      spawn(file, ['-D', place.cluster, ...args], {
        ...spawnOptions(place.user),
        detached: true,
        stdio: ['ignore', log.descriptor, log.descriptor],
      }),
    );
  } catch (error) {
    return { kind: 'failed', error: notRunnable(file, place.user, error, existsSync(file)) };
  } finally {
    log.close();
  }
  const pid = child.pid ?? 0;
  const watchdog = startWatchdog(pid, place.cluster, start.throwaway ? place.folder : null);
  let ended: string | null = null;
  const exited = new Promise<string>((resolve) => {
    child.once('exit', (code, signal) => {
      watchdog.dismiss();
      ended = signal ? `ended by ${signal}` : `ended with exit code ${code}`;
      resolve(ended);
    });
  });
  child.unref();

  const began = performance.now();
  let said = false;
  while (ended === null) {
    const state = readPostmasterFile(place.cluster);
    if (state?.pid === pid && state.status === 'ready') return { kind: 'running', run: { pid, exited, stop: () => stop() } };
    if (!said && performance.now() - began > SAY_RECOVERY_AFTER_MS) {
      said = true;
      start.onProgress('waiting for the database to be ready (after a crash it recovers first)');
    }
    if (start.signal?.aborted) await stop();
    else await pause(10);
  }
  return explain(log.tail(), ended, place);

  async function stop(): Promise<void> {
    child.ref(); // from now on its end is worth staying for
    for (const [signal, boundMs] of [
      ['SIGINT', FAST_STOP_MS],
      ['SIGQUIT', IMMEDIATE_STOP_MS],
    ] as const) {
      if (ended !== null) return;
      signalServer(programs, pid, signal);
      const bound = new AbortController();
      await Promise.race([exited, pause(boundMs, undefined, { signal: bound.signal }).catch(() => undefined)]);
      bound.abort();
    }
    if (ended === null) signalServer(programs, pid, 'SIGKILL');
    await exited;
  }
}

/** Rejects with the system error where the program could not be started; some come as an event, some are thrown. */
async function spawned(start: () => ChildProcess): Promise<ChildProcess> {
  const child = start();
  await new Promise<void>((resolve, reject) => {
    child.once('spawn', resolve);
    child.once('error', reject);
  });
  child.on('error', () => undefined);
  return child;
}

function explain(log: string, ended: string, place: DataPlace): StartOutcome {
  if (/could not create any TCP\/IP sockets|could not bind/.test(log)) return { kind: 'port-taken' };
  if (/pre-existing shared memory block|lock file "postmaster.pid" already exists/.test(log)) return { kind: 'leftovers' };
  if (/No space left on device/.test(log)) return { kind: 'failed', error: diskFull(place.folder) };
  return {
    kind: 'failed',
    error: new EmbeddedPostgresError(
      'start-failed',
      `PostgreSQL did not start on ${place.cluster} (${ended}); its log, ${place.folder}/server.log, says:\n${log}`,
    ),
  };
}
