import { execFile, execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** How a run of a program ended. */
export interface ToolRun {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** A program of others that tests run, and that not every machine has. */
export interface Tool {
  readonly name: string;
  /** Variable that may name its path. */
  readonly variable: string;
  /** Arguments by which it does nothing and ends well. */
  readonly probe: readonly string[];
  /** What `go install` takes. */
  readonly module: string;
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

/** The one that the variable names, else the one on the PATH, else where `go install` puts it; null where there is none. */
function findTool({ name, variable, probe }: Tool): string | null {
  const named = process.env[variable];
  if (named !== undefined && named !== '') return named;
  if (runs(name, probe)) return name;
  try {
    const goPath = execFileSync('go', ['env', 'GOPATH'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
    const installed = join(goPath, 'bin', process.platform === 'win32' ? `${name}.exe` : name);
    return existsSync(installed) ? installed : null;
  } catch {
    return null; // no Go either
  }
}

function runs(program: string, args: readonly string[]): boolean {
  try {
    execFileSync(program, args, { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/**
 * `describe` for tests that need the real program. Where there is none, the tests are skipped and standard error says so;
 * in CI (CI is set) that is a failure.
 */
export function describeWithTool(tool: Tool, name: string, suite: (program: string) => void): void {
  const program = findTool(tool);
  const howToGetIt = `go install ${tool.module}, or set ${tool.variable} to its path`;
  if (program !== null) {
    describe(name, () => suite(program));
  } else if (process.env.CI) {
    describe(name, () => {
      it(`finds ${tool.name}`, () => {
        throw new Error(`In CI nothing is skipped, and there is no ${tool.name}: ${howToGetIt}.`);
      });
    });
  } else {
    process.stderr.write(`\n>>> SKIPPED: "${name}" needs ${tool.name}: ${howToGetIt} <<<\n\n`);
    describe.skip(name, () => suite(tool.name));
  }
}
