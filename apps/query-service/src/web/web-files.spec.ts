import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { readWebFiles } from './web-files.js';

describe('The files of the web UI', () => {
  let folder = '';

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'rootspan-web-'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  it('are none where the folder is missing, or holds no page', async () => {
    expect(await readWebFiles(join(folder, 'missing'))).toBeNull();
    await writeFile(join(folder, 'theme.js'), '1');
    expect(await readWebFiles(folder)).toBeNull();
  });

  it('are read with their types, compressed where that gains, and tagged by their content', async () => {
    await mkdir(join(folder, 'assets'));
    await writeFile(join(folder, 'index.html'), '<!doctype html>');
    await writeFile(join(folder, 'assets', 'a-1.js'), 'let a;'.repeat(500));
    await writeFile(join(folder, 'assets', 'notes.txt'), 'of no known type');
    const files = await readWebFiles(folder);
    expect([...(files?.keys() ?? [])].sort()).toEqual(['/assets/a-1.js', '/index.html']);
    const script = files?.get('/assets/a-1.js');
    expect([script?.type, script?.immutable]).toEqual(['text/javascript; charset=utf-8', true]);
    expect(gunzipSync(script?.gzipped ?? Buffer.alloc(0)).equals(script?.content ?? Buffer.alloc(1))).toBe(true);
    const page = files?.get('/index.html');
    expect([page?.immutable, page?.gzipped]).toEqual([false, null]);
    expect(page?.etag).toMatch(/^"[\w-]{27}"$/);
    expect(page?.etag).not.toBe(script?.etag);
  });
});
