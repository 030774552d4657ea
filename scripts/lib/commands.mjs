/** The commands of run.mjs. */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { stopChildren } from './child.mjs';
import { runBrowserTests, runGate, runKafkaTests } from './gate.mjs';
import { DIST, ROOT } from './paths.mjs';
import { PhaseError } from './phase.mjs';
import { ensureBuilt, ensureInstalled } from './setup.mjs';

async function setUp() {
  await ensureInstalled();
  await ensureBuilt();
}

/** Imports the app into this process: signals reach it directly, and no supervisor stays behind. */
async function start(app = 'all-in-one') {
  const apps = readdirSync(join(ROOT, 'apps')).filter((name) => existsSync(join(ROOT, 'apps', name, 'src', 'main.ts')));
  if (!apps.includes(app)) throw new PhaseError(`There is no app "${app}". Apps: ${apps.join(', ')}.`);
  return program(['apps', app, 'src', 'main.js'], []);
}

/** What imports a built program into this process, as if it had been started with `args` itself. */
async function program(path, args) {
  await setUp();
  const file = join(DIST, ...path);
  return () => {
    process.setSourceMapsEnabled(true);
    process.argv = [process.execPath, file, ...args];
    return import(pathToFileURL(file).href);
  };
}

/** Each command resolves to what is to be run after the signal handlers of the set-up are gone. */
const COMMANDS = {
  start,
  positions: (...args) => program(['apps', 'log-processor', 'src', 'positions.js'], args),
  rootspan: (...args) => program(['packages', 'cli', 'src', 'main.js'], args),
  demo: (...args) => program(['packages', 'demo', 'src', 'main.js'], args),
  bench: (name = '', ...args) => program(['bench', `${name}.js`], args),
  build: async () => void (await setUp()),
  check: async () => void (await runGate({ tests: false })),
  test: async () => void (await runGate({ tests: true })),
  'test:browser': async () => void (await runBrowserTests()),
  'test:kafka': async () => void (await runKafkaTests()),
};

/** Ctrl-C during set-up: end npm, tsc or jest, give the lock back (on exit), use the shell's exit code. */
function stopOn(signal, code) {
  const listener = () => {
    stopChildren();
    process.exit(code);
  };
  process.on(signal, listener);
  return () => process.removeListener(signal, listener);
}

/** @param {string[]} args command line after the script's name */
export async function main([name = '', ...args]) {
  const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (command === undefined) {
    console.error(`Usage: node scripts/run.mjs ${Object.keys(COMMANDS).join(' | ')}`);
    process.exitCode = 2;
    return;
  }
  const restore = [stopOn('SIGINT', 130), stopOn('SIGTERM', 143)];
  let next;
  try {
    next = await command(...args);
  } catch (error) {
    if (!(error instanceof PhaseError)) throw error;
    console.error(`\n${error.message}`);
    process.exitCode = 1;
    return;
  } finally {
    for (const undo of restore) undo();
  }
  await next?.();
}
