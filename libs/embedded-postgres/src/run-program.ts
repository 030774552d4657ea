import { execFile } from 'node:child_process';

import type { DatabaseUser } from './database-user.js';
import { EmbeddedPostgresError, messageOf, systemErrorCode, useOwnServer } from './errors.js';

export interface ProgramResult {
  readonly exitCode: number | null;
  /** Standard output, then standard error. */
  readonly output: string;
}

/**
 * Options with which the server's programs are spawned: as the database's user, from '/', because our own
 * working folder may be closed to that user, and with no variable of our surroundings that could change them.
 */
export function spawnOptions(user: DatabaseUser | null): {
  cwd: string;
  env: NodeJS.ProcessEnv | undefined;
  uid?: number;
  gid?: number;
  windowsHide: true;
} {
  const windows = process.platform === 'win32';
  return {
    cwd: windows ? 'C:\\' : '/',
    // Windows programs need their SystemRoot and more: they inherit.
    env: windows ? undefined : { PATH: '/usr/local/bin:/usr/bin:/bin', LC_ALL: 'C', LANG: 'C' },
    ...(user ? { uid: user.uid, gid: user.gid } : {}),
    windowsHide: true,
  };
}

/**
 * Runs one of the server's programs to its end.
 *
 * @throws the spawn's own system error (EACCES, ENOENT, EPERM, ...) where the program can't be started
 */
export function runProgram(file: string, args: readonly string[], user: DatabaseUser | null): Promise<ProgramResult> {
  return new Promise((resolve, reject) => {
    execFile(file, args, { ...spawnOptions(user), encoding: 'utf8', timeout: 120_000 }, (error, stdout, stderr) => {
      const output = `${stdout}${stderr}`.trim();
      if (!error) resolve({ exitCode: 0, output });
      else if (typeof error.code === 'number' || error.killed || error.signal) {
        resolve({ exitCode: typeof error.code === 'number' ? error.code : null, output: output || messageOf(error) });
      } else reject(error);
    });
  });
}

/** Says why a program of the package could not be spawned, and what to do. */
export function notRunnable(file: string, user: DatabaseUser | null, error: unknown, fileExists: boolean): EmbeddedPostgresError {
  const code = systemErrorCode(error);
  const as = user ? ` as the user ${user.name}` : '';
  if (code === 'ENOENT' && fileExists) {
    // The kernel answers so where the program's loader, /lib64/ld-linux-*.so, is not there.
    return new EmbeddedPostgresError(
      'not-runnable',
      `The embedded PostgreSQL needs glibc, which this system (Alpine or another musl) does not have: use an image with glibc, or ${useOwnServer}.`,
      { cause: error },
    );
  }
  const why =
    code === 'EPERM'
      ? 'changing to that user is forbidden here (no CAP_SETUID?): start Rootspan as another user than root'
      : `${messageOf(error)}: make the file readable and executable`;
  return new EmbeddedPostgresError('not-runnable', `${file} can't be run${as}, ${why}, or ${useOwnServer}.`, { cause: error });
}
