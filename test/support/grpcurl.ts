import { execFile, execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describeWithTool, runs } from './tools.js';

/** How a run of grpcurl ended. */
export interface GrpcurlRun {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** The real grpcurl, without any .proto file: what it knows comes from the server's reflection. */
export class Grpcurl {
  constructor(private readonly program: string) {}

  /** Runs `grpcurl -plaintext ...args`. Never rejects for what the server answers. */
  run(...args: readonly string[]): Promise<GrpcurlRun> {
    return new Promise((resolve, reject) => {
      execFile(this.program, ['-plaintext', ...args], { maxBuffer: 64 * 1024 * 1024 }, (error, stdout, stderr) => {
        if (error === null) resolve({ code: 0, stdout, stderr });
        else if (typeof error.code === 'number') resolve({ code: error.code, stdout, stderr });
        else reject(new Error(`${this.program} can not be run: ${error.message}`));
      });
    });
  }

  /** Calls a method with a JSON text and returns its answer. @throws Error with what grpcurl says where the call fails */
  async call(address: string, method: string, json: string, ...args: readonly string[]): Promise<unknown> {
    const { code, stdout, stderr } = await this.run(...args, '-d', json, address, method);
    if (code !== 0) throw new Error(`grpcurl ended with ${code}: ${stderr}`);
    return JSON.parse(stdout);
  }

  /** Runs a command that has to work; its lines. @throws Error with what grpcurl says */
  async lines(...args: readonly string[]): Promise<string[]> {
    const { code, stdout, stderr } = await this.run(...args);
    if (code !== 0) throw new Error(`grpcurl ended with ${code}: ${stderr}`);
    return stdout.split('\n').filter((line) => line !== '');
  }
}

/** GRPCURL, else the one on the PATH, else where `go install` puts it; null where there is none. */
function findGrpcurl(): string | null {
  const named = process.env.GRPCURL;
  if (named !== undefined && named !== '') return named;
  if (runs('grpcurl', '-version')) return 'grpcurl';
  try {
    const goPath = execFileSync('go', ['env', 'GOPATH'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
    const installed = join(goPath, 'bin', process.platform === 'win32' ? 'grpcurl.exe' : 'grpcurl');
    return existsSync(installed) ? installed : null;
  } catch {
    return null; // no Go either
  }
}

const HOW_TO_GET_IT = 'go install github.com/fullstorydev/grpcurl/cmd/grpcurl@latest, or set GRPCURL to its path';

/** `describe` for tests that need the real grpcurl; see describeWithTool for where there is none. */
export function describeWithGrpcurl(name: string, suite: (grpcurl: Grpcurl) => void): void {
  const tool = { name: 'grpcurl', path: findGrpcurl(), howToGetIt: HOW_TO_GET_IT };
  describeWithTool(name, tool, (path) => suite(new Grpcurl(path)));
}
