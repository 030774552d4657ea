import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';

/** A file of the built UI, ready to be sent. */
export interface WebFile {
  readonly content: Buffer;
  /** Null where compression gains nothing. */
  readonly gzipped: Buffer | null;
  readonly type: string;
  /** Strong, in quotes (RFC 9110, 8.8.3). */
  readonly etag: string;
  /** True where the name changes with the content, so that it may be kept for ever. */
  readonly immutable: boolean;
}

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml; charset=utf-8',
  '.map': 'application/json; charset=utf-8',
};
const compress = promisify(gzip);

/**
 * The files of a folder by the path that each is served at (`/index.html`, `/assets/x.js`), read into memory once: a few
 * hundred kB, so that a request is a look-up and no path can lead anywhere else.
 *
 * @returns null where the folder holds no index.html: the UI is not built
 */
export async function readWebFiles(folder: string): Promise<ReadonlyMap<string, WebFile> | null> {
  const names = await namesBelow(folder);
  if (!names.includes('/index.html')) return null;
  return new Map(await Promise.all(names.map(async (name) => [name, await readWebFile(folder, name)] as const)));
}

async function namesBelow(folder: string): Promise<readonly string[]> {
  try {
    const entries = await readdir(folder, { recursive: true, withFileTypes: true });
    const files = entries.filter((entry) => entry.isFile() && TYPES[extname(entry.name)] !== undefined);
    return files.map(({ parentPath, name }) =>
      join(parentPath, name).slice(folder.length).replaceAll('\\', '/').replace(/^\/*/, '/'),
    );
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw error;
  }
}

async function readWebFile(folder: string, name: string): Promise<WebFile> {
  const content = await readFile(join(folder, name));
  const gzipped = await compress(content, { level: 9 });
  return {
    content,
    gzipped: gzipped.length < content.length ? gzipped : null,
    type: TYPES[extname(name)] ?? 'application/octet-stream',
    etag: `"${createHash('sha256').update(content).digest('base64url').slice(0, 27)}"`,
    immutable: name.startsWith('/assets/'),
  };
}
