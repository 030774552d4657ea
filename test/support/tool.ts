import { execFile, execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** A program of others that tests run, and that not every machine has. */
export interface Tool {
  /** `grpcurl` */
  readonly name: string;
  /** Its path; null where it is not at hand. */
  readonly path: string | null;
  /** How to get it, for whoever misses it. */
  readonly howToGetIt: string;
}

/** A program that `go install` makes. */
export interface GoProgram {
  readonly name: string;
  /** Variable that may name its path. */
  readonly variable: string;
  /** Arguments by which it does nothing and ends well. */
  readonly probe: readonly string[];
  /** What `go install` takes. */
  readonly module: string;
}

/** How a run of a program ended. */
export interface ToolRun {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs it to its end. Never rejects for how that is. */
export function runTool(program: string, args: readonly string[]): Promise<ToolRun> {
  return new Promise((resolve, reject) => {
    execFile(program, args, { maxBuffer: 64 * 1024 * 1024 }, (error, stdout, stderr) => {
      if (error === null) resolve({ code: 0, stdout, stderr });
      else if (typeof error.code === 'number') resolve({ code: error.code, stdout, stderr });
      else reject(new Error(`${program} can not be run: ${error.message}`));
    });
  });
}

/** Whether the program can be run with these arguments. */
export function runs(program: string, ...args: readonly string[]): boolean {
  try {
    execFileSync(program, args, { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/** The one that the variable names, else the one on the PATH, else where `go install` puts it. */
export function goTool({ name, variable, probe, module }: GoProgram): Tool {
  return { name, path: findGoProgram(name, variable, probe), howToGetIt: `go install ${module}, or set ${variable} to its path` };
}

function findGoProgram(name: string, variable: string, probe: readonly string[]): string | null {
  const named = process.env[variable];
  if (named !== undefined && named !== '') return named;
  if (runs(name, ...probe)) return name;
  try {
    const goPath = execFileSync('go', ['env', 'GOPATH'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
    const installed = join(goPath, 'bin', process.platform === 'win32' ? `${name}.exe` : name);
    return existsSync(installed) ? installed : null;
  } catch {
    return null; // no Go either
  }
}

/**
 * `describe` for tests that need a program. Where there is none, the tests are skipped and standard error says so; in CI (CI is
 * set) that is a failure.
 */
export function describeWithTool(title: string, { name, path, howToGetIt }: Tool, suite: (path: string) => void): void {
  if (path !== null) {
    describe(title, () => suite(path));
  } else if (process.env.CI) {
    describe(title, () => {
      it(`finds ${name}`, () => {
        throw new Error(`In CI nothing is skipped, and there is no ${name}: ${howToGetIt}.`);
      });
    });
  } else {
    process.stderr.write(`\n>>> SKIPPED: "${title}" needs ${name}: ${howToGetIt} <<<\n\n`);
    describe.skip(title, () => suite(name));
  }
}
