import { randomBytes, randomUUID } from 'node:crypto';
import { chownSync, existsSync, lchownSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { chmod, mkdir, readdir, rename, rm, statfs, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import type { DatabaseUser } from './database-user.js';
import type { DataPlace } from './data-place.js';
import { diskFull, EmbeddedPostgresError, messageOf } from './errors.js';
import { program } from './native-package.js';
import { runProgram } from './run-program.js';

/** Name of the server's superuser, the only account it has. */
export const accountName = 'rootspan';

/** PostgreSQL's major version, which decides whether it can read a cluster. */
const MAJOR_VERSION = '18';
const BYTES_TO_BEGIN = 256 * 1024 * 1024;
const DRAFT = 'cluster.draft-';

/**
 * Makes the cluster where there is none, and otherwise makes sure that this PostgreSQL can read it.
 *
 * initdb works in a draft folder that gets its name when it is complete, so that a start that was killed in the middle
 * leaves nothing that looks like a database.
 *
 * @param durable false: not synced to disk, for servers that don't outlive their test
 * @returns the account's password
 * @throws EmbeddedPostgresError 'init-failed', 'disk-full', 'other-version', 'folder-not-usable'
 */
export async function openCluster(
  place: DataPlace,
  programs: string,
  durable: boolean,
  onProgress: (phase: string) => void,
): Promise<string> {
  await removeDrafts(place.folder);
  const passwordFile = join(place.folder, 'password');
  if (!existsSync(place.cluster)) {
    await requireRoom(place.folder);
    onProgress('making a new database');
    const password = randomBytes(24).toString('base64url');
    await rm(passwordFile, { force: true });
    await writeFile(passwordFile, `${password}\n`, { mode: 0o600 });
    await makeCluster(place, programs, password, durable);
    return password;
  }
  requireVersion(place);
  if (place.user && statSync(place.cluster).uid === 0) giveTo(place.cluster, place.user);
  await chmod(place.cluster, 0o700); // PostgreSQL refuses a folder that is open to others
  try {
    return readFileSync(passwordFile, 'utf8').trim();
  } catch (error) {
    throw new EmbeddedPostgresError(
      'folder-not-usable',
      `The database's password can't be read from ${passwordFile} (${messageOf(error)}): bring that file back, or delete ${place.folder} to begin with an empty database.`,
      { cause: error },
    );
  }
}

async function makeCluster(place: DataPlace, programs: string, password: string, durable: boolean): Promise<void> {
  const draft = join(place.folder, `${DRAFT}${randomUUID()}`);
  const passwordDraft = `${draft}.password`; // initdb reads it as the database's user
  const file = program(programs, 'initdb');
  try {
    await mkdir(draft, { mode: 0o700 });
    await writeFile(passwordDraft, `${password}\n`, { mode: 0o600 });
    if (place.user) for (const path of [draft, passwordDraft]) chownSync(path, place.user.uid, place.user.gid);
    const { exitCode, output } = await runProgram(
      file,
      [
        ...['-D', draft, '--username', accountName, '--pwfile', passwordDraft, '--auth', 'scram-sha-256'],
        // Text is compared bytewise, as the contract orders it; upper and lower case know all of Unicode.
        ...['--encoding', 'UTF8', '--locale', 'C', '--locale-provider', 'builtin', '--builtin-locale', 'C.UTF-8'],
        '--no-instructions',
        ...(durable ? [] : ['--no-sync']),
      ],
      place.user,
    );
    if (exitCode !== 0) throw new Error(output);
    await rename(draft, place.cluster);
  } catch (error) {
    await rm(draft, { recursive: true, force: true });
    throw /No space left on device|ENOSPC/.test(messageOf(error)) ? diskFull(place.folder) : initFailed(place, error);
  } finally {
    await rm(passwordDraft, { force: true });
  }
}

async function removeDrafts(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    if (name.startsWith(DRAFT)) await rm(join(folder, name), { recursive: true, force: true });
  }
}

function requireVersion(place: DataPlace): void {
  let version: string;
  try {
    version = readFileSync(join(place.cluster, 'PG_VERSION'), 'utf8').trim();
  } catch (error) {
    throw new EmbeddedPostgresError(
      'folder-not-usable',
      `${place.cluster} is no PostgreSQL database (${messageOf(error)}): set ROOTSPAN_DATA_DIR to another folder, or move this one away.`,
      { cause: error },
    );
  }
  if (version === MAJOR_VERSION) return;
  throw new EmbeddedPostgresError(
    'other-version',
    `The database in ${place.folder} was made by PostgreSQL ${version}, and this Rootspan brings PostgreSQL ${MAJOR_VERSION}: dump it with the Rootspan that made it and restore it here, or set ROOTSPAN_DATA_DIR to another folder.`,
  );
}

async function requireRoom(folder: string): Promise<void> {
  const { bavail, bsize } = await statfs(folder);
  if (bavail * bsize < BYTES_TO_BEGIN) throw diskFull(folder);
}

function initFailed(place: DataPlace, error: unknown): EmbeddedPostgresError {
  return new EmbeddedPostgresError(
    'init-failed',
    `PostgreSQL can't make a database in ${place.folder}: ${messageOf(error)}\nRepair that, or set ROOTSPAN_DATA_DIR to another folder.`,
    { cause: error },
  );
}

/** Someone changed the owner to root, as restores and chown -R do. */
function giveTo(folder: string, user: DatabaseUser): void {
  lchownSync(folder, user.uid, user.gid);
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    lchownSync(join(entry.parentPath, entry.name), user.uid, user.gid);
  }
}
