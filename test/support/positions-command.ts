import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { Environment } from './app-process.js';

/** Runs the repair command as `npm run positions -- ...` does. @returns what it prints @throws Error where it fails */
export async function runPositions(environment: Environment, ...args: readonly string[]): Promise<string> {
  const program = 'dist/apps/log-processor/src/positions.js';
  const { stdout } = await promisify(execFile)(process.execPath, [program, ...args], { env: { ...process.env, ...environment } });
  return stdout;
}
