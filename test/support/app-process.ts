import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { endWithUs } from './processes.js';
import { BOUND_MS, waitUntil } from './wait-until.js';

export type AppName = 'all-in-one' | 'log-ingest' | 'log-processor' | 'query-service';
export type Environment = Readonly<Record<string, string>>;

/** How a process ended: an exit code, or the signal that killed it. */
export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** What /readyz says. */
export interface Readiness {
  readonly status: number;
  readonly missing: readonly string[];
}

/** The line that an app prints on standard output when its servers listen. */
interface Announcement {
  readonly event: 'listening';
  readonly app: AppName;
  readonly pid: number;
  readonly addresses: Readonly<Record<string, string>>;
}

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
/** What a developer may have set for the own Rootspan must not reach the one under test. */
const FOREIGN = /^(ROOTSPAN_|KAFKA_|INGEST_|LOG_|OTLP_|TLS_|PG|GRPC|NODE_OPTIONS$|HTTP_PORT$|HOST$|DAG_DATABASE$|RETENTION_)/;
const OUTPUT_SHOWN = 8_000;

/** One app of the repository as a real process, configured by its environment only. */
export class AppProcess {
  private readonly child: ChildProcess;
  private readonly announced: Promise<Announcement>;
  private announcement: Announcement | null = null;
  private text = '';
  /** Resolves when the process has ended and its output is read. */
  readonly exited: Promise<Exit>;

  constructor(
    readonly name: AppName,
    readonly environment: Environment,
  ) {
    const main = join(ROOT, 'dist', 'apps', name, 'src', 'main.js');
    if (!existsSync(main)) throw new Error(`${main} is missing: build with \`npm run build\`.`);
    this.child = spawn(process.execPath, ['--enable-source-maps', main], {
      cwd: ROOT,
      env: cleanEnvironment(environment),
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    endWithUs(this.child);
    this.exited = once(this.child, 'close').then(() => ({ code: this.child.exitCode, signal: this.child.signalCode }));
    this.child.stderr?.setEncoding('utf8').on('data', (chunk: string) => (this.text += chunk));
    this.announced = this.readAnnouncement();
    this.announced.catch(() => undefined); // whoever waits for it is told
  }

  get pid(): number {
    return this.child.pid ?? Number.NaN;
  }

  get hasExited(): boolean {
    return this.child.exitCode !== null || this.child.signalCode !== null;
  }

  /** All that it has printed so far, on both streams. */
  get output(): string {
    return this.text;
  }

  /** `host:port` of the gRPC server. @throws Error before `untilListening` */
  get grpc(): string {
    return this.address('grpc');
  }

  /** `host:port` of the HTTP server. @throws Error before `untilListening` */
  get http(): string {
    return this.address('http');
  }

  /** `host:port` of the OTLP/gRPC receiver. @throws Error before `untilListening` */
  get otlpGrpc(): string {
    return this.address('otlp-grpc');
  }

  /** `host:port` of the OTLP/HTTP receiver. @throws Error before `untilListening` */
  get otlpHttp(): string {
    return this.address('otlp-http');
  }

  /** What it listens on, by name. */
  get addresses(): Readonly<Record<string, string>> {
    return this.announcement?.addresses ?? {};
  }

  /** Waits for the line that names the addresses. @throws Error with the output where the process ends instead */
  async untilListening(): Promise<this> {
    this.announcement = await this.announced;
    return this;
  }

  /** Waits until /readyz answers 200. @throws Error with the output */
  async untilReady(boundMs = BOUND_MS): Promise<this> {
    await this.untilListening();
    let last: Readiness | null = null;
    try {
      await waitUntil(
        async () => {
          if (this.hasExited) return true;
          last = await this.readiness();
          return last.status === 200;
        },
        `${this.name} is ready`,
        boundMs,
      );
    } catch (error) {
      throw new Error(`${String(error)}\n/readyz: ${JSON.stringify(last)}\n${this.story()}`, { cause: error });
    }
    if (this.hasExited) throw new Error(this.story());
    return this;
  }

  async readiness(): Promise<Readiness> {
    const response = await fetch(`http://${this.http}/readyz`);
    const body = (await response.json()) as { readonly missing?: readonly string[] };
    return { status: response.status, missing: body.missing ?? [] };
  }

  /** Sends the signal and waits for the end. @throws Error with the output where it goes on within the bound */
  async stop(signal: NodeJS.Signals = 'SIGTERM', boundMs = BOUND_MS): Promise<Exit> {
    if (!this.hasExited) this.child.kill(signal);
    return this.untilExit(boundMs);
  }

  /** Stops it in the middle of what it does; its connections stay. What it holds in the world it holds on to. */
  freeze(): void {
    this.child.kill('SIGSTOP');
  }

  /** Lets it go on where it was frozen. */
  wake(): void {
    this.child.kill('SIGCONT');
  }

  async untilExit(boundMs = BOUND_MS): Promise<Exit> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new Error(`${this.name} still runs after ${boundMs / 1000} s.\n${this.story()}`)), boundMs);
    });
    return Promise.race([this.exited, late]).finally(() => clearTimeout(timer));
  }

  /** For a message about a failure: who this is and what it said last. */
  story(): string {
    const state = this.hasExited ? `ended (${this.child.exitCode ?? this.child.signalCode})` : 'runs';
    return `${this.name}, process ${this.pid}, ${state}; its output:\n${this.text.slice(-OUTPUT_SHOWN)}`;
  }

  private address(kind: string): string {
    const address = this.announcement?.addresses[kind];
    if (address === undefined) throw new Error(`No ${kind} address is announced.\n${this.story()}`);
    return address;
  }

  private async readAnnouncement(): Promise<Announcement> {
    const { stdout } = this.child;
    if (stdout === null) throw new Error('standard output is not a pipe');
    const found = new Promise<Announcement>((resolve) => {
      createInterface({ input: stdout }).on('line', (line) => {
        this.text += `${line}\n`;
        if (line.startsWith('{"event":"listening"')) resolve(JSON.parse(line) as Announcement);
      });
    });
    const ended = this.exited.then(() => Promise.reject(new Error(`It ended before it listened.\n${this.story()}`)));
    return Promise.race([found, ended]);
  }
}

/** The port of a `host:port`. */
export function portOf(address: string): string {
  return address.slice(address.lastIndexOf(':') + 1);
}

function cleanEnvironment(own: Environment): NodeJS.ProcessEnv {
  const inherited = Object.entries(process.env).filter(([name]) => !FOREIGN.test(name));
  return {
    ...Object.fromEntries(inherited),
    HOST: '127.0.0.1',
    GRPC_PORT: '0',
    HTTP_PORT: '0',
    OTLP_GRPC_PORT: '0',
    OTLP_HTTP_PORT: '0',
    LOG_FORMAT: 'json',
    ROOTSPAN_ANNOUNCE: 'json',
    ...own,
  };
}
