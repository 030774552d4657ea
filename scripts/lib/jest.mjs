/** Runs one jest project and leaves its counts in .cache/test-results/<project>.json. */
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { IS_CI, run } from './child.mjs';
import { MODULES, TEST_RESULTS } from './paths.mjs';
import { PhaseError, phase } from './phase.mjs';

/** Nest 12 is ESM, which jest runs behind an experimental flag of Node; the warning about that is no news to anybody. */
const NODE_FLAGS = ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning'];

/** @param {'unit' | 'black-box' | 'browser' | 'kafka'} project as named in jest.config.js */
export async function runJest(project) {
  const file = join(TEST_RESULTS, `${project}.json`);
  mkdirSync(TEST_RESULTS, { recursive: true });
  rmSync(file, { force: true });
  const work = async () => {
    const jest = join(MODULES, 'jest', 'bin', 'jest.js');
    const args = ['--selectProjects', project, '--json', '--outputFile', file];
    if (IS_CI) args.push('--ci');
    const { code } = await run(process.execPath, [...NODE_FLAGS, jest, ...args], { show: true });
    if (!existsSync(file)) throw new PhaseError(`The ${project} tests ended (exit code ${code}) without a result.`);
    const { numPassedTests, numFailedTests, numPendingTests } = JSON.parse(readFileSync(file, 'utf8'));
    const counts = `${numPassedTests} passed, ${numFailedTests} failed, ${numPendingTests} skipped`;
    if (code !== 0) throw new PhaseError(`The ${project} tests failed: ${counts}. See above.`);
    return counts;
  };
  await phase(project, work, { draws: false });
}
