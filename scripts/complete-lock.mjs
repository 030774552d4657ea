/**
 * Adds to package-lock.json the packages that npm leaves out when the registry at hand does not serve them: the
 * binaries of other platforms, which tools such as buf and @swc/core name as exact optional dependencies. Without these
 * entries `npm ci` refuses the lock file ("Missing: @swc/core-darwin-arm64@ from lock file"), on every machine.
 *
 * Run it after each `npm install` that changed the lock file: `npm run lock`. It is idempotent and needs no network.
 * The version is the exact one that the parent asks for; os, cpu and libc are read out of the name (linux-arm64-musl),
 * so that npm skips the package on other platforms without asking for it. The entry has no checksum: npm fetches it.
 */
import { readFileSync, writeFileSync } from 'node:fs';

const FILE = new URL('../package-lock.json', import.meta.url);
const OS = new Set(['aix', 'android', 'darwin', 'freebsd', 'linux', 'openharmony', 'sunos', 'win32']);
const CPU = { x64: 'x64', arm64: 'arm64', aarch64: 'arm64', ia32: 'ia32', arm: 'arm', armv7: 'arm', ppc64: 'ppc64' };
const OTHER_CPU = ['s390x', 'riscv64', 'loong64', 'wasm32'];
const LIBC = { gnu: 'glibc', gnueabihf: 'glibc', glibc: 'glibc', musl: 'musl', musleabihf: 'musl' };

/** The platform limits in a package name such as `@swc/core-linux-arm64-musl`; undefined where it names none. */
function platformOf(name) {
  const words = name.split(/[/-]/);
  const os = words.find((word) => OS.has(word));
  const cpu = words.map((word) => CPU[word] ?? (OTHER_CPU.includes(word) ? word : undefined)).find(Boolean);
  const libc = os === 'linux' ? words.map((word) => LIBC[word]).find(Boolean) : undefined;
  if (os === undefined || cpu === undefined) return undefined;
  return { os: [os], cpu: [cpu], libc: libc === undefined ? undefined : [libc] };
}

/** Whether a package at `parent` would find `name` in its own node_modules or in one above it. */
function isInLock(packages, parent, name) {
  for (let at = parent; ; at = at.slice(0, Math.max(0, at.lastIndexOf('/node_modules/')))) {
    if (packages[`${at === '' ? '' : `${at}/`}node_modules/${name}`] !== undefined) return true;
    if (at === '') return false;
  }
}

const lock = JSON.parse(readFileSync(FILE, 'utf8'));
const added = {};
for (const [path, entry] of Object.entries(lock.packages)) {
  for (const [name, version] of Object.entries(entry.optionalDependencies ?? {})) {
    if (isInLock(lock.packages, path, name) || !/^\d+\.\d+\.\d+/.test(version)) continue;
    const platform = platformOf(name);
    if (platform === undefined) {
      console.error(
        `${name}@${version} (asked for by ${path}) is not in the lock file, and its name tells no platform: add it by hand.`,
      );
      process.exitCode = 1;
      continue;
    }
    const { os, cpu, libc } = platform;
    added[`node_modules/${name}`] = { version, cpu, dev: entry.dev, libc, optional: true, os }; // npm's order of keys
  }
}
const byPath = ([a], [b]) => (a < b ? -1 : 1);
lock.packages = Object.fromEntries(Object.entries({ ...lock.packages, ...added }).sort(byPath));
if (Object.keys(added).length > 0) writeFileSync(FILE, `${JSON.stringify(lock, null, 2)}\n`);
console.log(`package-lock.json: ${Object.keys(added).length} packages of other platforms added.`);
