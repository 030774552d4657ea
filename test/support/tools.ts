import { execFileSync } from 'node:child_process';

/** A program of others that tests run. */
export interface Tool {
  /** `grpcurl` */
  readonly name: string;
  /** Its path; null where it is not at hand. */
  readonly path: string | null;
  /** How to get it, for whoever misses it. */
  readonly howToGetIt: string;
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

/** Whether the program can be run with these arguments. */
export function runs(program: string, ...args: readonly string[]): boolean {
  try {
    execFileSync(program, args, { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
