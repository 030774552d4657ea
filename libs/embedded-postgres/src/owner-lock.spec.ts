import { mkdtempSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { DataFolderInUseError } from './errors.js';
import { acquireOwnerLock } from './owner-lock.js';
import { ownIdentity, type ProcessIdentity } from './process-identity.js';

describe('the owner lock', () => {
  let folder = '';
  const ignore = (): undefined => undefined;
  const lockOf = (owner: Partial<ProcessIdentity>, generation = 7): string => {
    const path = join(folder, `owner.${generation}`);
    writeFileSync(path, JSON.stringify({ ...ownIdentity(), ...owner }));
    return path;
  };

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'rootspan-lock-'));
  });

  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('is had by one at a time, and again after its release', async () => {
    const first = await acquireOwnerLock(folder, ignore);
    await expect(acquireOwnerLock(folder, ignore)).rejects.toBeInstanceOf(DataFolderInUseError);
    first.release();
    const second = await acquireOwnerLock(folder, ignore);
    first.release(); // the first one's second release is not the second one's
    await expect(acquireOwnerLock(folder, ignore)).rejects.toMatchObject({ code: 'in-use', folder, pid: process.pid });
    second.release();
  });

  it('goes to one of many that want it at the same moment', async () => {
    lockOf({ started: 'another time' });
    const results = await Promise.allSettled(Array.from({ length: 20 }, () => acquireOwnerLock(folder, ignore)));
    expect(results.filter((result) => result.status === 'fulfilled')).toHaveLength(1);
    for (const result of results) if (result.status === 'fulfilled') result.value.release();
  });

  it('is free where the number of its dead owner is now that of another process', async () => {
    lockOf({ started: 'another time' });
    (await acquireOwnerLock(folder, ignore)).release();
  });

  it('is free where its owner died with the last boot of this machine', async () => {
    lockOf({ boot: 'an earlier boot' });
    (await acquireOwnerLock(folder, ignore)).release();
  });

  it('is free where its file is no lock', async () => {
    writeFileSync(join(folder, 'owner.3'), 'garbage');
    (await acquireOwnerLock(folder, ignore)).release();
  });

  it('keeps one file, whose generation only grows', async () => {
    for (const generation of [1, 2, 3]) {
      (await acquireOwnerLock(folder, ignore)).release();
      expect(readdirSync(folder)).toEqual([`owner.${generation}`]);
    }
    expect(readFileSync(join(folder, 'owner.3'), 'utf8')).toContain('released');
  });

  it('belongs to an owner in another container as long as that one touches its file', async () => {
    const path = lockOf({ namespace: 'another container', host: 'elsewhere' });
    let seconds = 1;
    const heartbeat = setInterval(() => utimesSync(path, seconds, seconds++), 20);
    try {
      await expect(acquireOwnerLock(folder, ignore, 60_000)).rejects.toThrow('on host elsewhere');
    } finally {
      clearInterval(heartbeat);
    }
  });

  it('is taken from an owner in another container that has fallen silent, and says that it waits', async () => {
    lockOf({ namespace: 'another container', host: 'elsewhere' });
    const phases: string[] = [];
    (await acquireOwnerLock(folder, (phase) => phases.push(phase), 100)).release();
    expect(phases).toEqual([expect.stringContaining('host elsewhere')]);
  });
});
