import { createHash } from 'node:crypto';
import { accessSync, chmodSync, constants, existsSync, mkdirSync, realpathSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

import { chooseDatabaseUser, type DatabaseUser, isRoot } from './database-user.js';
import { EmbeddedPostgresError, messageOf } from './errors.js';
import { openOutsideFolder, outsideFolders } from './outside-folders.js';
import { findClosedFolder } from './reach.js';

/** Where a database really lives, and who serves it. */
export interface DataPlace {
  /** Absolute, without symbolic links. Holds the cluster, the password, the port, the server's log and the owner lock. */
  readonly folder: string;
  /** PostgreSQL's own folder, in `folder`. */
  readonly cluster: string;
  /** Null: ourselves. */
  readonly user: DatabaseUser | null;
  /** Why it is not in the folder that was asked for; null where it is. */
  readonly moved: string | null;
}

/**
 * Finds the place for the data folder that was asked for, and makes it.
 *
 * It is that folder, unless we are root and the database's user can't reach it. Then it is a folder outside the
 * project that is named by a hash of the path, so that each start finds it again; a note stays behind. Data that is
 * already somewhere stays there, even when the folder becomes reachable later.
 *
 * @throws EmbeddedPostgresError 'folder-not-usable', 'no-database-user'
 */
export function findDataPlace(dataDir: string): DataPlace {
  const asked = makeFolder(resolve(dataDir));
  const here = clusterIn(asked);
  const owner = here ? statSync(here) : null;
  const user = chooseDatabaseUser(owner);
  if (user === null) {
    requireOwn(asked, owner);
    return { folder: asked, cluster: join(asked, 'cluster'), user, moved: null };
  }

  const hash = createHash('sha256').update(asked).digest('hex').slice(0, 16);
  const others = outsideFolders().map((folder) => join(folder, `data-${hash}`));
  const closed = findClosedFolder(asked, user);
  if (here && closed) {
    throw new EmbeddedPostgresError(
      'folder-not-usable',
      `The database in ${asked} belongs to the user ${user.name}, who can't pass the folder ${closed}: run chmod o+x ${closed}.`,
    );
  }
  const withData = here ? undefined : others.find((folder) => clusterIn(folder));
  if (withData === undefined && closed === null) return { folder: asked, cluster: join(asked, 'cluster'), user, moved: null };

  const folder =
    withData ??
    others.find(
      (each) =>
        openOutsideFolder(dirname(each)) && openOutsideFolder(each) && findClosedFolder(realpathSync(each), user) === null,
    );
  if (folder === undefined) {
    throw new EmbeddedPostgresError(
      'folder-not-usable',
      `The database runs as the user ${user.name}, who can't pass the folder ${closed}, and none of ${others.join(', ')} can be used instead: set ROOTSPAN_DATA_DIR to a folder that other users can reach.`,
    );
  }
  const real = realpathSync(folder);
  const moved = `the database of ${asked} is in ${real}, because its user ${user.name} could not pass ${closed ?? 'the way to it when it was made'}`;
  writeFileSync(join(asked, 'MOVED.txt'), `${moved}\nDelete that folder to begin with an empty database.\n`);
  return { folder: real, cluster: join(real, 'cluster'), user, moved };
}

function clusterIn(folder: string): string | null {
  const cluster = join(folder, 'cluster');
  return existsSync(cluster) ? cluster : null;
}

/** Returns the real path. Folders that it makes as root can be passed by others, whatever the umask says. */
function makeFolder(folder: string): string {
  try {
    const first = mkdirSync(folder, { recursive: true });
    if (first !== undefined && isRoot()) {
      for (let each = folder; each.length >= first.length; each = dirname(each)) chmodSync(each, 0o755);
    }
    accessSync(folder, constants.W_OK | constants.X_OK);
    return realpathSync(folder);
  } catch (error) {
    throw notUsable(folder, `can't be made or written (${messageOf(error)})`, error);
  }
}

function requireOwn(folder: string, cluster: { readonly uid: number } | null): void {
  const uid = process.getuid?.();
  if (cluster && uid !== undefined && cluster.uid !== uid) {
    throw notUsable(
      folder,
      `holds a database of another user (uid ${cluster.uid}; root starts make it run as postgres or nobody)`,
    );
  }
}

function notUsable(folder: string, why: string, cause?: unknown): EmbeddedPostgresError {
  return new EmbeddedPostgresError(
    'folder-not-usable',
    `The data folder ${folder} ${why}: start Rootspan as the folder's owner, or set ROOTSPAN_DATA_DIR to a folder of your own.`,
    { cause },
  );
}
