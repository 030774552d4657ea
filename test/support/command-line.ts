import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { endWithUs } from './processes.js';

const ROOT = join(fileURLToPath(new URL('../..', import.meta.url)));
const PROGRAM = join(ROOT, 'packages', 'cli', 'bin', 'rootspan.mjs');

/** What a run of the command line left. */
export interface CommandRun {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** The command line `rootspan` as people run it, for one server and tenant. */
export class CommandLine {
  /** @param address host:port of a gRPC server, given by the environment */
  constructor(
    private readonly address: string,
    private readonly tenant: string,
  ) {}

  /** Runs a command to its end. */
  run(...args: readonly string[]): Promise<CommandRun> {
    return this.runWith('', ...args);
  }

  /** Runs a command that reads `input` from standard input. */
  async runWith(input: string, ...args: readonly string[]): Promise<CommandRun> {
    const child = this.start(...args);
    let [out, err] = ['', ''];
    child.stdout.setEncoding('utf8').on('data', (text: string) => (out += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (err += text));
    // A command that refuses its arguments does not read.
    child.stdin.on('error', () => undefined).end(input);
    await once(child, 'close');
    return { code: child.exitCode, out, err };
  }

  /** Starts a command; its streams are pipes. */
  start(...args: readonly string[]): ChildProcessWithoutNullStreams {
    const child = spawn(process.execPath, [PROGRAM, ...args, '--tenant', this.tenant], {
      cwd: ROOT,
      env: { ...process.env, ROOTSPAN_ADDRESS: this.address, NODE_OPTIONS: '', FORCE_COLOR: '', NO_COLOR: '' },
    });
    endWithUs(child);
    return child;
  }
}
