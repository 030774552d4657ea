/** The gate: every check of the repository in order, each with its seconds; the first failure ends it. */
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { IS_CI, run } from './child.mjs';
import { runJest } from './jest.mjs';
import { MODULES, ROOT } from './paths.mjs';
import { PhaseError, note, phase } from './phase.mjs';
import { ensureBuilt, ensureInstalled } from './setup.mjs';

const node = (...args) => [process.execPath, args];
const tool = (path, ...args) => node(join(MODULES, path), ...args);

/** Checks that run a program and expect exit code 0. `fix` says what to do when it is something else. */
const CHECKS = [
  {
    name: 'types',
    program: tool('typescript/bin/tsc', '-p', 'tsconfig.check.json', '--noEmit', '--pretty', 'false'),
    fix: 'Fix the types above.',
  },
  {
    name: 'types of the web',
    program: tool('typescript/bin/tsc', '-p', 'apps/web/tsconfig.json', '--noEmit', '--pretty', 'false'),
    fix: 'Fix the types above.',
  },
  {
    name: 'lint',
    program: tool('eslint/bin/eslint.js', '.', '--max-warnings', '0'),
    fix: 'Fix the lines above; a message about rooms names its reason. `npx eslint --fix .` repairs some.',
  },
  {
    name: 'format',
    program: tool('prettier/bin/prettier.cjs', '--check', '--log-level', 'warn', '.'),
    fix: 'Run `npm run format`.',
  },
  { name: 'buf lint', program: tool('@bufbuild/buf/bin/buf', 'lint'), fix: 'Fix the .proto lines above.' },
  {
    name: 'buf breaking',
    program: tool('@bufbuild/buf/bin/buf', 'breaking', '--against', 'proto/baseline.binpb'),
    fix: 'Clients rely on the published contract: extend it by new fields and new rpcs only. After adding some, run `npm run freeze:proto`.',
  },
  {
    name: 'unused',
    program: tool('knip/bin/knip.js', '--no-progress'),
    fix: 'Remove what nobody uses, or export it for a reason.',
  },
];
const GENERATED = {
  name: 'generated',
  program: node(join(ROOT, 'scripts', 'generate.mjs'), '--check'),
  fix: 'Run `npm run generate` and commit the result.',
};

async function check({ name, program: [command, args], fix }) {
  await phase(name, async () => {
    const { code, output } = await run(command, args);
    if (code !== 0) throw new PhaseError(`${name} failed:\n\n${output.trim()}\n\n${fix}`);
    return 'ok';
  });
}

/** Runs the gate; rejects with a PhaseError at the first failure. With `tests` false, what `npm run check` does. */
export async function runGate({ tests }) {
  const start = performance.now();
  const steps = [
    ['install', ensureInstalled],
    ['generated', () => check(GENERATED)],
    ['build', ensureBuilt],
    ...CHECKS.map((step) => [step.name, () => check(step)]),
    ...(tests
      ? [
          ['unit', () => runJest('unit')],
          ['black-box', () => runJest('black-box')],
        ]
      : []),
  ];
  for (const [index, [name, step]] of steps.entries()) {
    try {
      await step();
    } catch (error) {
      const left = steps.slice(index + 1).map(([other]) => other);
      note('gate', `FAILED at "${name}"${left.length > 0 ? `; not run: ${left.join(', ')}` : ''}`);
      throw error;
    }
  }
  note('gate', `passed: ${steps.map(([name]) => name).join(', ')}  ${((performance.now() - start) / 1000).toFixed(1)} s`);
  if (!tests) return;
  note('NOT RUN', '>>> the tests against a real Apache Kafka were NOT run. They need Java 17 and Maven: npm run test:kafka <<<');
  note('NOT RUN', '>>> the tests of the web UI in a browser were NOT run. They need Chromium: npm run test:browser <<<');
}

/** The Kafka suite. Without Java or Maven it is skipped, loudly; in CI (CI=true) that is a failure. */
export async function runKafkaTests() {
  await ensureInstalled();
  await ensureBuilt();
  const { kafkaAvailability } = await import('../../tools/kafka/kafka.mjs');
  const kafka = await kafkaAvailability();
  if (kafka.available) return runJest('kafka');
  const sentence = `the tests against a real Apache Kafka cannot run here: ${kafka.reason}`;
  if (IS_CI) throw new PhaseError(`In CI nothing is skipped, and ${sentence}.`);
  note('SKIPPED', `>>> ${sentence}: nothing was tested <<<`);
}

/** Where a Chromium is: CHROMIUM, else a name on the PATH; undefined where there is none. */
function chromium() {
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  const names = ['chromium', 'chromium-browser', 'google-chrome'].flatMap((name) => folders.map((folder) => join(folder, name)));
  return [process.env['CHROMIUM'] ?? '', ...names].find((file) => file !== '' && existsSync(file));
}

/** The web UI in a real browser. Without Chromium it is skipped, loudly; in CI (CI=true) that is a failure. */
export async function runBrowserTests() {
  await ensureInstalled();
  await ensureBuilt();
  const found = chromium();
  if (found !== undefined) {
    process.env['CHROMIUM'] = found;
    return runJest('browser');
  }
  const sentence = 'the tests of the web UI cannot run here: no Chromium is installed, and CHROMIUM names none';
  if (IS_CI) throw new PhaseError(`In CI nothing is skipped, and ${sentence}.`);
  note('SKIPPED', `>>> ${sentence}: nothing was tested <<<`);
}
