import { readdirSync, readFileSync, readlinkSync, rmSync } from 'node:fs';
import { basename } from 'node:path';

import { EmbeddedPostgresError } from './errors.js';
import { postmasterFile, readPostmasterFile } from './postmaster-file.js';
import { isRunning } from './process-identity.js';
import { signalServer } from './signals.js';
import { waitUntil } from './wait-until.js';

const FAST_MS = 20_000;
const IMMEDIATE_MS = 10_000;
const KILL_MS = 10_000;

/**
 * Clears what an owner that died left behind on the cluster: a server that still runs is stopped, with its checkpoint
 * where it manages that; back ends that outlived their server are ended; a postmaster.pid whose number now belongs to a
 * process that is no server of this cluster is removed (PostgreSQL would refuse to start).
 *
 * Stopping and starting anew is chosen over going on with the orphan: it takes a fraction of a second, and the server
 * then always has this version's programs and settings and is our child, so that its end is seen at once.
 *
 * To be called by the holder of the owner lock only.
 *
 * @param cluster real path
 * @throws EmbeddedPostgresError 'start-failed' where something can't be stopped
 */
export async function clearOldServer(cluster: string, programs: string, onProgress: (phase: string) => void): Promise<void> {
  const file = readPostmasterFile(cluster);
  if (file !== null && isRunning(file.pid)) {
    if (isServerOf(file.pid, cluster)) {
      onProgress(`stopping the database that an earlier run left behind (process ${file.pid})`);
      await end([file.pid], programs);
    } else rmSync(postmasterFile(cluster), { force: true });
  }
  const leftovers = backEndsOf(cluster);
  if (leftovers.length > 0) await end(leftovers, programs);
}

async function end(pids: readonly number[], programs: string): Promise<void> {
  const gone = (): boolean => pids.every((pid) => !isRunning(pid));
  for (const [signal, boundMs] of [
    ['SIGINT', FAST_MS],
    ['SIGQUIT', IMMEDIATE_MS],
    ['SIGKILL', KILL_MS],
  ] as const) {
    for (const pid of pids) signalServer(programs, pid, signal);
    if (await waitUntil(gone, boundMs)) return;
  }
  throw new EmbeddedPostgresError(
    'start-failed',
    `The database process ${pids.join(', ')} of an earlier run can't be stopped: end it, and start again.`,
  );
}

/**
 * Whether the process is a server of this cluster. A server works in its cluster's folder, and names it in its command
 * line. Without /proc the number is believed: PostgreSQL itself does no better.
 */
function isServerOf(pid: number, cluster: string): boolean {
  if (process.platform !== 'linux') return true;
  const folder = attempt(() => readlinkSync(`/proc/${pid}/cwd`));
  if (folder !== null) return folder === cluster && isPostgres(pid);
  // Another user's process can't be asked for its folder in a container without CAP_SYS_PTRACE.
  const words = attempt(() => readFileSync(`/proc/${pid}/cmdline`, 'utf8'))?.split('\0') ?? [];
  return basename(words[0] ?? '') === 'postgres' && words[words.indexOf('-D') + 1] === cluster;
}

/** Processes of a server that is dead itself; where they can't be seen PostgreSQL refuses to start until they are gone. */
function backEndsOf(cluster: string): readonly number[] {
  if (process.platform !== 'linux') return [];
  const pids = readdirSync('/proc').flatMap((name) => (/^\d+$/.test(name) ? Number(name) : []));
  return pids.filter((pid) => attempt(() => readlinkSync(`/proc/${pid}/cwd`)) === cluster && isPostgres(pid));
}

function isPostgres(pid: number): boolean {
  const file = attempt(() => readlinkSync(`/proc/${pid}/exe`));
  return file !== null && basename(file).startsWith('postgres'); // "postgres (deleted)" after an npm ci
}

function attempt<T>(read: () => T): T | null {
  try {
    return read();
  } catch {
    return null;
  }
}
