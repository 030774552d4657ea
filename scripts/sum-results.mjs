/**
 * Adds up what the jest runs left in .cache/test-results and prints, as the last line, `N passed, N failed, N skipped`.
 *
 *   node scripts/sum-results.mjs unit black-box browser kafka
 *
 * Exit code 1 when a test failed or was skipped, when no test ran, and when a named run left no result: a suite that
 * crashed counts as one failed test.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { TEST_RESULTS } from './lib/paths.mjs';

const sum = { passed: 0, failed: 0, skipped: 0 };
for (const name of process.argv.slice(2)) {
  const file = join(TEST_RESULTS, `${name}.json`);
  if (!existsSync(file)) {
    console.log(`${name}: no result, it did not run to its end`);
    sum.failed += 1;
    continue;
  }
  const result = JSON.parse(readFileSync(file, 'utf8'));
  // A suite that could not be loaded has no tests of its own to count.
  const failed = result.numFailedTests + result.numRuntimeErrorTestSuites;
  const skipped = result.numPendingTests + result.numTodoTests;
  console.log(`${name}: ${result.numPassedTests} passed, ${failed} failed, ${skipped} skipped`);
  for (const suite of result.testResults) {
    for (const { status, fullName } of suite.assertionResults) {
      if (status !== 'passed') console.log(`  ${status}: ${fullName}`);
    }
    if (suite.status === 'failed' && suite.assertionResults.length === 0) console.log(`  failed to run: ${suite.name}`);
  }
  sum.passed += result.numPassedTests;
  sum.failed += failed;
  sum.skipped += skipped;
}
if (sum.failed > 0 || sum.skipped > 0 || sum.passed === 0) process.exitCode = 1;
console.log(`${sum.passed} passed, ${sum.failed} failed, ${sum.skipped} skipped`);
