/**
 * Installs the dependencies with `npm ci` when they are missing or differ from package-lock.json.
 *
 * "Installed" is told by node_modules/.rootspan-install.json: the digest of the lock file, and the platform, because the
 * binaries differ. The stamp is removed before npm starts and written when it has ended well, so a half-finished install
 * shows. Without a stamp (somebody ran `npm install` by hand) the tree is compared with the lock file package by package
 * and, when it is complete, is taken as it is.
 */
import { createHash } from 'node:crypto';
import { accessSync, constants, existsSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { run } from './child.mjs';
import { explainNpmFailure, isCacheFailure } from './npm-failures.mjs';
import { CACHE, MODULES, ROOT } from './paths.mjs';
import { PhaseError } from './phase.mjs';

const STAMP = join(MODULES, '.rootspan-install.json');
const LOCK_FILE = join(ROOT, 'package-lock.json');

/** What the stamp holds when everything is installed. */
function wantedStamp() {
  const lock = createHash('sha256').update(readFileSync(LOCK_FILE)).digest('hex');
  return JSON.stringify({ lock, platform: `${process.platform}-${process.arch}` });
}

function readOr(path, otherwise) {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return otherwise;
  }
}

/**
 * Whether every package of package-lock.json is in node_modules in the locked version. npm's own record of the tree
 * (.package-lock.json, written last) gives the versions; packages of other platforms may be missing.
 */
function treeMatchesLockFile() {
  const record = readOr(join(MODULES, '.package-lock.json'), '');
  if (record === '') return false;
  const present = JSON.parse(record).packages;
  return Object.entries(JSON.parse(readFileSync(LOCK_FILE, 'utf8')).packages).every(([path, { version, optional }]) => {
    if (path === '') return true;
    if (present[path] === undefined) return optional === true;
    return present[path].version === version && existsSync(join(ROOT, path, 'package.json'));
  });
}

/** True when nothing is to be done. Reads only. */
export function isInstalled() {
  return readOr(STAMP, '') === wantedStamp() || treeMatchesLockFile();
}

/** How to call npm: the one that called us where there is one, so that a second npm on the PATH does not matter. */
function npmCommand() {
  const cli = process.env['npm_execpath'] ?? '';
  if (/npm-cli\.js$/.test(cli) && existsSync(cli)) return { command: process.execPath, first: [cli], shell: false };
  return { command: 'npm', first: [], shell: process.platform === 'win32' };
}

/** Arguments that hold whatever the user's configuration says (NODE_ENV=production, omit, engine-strict, silent ...). */
const ARGUMENTS = [
  'ci',
  '--ignore-scripts',
  '--include=dev',
  '--include=optional',
  '--include=peer',
  '--no-audit',
  '--no-fund',
  '--engine-strict=false', // some packages say that they need a newer Node than they do
  '--loglevel=error',
];

/** Packages that npm unpacks at the top of node_modules on this platform, by the lock file. */
function expectedPackages() {
  const fits = (wanted, own) => wanted === undefined || wanted.includes(own);
  return Object.entries(JSON.parse(readFileSync(LOCK_FILE, 'utf8')).packages).filter(
    ([path, { os, cpu }]) => path.split('node_modules/').length === 2 && fits(os, process.platform) && fits(cpu, process.arch),
  ).length;
}

/** Folders that npm has unpacked so far: the only progress that `npm ci` lets others see. */
function countPackages() {
  try {
    const names = readdirSync(MODULES).filter((name) => !name.startsWith('.'));
    return names.reduce((sum, name) => sum + (name.startsWith('@') ? readdirSync(join(MODULES, name)).length : 1), 0);
  } catch {
    return 0; // npm is just replacing the folder
  }
}

/** Whether npm can keep its downloads; where it cannot (home folder missing or read-only) it fails or is slow. */
function isCacheWritable() {
  let folder =
    process.env['npm_config_cache'] ?? join(homedir(), process.platform === 'win32' ? 'AppData/Local/npm-cache' : '.npm');
  while (!existsSync(folder) && folder !== dirname(folder)) folder = dirname(folder);
  try {
    accessSync(folder, constants.W_OK);
    return statSync(folder).isDirectory();
  } catch {
    return false;
  }
}

/** Runs `npm ci` with its usual cache, or with one inside the project where that one cannot be written. */
async function runNpm(say) {
  const { command, first, shell } = npmCommand();
  if (isCacheWritable()) {
    const result = await run(command, [...first, ...ARGUMENTS], { shell });
    if (result.code === 0 || !isCacheFailure(result.output)) return result;
  }
  const cache = join(CACHE, 'npm');
  say(`npm's own cache folder cannot be written: downloading into ${cache} for now`);
  const result = await run(command, [...first, ...ARGUMENTS], { shell, env: { ...process.env, npm_config_cache: cache } });
  if (result.code === 0) rmSync(cache, { recursive: true, force: true });
  return result;
}

/** Runs `npm ci`; throws a PhaseError that tells the fix. To be called while holding the set-up lock. */
export async function install(say) {
  const total = expectedPackages();
  const tell = () => say(`npm ci: ${countPackages()} of ${total} packages`);
  tell();
  rmSync(STAMP, { force: true });
  const timer = setInterval(tell, 1_000);
  try {
    const { code, output } = await runNpm(say);
    if (code !== 0)
      throw new PhaseError(`npm ci failed (exit code ${code}). It said:\n\n${output.trim()}\n\n${explainNpmFailure(output)}`);
  } finally {
    clearInterval(timer);
  }
  writeFileSync(STAMP, wantedStamp());
  return `${countPackages()} packages installed`;
}
