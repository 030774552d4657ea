import { existsSync } from 'node:fs';
import { chmod, cp, mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

import { chooseDatabaseUser } from './database-user.js';
import { findNativePackage, makeMissingLinks, type NativePackage, program } from './native-package.js';
import { prepareNativePrograms } from './native-programs.js';
import { notRunnable } from './run-program.js';

const BOUND_MS = 120_000;
/** A test with a bound that a busy machine keeps. */
const slow = (name: string, body: () => Promise<void>): void => it(name, body, BOUND_MS);
const asRoot = process.getuid?.() === 0 ? slow : it.skip;

describe("the package with the server's programs", () => {
  let folder = '';
  let copy: NativePackage;
  const ignore = (): undefined => undefined;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'rootspan-native-'));
    await chmod(folder, 0o755);
    const native = findNativePackage();
    await cp(native.folder, join(folder, 'native'), { recursive: true, verbatimSymlinks: true });
    copy = { ...native, folder: join(folder, 'native') };
    const links = JSON.parse(await readFile(join(copy.folder, 'pg-symlinks.json'), 'utf8')) as { target: string }[];
    for (const { target } of links) await rm(join(dirname(copy.folder), target), { force: true });
  }, BOUND_MS);

  afterEach(() => rm(folder, { recursive: true, force: true }));

  slow('gets the links that its install script would have made, and runs', async () => {
    expect(await prepareNativePrograms(copy, chooseDatabaseUser(null), ignore, [])).toBe(copy.folder);
    expect((await stat(join(copy.folder, 'lib/libicuuc.so.60'))).size).toBeGreaterThan(0);
    expect(makeMissingLinks(copy.folder)).toBe('complete');
  });

  asRoot('is copied once, whole and readable, where the database user can not reach it', async () => {
    await chmod(copy.folder, 0o700);
    const place = join(folder, 'outside');
    const user = chooseDatabaseUser(null);
    const copies = await Promise.all([1, 2].map(() => prepareNativePrograms(copy, user, ignore, [place])));
    const phases: string[] = [];
    copies.push(await prepareNativePrograms(copy, user, (phase) => phases.push(phase), [place]));
    expect(new Set(copies).size).toBe(1);
    expect(phases).toEqual([]);
    expect(await readdir(place)).toHaveLength(1);
    expect(existsSync(program(copies[0] ?? '', 'postgres'))).toBe(true);
  });

  asRoot('is not copied to a folder that others can write, and the error names the fix', async () => {
    await chmod(copy.folder, 0o700);
    const place = join(folder, 'outside');
    await cp(join(copy.folder, 'share/postgresql/timezonesets'), place, { recursive: true });
    await chmod(place, 0o777);
    await expect(prepareNativePrograms(copy, chooseDatabaseUser(null), ignore, [place])).rejects.toThrow(
      /can't be used by the user .*move the project to a folder that other users can read, or set LOG_INGESTION_DATABASE and DAG_DATABASE/,
    );
  });

  it('is missed with the name of the package and the way out', () => {
    expect(() => findNativePackage('sunos', 'sparc')).toThrow(
      /No embedded PostgreSQL is installed for sunos-sparc .*set LOG_INGESTION_DATABASE and DAG_DATABASE to the URLs of a PostgreSQL 14\+ server/,
    );
  });

  it('says that glibc is missing where a program that exists is not found', () => {
    const error = notRunnable('/x/postgres', null, Object.assign(new Error('spawn ENOENT'), { code: 'ENOENT' }), true);
    expect(error.message).toContain('needs glibc');
    expect(error.message).toContain('set LOG_INGESTION_DATABASE');
  });
});
