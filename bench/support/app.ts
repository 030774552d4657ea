import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

type AppName = 'all-in-one' | 'log-ingest' | 'log-processor' | 'query-service';

export interface AppOptions {
  readonly environment: Readonly<Record<string, string>>;
  /** Folder for a CPU profile of the process; empty: none. */
  readonly cpuProf: string;
  /** Further arguments for Node, separated by spaces, such as `--max-semi-space-size=64`. */
  readonly nodeArgs?: string;
}

/** The root of the repository, seen from dist/bench/support. */
export const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..', '..', '..');
const READY_BOUND_MS = 120_000;
const POLL_MS = 50;
const FOREIGN = /^(ROOTSPAN_|KAFKA_|LOG_|OTLP_|TLS_|PG|GRPC|NODE_OPTIONS$|HTTP_PORT$|HOST$|DAG_DATABASE$|RETENTION_)/;

/** One app as a process of its own, configured by its environment only. */
export class App {
  private addresses: Readonly<Record<string, string>> = {};
  private output = '';

  private constructor(
    readonly name: AppName,
    private readonly child: ChildProcess,
  ) {
    child.stderr?.setEncoding('utf8').on('data', (text: string) => (this.output = (this.output + text).slice(-8_000)));
  }

  /** Resolves once /readyz answers 200. @throws Error with the last output where the process ends, or is late */
  static async start(name: AppName, { environment, cpuProf, nodeArgs = '' }: AppOptions): Promise<App> {
    const profile = ['--cpu-prof', `--cpu-prof-dir=${cpuProf}`, `--cpu-prof-name=${name}.cpuprofile`];
    const main = join(ROOT, 'dist', 'apps', name, 'src', 'main.js');
    const inherited = Object.entries(process.env).filter(([variable]) => !FOREIGN.test(variable));
    const args = [...(cpuProf === '' ? [] : profile), ...nodeArgs.split(' ').filter(Boolean), main];
    const child = spawn(process.execPath, args, {
      cwd: ROOT,
      env: {
        ...Object.fromEntries(inherited),
        ...{ HOST: '127.0.0.1', GRPC_PORT: '0', HTTP_PORT: '0', OTLP_GRPC_PORT: '0', OTLP_HTTP_PORT: '0' },
        ...{ LOG_FORMAT: 'json', ROOTSPAN_ANNOUNCE: 'json' },
        ...environment,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
      // A Ctrl-C reaches us, and we end it in order.
      detached: true,
    });
    process.once('exit', () => child.kill('SIGKILL'));
    const app = new App(name, child);
    await app.untilReady();
    return app;
  }

  get pid(): number {
    return this.child.pid ?? Number.NaN;
  }

  /** host:port of the gRPC server. */
  get grpc(): string {
    return this.addresses['grpc'] ?? '';
  }

  /** host:port of the OTLP/gRPC receiver. */
  get otlpGrpc(): string {
    return this.addresses['otlp-grpc'] ?? '';
  }

  /** host:port of the HTTP server. */
  get http(): string {
    return this.addresses['http'] ?? '';
  }

  /** A counter of /metrics, summed over its labels; 0 where it is not there. */
  async metric(name: string): Promise<number> {
    const text = await (await fetch(`http://${this.http}/metrics`)).text();
    const lines = text.split('\n').filter((line) => line.startsWith(`${name} `) || line.startsWith(`${name}{`));
    return lines.reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' '))), 0);
  }

  async stop(): Promise<void> {
    if (this.hasEnded()) return;
    const ended = once(this.child, 'exit');
    this.child.kill('SIGTERM');
    await ended;
  }

  private hasEnded(): boolean {
    return this.child.exitCode !== null || this.child.signalCode !== null;
  }

  private async untilReady(): Promise<void> {
    const { stdout } = this.child;
    if (stdout === null) throw new Error('standard output is not a pipe');
    createInterface({ input: stdout }).on('line', (line) => {
      if (!line.startsWith('{"event":"listening"')) return;
      this.addresses = (JSON.parse(line) as { readonly addresses: Readonly<Record<string, string>> }).addresses;
    });
    const end = performance.now() + READY_BOUND_MS;
    while (!(await this.isReady())) {
      if (this.hasEnded()) throw new Error(`${this.name} ended:\n${this.output}`);
      if (performance.now() > end) throw new Error(`${this.name} is not ready in time:\n${this.output}`);
      await pause(POLL_MS);
    }
  }

  private async isReady(): Promise<boolean> {
    if (this.http === '') return false;
    return fetch(`http://${this.http}/readyz`).then(
      ({ status }) => status === 200,
      () => false,
    );
  }
}
