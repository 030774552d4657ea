import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const PROGRAM = join(fileURLToPath(new URL('../..', import.meta.url)), 'dist', 'packages', 'demo', 'src', 'main.js');
const BOUND_MS = 120_000;

/** Fills a server with the demo's traffic, as a person does. @returns the id of the large trace; empty where none was asked for */
export async function fillWithDemo(grpc: string, options: Readonly<Record<string, number>>): Promise<string> {
  const args = Object.entries(options).flatMap(([name, value]) => [`--${name}`, String(value)]);
  const { stdout } = await promisify(execFile)(process.execPath, [PROGRAM, '--address', grpc, ...args], { timeout: BOUND_MS });
  return stdout === '' ? '' : (JSON.parse(stdout) as { readonly largeTrace: string }).largeTrace;
}
