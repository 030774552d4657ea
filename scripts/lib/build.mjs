/**
 * Compiles with tsc when a source changed. The digest of all inputs is kept in dist/.build.json, written last: a build
 * that failed or was stopped is done again. tsc's own incremental state (dist/.tsbuildinfo) makes a changed file cheap;
 * it trusts that its outputs are still there, so it is dropped when one is missing.
 */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { run } from './child.mjs';
import { DIST, MODULES, ROOT } from './paths.mjs';
import { PhaseError } from './phase.mjs';

const STAMP = join(DIST, '.build.json');
const TSC = join(MODULES, 'typescript', 'bin', 'tsc');
/** Folders that tsconfig.json includes, and names that it excludes; apps/web is Vite's (build-web.mjs). */
const SOURCES = [/^apps\/[^/]+\/src\//, /^libs\/[^/]+\/src\//, /^packages\/[^/]+\/src\//, /^bench\//];
const NOT_BUILT = /\.(spec|kafka|e2e)\.ts$|\.d\.ts$|\/conformance\//;

/** All files below a folder, as paths relative to the root with forward slashes, sorted. */
function filesBelow(folder) {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.parentPath.includes(`${sep}node_modules`))
    .map((entry) => relative(ROOT, join(entry.parentPath, entry.name)).replaceAll(sep, '/'))
    .sort();
}

function sources() {
  return ['apps', 'libs', 'packages', 'bench']
    .flatMap((folder) => filesBelow(join(ROOT, folder)))
    .filter(
      (path) =>
        path.endsWith('.ts') &&
        !path.startsWith('apps/web/') &&
        SOURCES.some((pattern) => pattern.test(path)) &&
        !NOT_BUILT.test(path),
    );
}

const outputOf = (path) => join(DIST, path.replace(/\.ts$/, '.js'));

function digest(paths) {
  const hash = createHash('sha256');
  for (const path of ['tsconfig.json', 'package.json', ...paths]) {
    hash
      .update(path)
      .update('\0')
      .update(readFileSync(join(ROOT, path)))
      .update('\0');
  }
  return hash.update(JSON.parse(readFileSync(join(MODULES, 'typescript', 'package.json'), 'utf8')).version).digest('hex');
}

/** True when dist holds what the sources say. Reads only; the dependencies must be installed. */
export function isBuilt() {
  const paths = sources();
  if (!existsSync(STAMP) || !paths.every((path) => existsSync(outputOf(path)))) return false;
  return JSON.parse(readFileSync(STAMP, 'utf8')).inputs === digest(paths);
}

/** Removes outputs whose source is gone, so that a deleted module cannot be imported by accident. */
function removeOrphans(paths) {
  const expected = new Set(paths.map((path) => relative(DIST, outputOf(path)).replaceAll(sep, '/')));
  for (const path of filesBelow(DIST).map((file) => file.slice('dist/'.length))) {
    if (path.startsWith('web/')) continue;
    if (/\.js(\.map)?$/.test(path) && !expected.has(path.replace(/\.map$/, ''))) rmSync(join(DIST, path));
  }
}

/** Runs tsc; throws a PhaseError with its messages. To be called while holding the set-up lock. */
export async function build(say) {
  const paths = sources();
  say(`tsc: ${paths.length} files`);
  mkdirSync(DIST, { recursive: true });
  rmSync(STAMP, { force: true });
  if (!paths.every((path) => existsSync(outputOf(path)))) rmSync(join(DIST, '.tsbuildinfo'), { force: true });
  const inputs = digest(paths);
  const { code, output } = await run(process.execPath, [TSC, '-p', 'tsconfig.json', '--pretty', 'false']);
  if (code !== 0) throw new PhaseError(`The TypeScript build failed:\n\n${output.trim()}`);
  removeOrphans(paths);
  writeFileSync(STAMP, JSON.stringify({ inputs }));
  return `${paths.length} files compiled`;
}
