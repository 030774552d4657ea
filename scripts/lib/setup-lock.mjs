/**
 * One set-up at a time: two `npm start` in one folder must not install or build into each other.
 *
 * The lock is the folder .cache/setup.lock; making a folder is atomic everywhere. It holds owner.json with the owner's
 * process id and host, and the owner touches that file every two seconds. A lock is stale when its owner's process is
 * gone (same host), or when it was not touched for a minute (another host or container, a reused process id). A stale
 * lock is taken away under a second, short-lived folder, so that of two waiters only one does it, and never to a fresh
 * lock that a third one has just made.
 */
import { mkdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { PhaseError } from './phase.mjs';
import { CACHE } from './paths.mjs';

const LOCK = join(CACHE, 'setup.lock');
const OWNER = join(LOCK, 'owner.json');
const BREAKING = `${LOCK}.breaking`;
const TOUCH_MS = 2_000;
const STALE_MS = 60_000;
const POLL_MS = 200;

/** Makes the folder; false when it is there already. */
function makeFolder(path) {
  try {
    mkdirSync(path);
    return true;
  } catch (error) {
    if (error.code === 'EEXIST') return false;
    throw error;
  }
}

function readOwner() {
  try {
    return readFileSync(OWNER, 'utf8');
  } catch {
    return '';
  }
}

/** Milliseconds since the path was written; undefined when it is not there. */
function age(path) {
  const stat = statSync(path, { throwIfNoEntry: false });
  return stat === undefined ? undefined : Date.now() - stat.mtimeMs;
}

function isGone(pid) {
  try {
    process.kill(pid, 0);
    return false;
  } catch (error) {
    return error.code === 'ESRCH';
  }
}

/** The owner's name, undefined while it is being written. */
function parseOwner(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isStale(text) {
  if ((age(OWNER) ?? age(LOCK) ?? 0) > STALE_MS) return true;
  const owner = parseOwner(text);
  return owner !== undefined && owner.host === hostname() && isGone(owner.pid);
}

/** Removes the lock if it still is the one that was found stale. */
function breakStaleLock(seen) {
  if (!makeFolder(BREAKING)) {
    if ((age(BREAKING) ?? 0) > STALE_MS) rmSync(BREAKING, { recursive: true, force: true });
    return;
  }
  try {
    if (readOwner() === seen && isStale(seen)) rmSync(LOCK, { recursive: true, force: true });
  } finally {
    rmSync(BREAKING, { recursive: true, force: true });
  }
}

/**
 * Waits for the lock, calls `work` while holding it, and gives it back.
 * @param {(text: string) => void} onWait told once when another process holds the lock
 */
export async function withSetupLock(onWait, work) {
  try {
    mkdirSync(CACHE, { recursive: true });
  } catch (error) {
    throw new PhaseError(
      `Cannot write to this folder (${error.message}). Rootspan installs and builds inside it: make it writable.`,
    );
  }
  let told = false;
  while (!makeFolder(LOCK)) {
    const owner = readOwner();
    if (isStale(owner)) breakStaleLock(owner);
    else if (!told) {
      told = true;
      onWait(`process ${parseOwner(owner)?.pid ?? '(starting)'}`);
    }
    await delay(POLL_MS);
  }
  const name = JSON.stringify({ pid: process.pid, host: hostname(), since: new Date().toISOString() });
  const release = () => readOwner() === name && rmSync(LOCK, { recursive: true, force: true });
  writeFileSync(OWNER, name);
  process.once('exit', release);
  const touch = setInterval(() => {
    if (readOwner() === name) utimesSync(OWNER, new Date(), new Date());
  }, TOUCH_MS);
  try {
    return await work();
  } finally {
    clearInterval(touch);
    process.removeListener('exit', release);
    release();
  }
}
