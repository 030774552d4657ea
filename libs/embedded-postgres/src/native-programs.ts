import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { chmod, cp, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';

import type { DatabaseUser } from './database-user.js';
import { EmbeddedPostgresError, messageOf, systemErrorCode, useOwnServer } from './errors.js';
import { makeMissingLinks, type NativePackage, program } from './native-package.js';
import { openOutsideFolder, outsideFolders } from './outside-folders.js';
import { notRunnable, runProgram } from './run-program.js';

/**
 * Gives a folder whose programs the database's user can run: the package's own; or, where that lies under a folder
 * closed to the user, or can't be completed because it is read-only, a copy outside the project (60 MB, once a version).
 * What can be run is found by running it.
 *
 * @throws EmbeddedPostgresError 'not-runnable'
 */
export async function prepareNativePrograms(
  native: NativePackage,
  user: DatabaseUser | null,
  onProgress: (phase: string) => void,
  places: readonly string[] = outsideFolders(),
): Promise<string> {
  if (makeMissingLinks(native.folder) === 'complete') {
    const reason = await tryPrograms(native.folder, user);
    if (reason === null) return native.folder;
    // Another folder helps only where this one is closed to the user.
    if (systemErrorCode(reason.cause) !== 'EACCES' && !reason.message.includes('Permission denied')) throw reason;
  }
  let reason: unknown = new Error(`none of ${places.join(', ')} can be written`);
  for (const place of places) {
    if (!openOutsideFolder(place)) continue;
    const folder = join(place, `postgresql-${native.version}-${process.platform}-${process.arch}`);
    try {
      if (!existsSync(folder)) {
        onProgress(`copying PostgreSQL's programs to ${folder}, where its user can run them`);
        await copyPrograms(native.folder, folder);
      }
      reason = await tryPrograms(folder, user);
      if (reason === null) return folder;
    } catch (error) {
      reason = error;
    }
  }
  throw new EmbeddedPostgresError(
    'not-runnable',
    `The embedded PostgreSQL in ${native.folder} can't be used by ${user ? `the user ${user.name}` : 'this user'}, nor copied elsewhere (${messageOf(reason)}): move the project to a folder that other users can read, or ${useOwnServer}.`,
    { cause: reason },
  );
}

/** Null where both programs run. */
async function tryPrograms(folder: string, user: DatabaseUser | null): Promise<EmbeddedPostgresError | null> {
  for (const name of ['postgres', 'initdb'] as const) {
    const file = program(folder, name);
    try {
      const { exitCode, output } = await runProgram(file, ['--version'], user);
      if (exitCode !== 0) {
        return new EmbeddedPostgresError(
          'not-runnable',
          `${file} does not run (${output}): run npm ci again, or ${useOwnServer}.`,
        );
      }
    } catch (error) {
      return notRunnable(file, user, error, existsSync(file));
    }
  }
  return null;
}

/** All or nothing: the copy gets its name when it is complete; of two at the same moment one wins. */
async function copyPrograms(from: string, to: string): Promise<void> {
  const draft = `${to}.${randomUUID()}`;
  try {
    await cp(from, draft, { recursive: true, verbatimSymlinks: true });
    await makeReadable(draft);
    makeMissingLinks(draft);
    await rename(draft, to);
  } catch (error) {
    await rm(draft, { recursive: true, force: true });
    if (!existsSync(to)) throw error;
  }
}

/** For everybody, whatever umask npm and we run under. */
async function makeReadable(folder: string): Promise<void> {
  await chmod(folder, 0o755);
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    if (entry.isDirectory()) await chmod(path, 0o755);
    else if (entry.isFile()) await chmod(path, (await stat(path)).mode & 0o100 ? 0o755 : 0o644);
  }
}
