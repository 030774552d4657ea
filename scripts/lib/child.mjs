/** Child processes of the scripts: never left behind when the script is stopped. */
import { spawn } from 'node:child_process';
import { ROOT } from './paths.mjs';

/** In CI nothing may be skipped, and nothing asks a person. */
export const IS_CI = !['', '0', 'false'].includes(process.env['CI'] ?? '');

const running = new Set();

/** Stops the children that still run; called when the script itself is stopped. */
export function stopChildren() {
  for (const child of running) child.kill('SIGTERM');
}

/**
 * Runs a program in the repository's root until it ends.
 * @param {string} command the program
 * @param {string[]} args its arguments; no shell reads them
 * @param {{ env?: NodeJS.ProcessEnv, show?: boolean, shell?: boolean }} options `show` hands our terminal to the child instead of
 *   collecting its output
 * @returns {Promise<{ code: number, output: string }>} code 127 when the program could not be started
 */
export function run(command, args, { env = process.env, show = false, shell = false } = {}) {
  return new Promise((resolve) => {
    const stdio = show ? 'inherit' : ['ignore', 'pipe', 'pipe'];
    const child = spawn(command, args, { cwd: ROOT, env, stdio, shell });
    running.add(child);
    let output = '';
    for (const stream of [child.stdout, child.stderr]) stream?.setEncoding('utf8').on('data', (text) => (output += text));
    const settle = (result) => {
      running.delete(child);
      resolve(result);
    };
    child.once('error', (error) => settle({ code: 127, output: `${output}${error.message}` }));
    child.once('close', (code, signal) => settle({ code: code ?? 1, output: signal ? `${output}\nended by ${signal}` : output }));
  });
}
