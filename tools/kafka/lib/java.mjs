import { execFile } from 'node:child_process';
import { join } from 'node:path';

/** The java program: the one on the PATH, or JAVA_HOME's where that is set. */
export const java = process.env.JAVA_HOME ? join(process.env.JAVA_HOME, 'bin', 'java') : 'java';

/**
 * Runs a program to its end.
 *
 * @param {string} file
 * @param {readonly string[]} args
 * @returns {Promise<{ exitCode: number | null, output: string }>} standard output, then standard error; exitCode null
 *   where the program can't be started
 */
export function run(file, args) {
  return new Promise((resolve) => {
    const options = { encoding: 'utf8', maxBuffer: 16 * 1024 * 1024, shell: process.platform === 'win32' };
    execFile(file, args, options, (error, stdout, stderr) => {
      const exitCode = error ? (typeof error.code === 'number' ? error.code : null) : 0;
      resolve({ exitCode, output: `${stdout}${stderr}`.trim() || (error?.message ?? '') });
    });
  });
}
