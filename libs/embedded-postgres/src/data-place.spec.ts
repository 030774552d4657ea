import { chmodSync, chownSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { chooseDatabaseUser } from './database-user.js';
import { findDataPlace } from './data-place.js';
import { findClosedFolder } from './reach.js';

const asRoot = process.getuid?.() === 0 ? it : it.skip;

describe('the place of the data', () => {
  let folder = '';

  beforeEach(() => {
    folder = realpathSync(mkdtempSync(join(tmpdir(), 'rootspan-place-')));
    chmodSync(folder, 0o755);
  });

  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('is the folder that was asked for, made with its parents and without symbolic links', () => {
    symlinkSync(folder, join(folder, 'link'));
    const place = findDataPlace(join(folder, 'link/a/b'));
    expect(place).toMatchObject({ folder: join(folder, 'a/b'), cluster: join(folder, 'a/b/cluster'), moved: null });
  });

  asRoot('can be reached by the database user, whatever the umask is', () => {
    const before = process.umask(0o077);
    try {
      expect(findDataPlace(join(folder, 'a/b')).moved).toBeNull();
    } finally {
      process.umask(before);
    }
  });

  asRoot('names the folder to open where the data is there and its user can no longer reach it', () => {
    mkdirSync(join(folder, 'closed/data/cluster'), { recursive: true });
    chownSync(join(folder, 'closed/data/cluster'), 65_534, 65_534);
    chmodSync(join(folder, 'closed'), 0o700);
    expect(() => findDataPlace(join(folder, 'closed/data'))).toThrow(`run chmod o+x ${join(folder, 'closed')}`);
  });

  it('is closed by the outermost folder that the user may not pass', () => {
    mkdirSync(join(folder, 'a/b/c'), { recursive: true });
    chmodSync(join(folder, 'a/b'), 0o700);
    chmodSync(join(folder, 'a'), 0o750);
    const stranger = { name: 'stranger', uid: 4_242, gid: 4_242 };
    expect(findClosedFolder(join(folder, 'a/b/c'), stranger)).toBe(join(folder, 'a'));
    expect(findClosedFolder(folder, stranger)).toBeNull();
  });
});

describe('the user that the database runs as', () => {
  const passwd = 'root:x:0:0::/root:/bin/sh\nnobody:x:65534:65534::/:/bin/false\npostgres:x:101:110::/:/bin/false\n';

  asRoot.each([
    ['postgres where there is one', null, passwd, { name: 'postgres', uid: 101, gid: 110 }],
    ['else nobody', null, passwd.replace('postgres', 'other'), { name: 'nobody', uid: 65_534, gid: 65_534 }],
    ['the owner of a cluster that is there', { uid: 65_534, gid: 1 }, passwd, { name: 'nobody', uid: 65_534, gid: 65_534 }],
    ['its owner even without an account', { uid: 7, gid: 8 }, passwd, { name: 'uid 7', uid: 7, gid: 8 }],
    ['not root, if root came to own the cluster', { uid: 0, gid: 0 }, passwd, { name: 'postgres', uid: 101, gid: 110 }],
  ])('is %s', (_, owner, accounts, expected) => {
    expect(chooseDatabaseUser(owner, accounts)).toEqual(expected);
  });

  asRoot('is missing where the system has neither, and the error names the fix', () => {
    expect(() => chooseDatabaseUser(null, 'root:x:0:0::/root:/bin/sh\n')).toThrow(
      'start Rootspan as another user, or set LOG_INGESTION_DATABASE',
    );
  });
});
