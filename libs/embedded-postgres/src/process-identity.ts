import { execFileSync } from 'node:child_process';
import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';

import { systemErrorCode } from './errors.js';

/**
 * A process, told apart from every other one that ever had its number.
 *
 * A process id alone is used again. With the time at which the process started it is unique on its machine until the
 * next boot (`boot`), and within its process-id namespace (`namespace`: containers number their processes on their own).
 */
export interface ProcessIdentity {
  readonly pid: number;
  /** Opaque; null where the system doesn't tell it (Windows). */
  readonly started: string | null;
  readonly host: string;
  readonly boot: string;
  readonly namespace: string;
}

export function ownIdentity(): ProcessIdentity {
  return { pid: process.pid, started: startOf(process.pid), ...ownPlace() };
}

/**
 * Whether the process lives. 'unknown' where it was started on a machine or in a container whose processes
 * can't be seen from here.
 */
export function lookAt(identity: ProcessIdentity): 'alive' | 'dead' | 'unknown' {
  const own = ownPlace();
  if (identity.boot !== own.boot) return identity.host === own.host ? 'dead' : 'unknown';
  if (identity.namespace !== own.namespace) return 'unknown';
  if (!isRunning(identity.pid)) return 'dead';
  const started = startOf(identity.pid);
  return started === null || identity.started === null || started === identity.started ? 'alive' : 'dead';
}

/** True where a process with this number runs; one that is dead but not yet collected by its parent doesn't. */
export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if (systemErrorCode(error) !== 'EPERM') return false;
  }
  const state = statOf(pid)?.[0];
  return state !== 'Z' && state !== 'X';
}

function ownPlace(): Pick<ProcessIdentity, 'host' | 'boot' | 'namespace'> {
  const linux = process.platform === 'linux';
  return {
    host: hostname(),
    boot: (linux && attempt(() => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim())) || 'unknown',
    namespace: (linux && attempt(() => readlinkSync('/proc/self/ns/pid'))) || 'unknown',
  };
}

/** When the process started, as the system tells it: clock ticks since boot on Linux, a date elsewhere. */
function startOf(pid: number): string | null {
  if (process.platform === 'linux') return statOf(pid)?.[19] ?? null;
  if (process.platform === 'win32') return null;
  const date = attempt(() =>
    execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8', stdio: 'pipe' }).trim(),
  );
  return date || null;
}

/** proc_pid_stat(5) from its third field, the state, on; the second one may itself hold blanks and brackets. */
function statOf(pid: number): readonly string[] | null {
  if (process.platform !== 'linux') return null;
  const line = attempt(() => readFileSync(`/proc/${pid}/stat`, 'utf8'));
  return line ? line.slice(line.lastIndexOf(')') + 2).split(' ') : null;
}

function attempt<T>(read: () => T): T | null {
  try {
    return read();
  } catch {
    return null;
  }
}
