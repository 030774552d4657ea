/**
 * Builds the web UI (apps/web) into dist/web with Vite when one of its inputs changed: its own files, the libraries that it
 * takes pure functions of, and the lock file. The digest of all is kept in dist/.web.json, written last.
 */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { run } from './child.mjs';
import { DIST, MODULES, ROOT } from './paths.mjs';
import { PhaseError } from './phase.mjs';

const STAMP = join(DIST, '.web.json');
const PAGE = join(DIST, 'web', 'index.html');
const VITE = join(MODULES, 'vite', 'bin', 'vite.js');
const INPUTS = ['apps/web', 'libs/domain/src', 'libs/pictures/src'];

function inputs() {
  const below = INPUTS.flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && !entry.name.endsWith('.spec.ts'))
      .map((entry) => relative(ROOT, join(entry.parentPath, entry.name)).replaceAll(sep, '/')),
  );
  return [...below, 'package-lock.json'].sort();
}

function digest() {
  const hash = createHash('sha256');
  for (const path of inputs()) {
    const content = readFileSync(join(ROOT, path));
    hash.update(`${path}\0${content.length}\0`).update(content);
  }
  return hash.digest('hex');
}

/** True when dist/web holds what the sources say. Reads only; the dependencies must be installed. */
export function isWebBuilt() {
  if (!existsSync(STAMP) || !existsSync(PAGE)) return false;
  return JSON.parse(readFileSync(STAMP, 'utf8')).inputs === digest();
}

/** Runs Vite; throws a PhaseError with its messages. To be called while holding the set-up lock. */
export async function buildWeb(say) {
  say('vite');
  mkdirSync(DIST, { recursive: true });
  rmSync(STAMP, { force: true });
  const inputsBefore = digest();
  const { code, output } = await run(process.execPath, [VITE, 'build', '--config', 'apps/web/vite.config.js']);
  if (code !== 0) throw new PhaseError(`The build of the web UI failed:\n\n${output.trim()}`);
  writeFileSync(STAMP, JSON.stringify({ inputs: inputsBefore }));
  return 'dist/web';
}
