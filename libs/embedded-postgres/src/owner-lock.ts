/**
 * The lock by which one Rootspan process owns a data folder.
 *
 * A lock is a file owner.<generation>, which holds its owner's identity. The owner is the one named in the file of
 * the highest generation, as long as that process lives and the file doesn't say "released".
 *
 * - To take a lock that is free (released, or its owner dead) is to make the file of the next generation, by link(2),
 *   which fails where the name exists: of any number of processes that see the same free lock one gets it, and the
 *   others then see a living owner. The file appears with its content, never empty.
 * - The highest generation is never removed, not even by a release (which rewrites it), so generations only grow and
 *   a slow process that saw an older state can't take a lock behind a newer one.
 * - Nothing has to be cleaned up after kill -9: a dead owner is recognized by process id and start time, so that
 *   neither a crash nor a number that is used again keeps the folder locked.
 * - An owner in another container or on another machine (a shared volume) can't be looked at. It touches its file
 *   all the time; as long as that goes on it is taken to be alive.
 */
import { randomUUID } from 'node:crypto';
import { linkSync, readdirSync, readFileSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

import { DataFolderInUseError, systemErrorCode } from './errors.js';
import { lookAt, ownIdentity, type ProcessIdentity } from './process-identity.js';

export interface OwnerLock {
  /** Gives the folder free for the next owner; calling it again does nothing. */
  release(): void;
}

interface LockFile {
  readonly generation: number;
  readonly path: string;
  /** Null where the file says "released" or can't be read as a lock (it was written by no version of ours). */
  readonly owner: ProcessIdentity | null;
}

const HEARTBEAT_MS = 2_000;
/** An owner that can't be looked at is dead when its file stays untouched for so long. */
const SILENCE_MS = 5 * HEARTBEAT_MS;

/**
 * @param folder must exist
 * @param silenceMs how long an owner that can't be looked at may leave its file untouched
 * @throws DataFolderInUseError where another live process, or this one, owns the folder
 */
export async function acquireOwnerLock(
  folder: string,
  onProgress: (phase: string) => void,
  silenceMs = SILENCE_MS,
): Promise<OwnerLock> {
  for (;;) {
    const current = readCurrent(folder);
    if (current) await requireDead(folder, current, onProgress, silenceMs);
    const taken = take(folder, (current?.generation ?? 0) + 1);
    if (taken !== null) return hold(folder, taken);
  }
}

async function requireDead(
  folder: string,
  { path, owner }: LockFile,
  onProgress: (phase: string) => void,
  silenceMs: number,
): Promise<void> {
  if (owner === null) return;
  const seen = lookAt(owner);
  if (seen === 'dead') return;
  if (seen === 'alive') throw new DataFolderInUseError(folder, owner.pid);
  onProgress(`waiting ${silenceMs / 1000} s to see whether the owner of the data folder on host ${owner.host} is alive`);
  // Compares what the other side wrote with itself: the two clocks may differ.
  const before = touchedAt(path);
  const end = Date.now() + silenceMs;
  while (Date.now() < end) {
    await pause(silenceMs / 20);
    const touched = touchedAt(path) !== before;
    if (touched && readCurrent(folder)?.owner) throw new DataFolderInUseError(folder, owner.pid, ` on host ${owner.host}`);
  }
}

/** The path of the file that was made; null where another process was faster. */
function take(folder: string, generation: number): string | null {
  const path = join(folder, `owner.${generation}`);
  const draft = `${path}.${randomUUID()}`;
  writeFileSync(draft, `${JSON.stringify(ownIdentity())}\n`);
  try {
    linkSync(draft, path);
    return path;
  } catch (error) {
    if (systemErrorCode(error) === 'EEXIST') return null;
    throw error;
  } finally {
    rmSync(draft, { force: true });
  }
}

function hold(folder: string, path: string): OwnerLock {
  for (const name of readdirSync(folder)) {
    const older = /^owner\.(\d+)$/.exec(name);
    if (older && Number(older[1]) < Number(path.slice(path.lastIndexOf('.') + 1))) rmSync(join(folder, name), { force: true });
  }
  const heartbeat = setInterval(() => touch(path), HEARTBEAT_MS);
  heartbeat.unref();
  let released = false;
  return {
    release(): void {
      if (released) return;
      released = true;
      clearInterval(heartbeat);
      const draft = `${path}.${randomUUID()}`;
      try {
        writeFileSync(draft, '{"released":true}\n');
        renameSync(draft, path);
      } catch (error) {
        if (systemErrorCode(error) !== 'ENOENT') throw error; // the folder itself was removed
      }
    },
  };
}

/** The lock of the highest generation, null where there never was one. */
function readCurrent(folder: string): LockFile | null {
  for (;;) {
    const generations = readdirSync(folder).flatMap((name) => /^owner\.(\d+)$/.exec(name)?.[1] ?? []);
    if (generations.length === 0) return null;
    const generation = Math.max(...generations.map(Number));
    const path = join(folder, `owner.${generation}`);
    try {
      return { generation, path, owner: parseOwner(readFileSync(path, 'utf8')) };
    } catch (error) {
      if (systemErrorCode(error) !== 'ENOENT') throw error; // a newer owner removed it: look again
    }
  }
}

function parseOwner(text: string): ProcessIdentity | null {
  try {
    const value = JSON.parse(text) as Partial<ProcessIdentity>;
    const { pid, started = null, host = '', boot = '', namespace = '' } = value;
    return typeof pid === 'number' ? { pid, started, host, boot, namespace } : null;
  } catch {
    return null;
  }
}

function touch(path: string): void {
  try {
    utimesSync(path, new Date(), new Date());
  } catch {
    // The folder is gone or read-only: the next heartbeat tries again.
  }
}

function touchedAt(path: string): number | null {
  try {
    return statSync(path).mtimeMs;
  } catch {
    return null;
  }
}
