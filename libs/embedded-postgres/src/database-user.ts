import { readFileSync } from 'node:fs';

import { EmbeddedPostgresError, useOwnServer } from './errors.js';

/** The account that the server runs as. */
export interface DatabaseUser {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
}

export function isRoot(): boolean {
  return process.getuid?.() === 0;
}

/**
 * PostgreSQL refuses to run as root. Started as root it runs as the owner of a cluster that is already there,
 * else as `postgres`, else as `nobody`; started by anyone else it runs as that user, which is null here.
 *
 * @param clusterOwner uid and gid of an existing cluster folder
 * @param passwd content of the account file, passwd(5)
 */
export function chooseDatabaseUser(
  clusterOwner: { readonly uid: number; readonly gid: number } | null,
  passwd: string = readAccounts(),
): DatabaseUser | null {
  if (!isRoot()) return null;
  const users = parseAccounts(passwd);
  if (clusterOwner && clusterOwner.uid !== 0) {
    const { uid, gid } = clusterOwner;
    return users.find((user) => user.uid === uid) ?? { name: `uid ${uid}`, uid, gid };
  }
  const user = ['postgres', '_postgres', 'nobody'].map((name) => users.find((each) => each.name === name)).find(Boolean);
  if (user) return user;
  throw new EmbeddedPostgresError(
    'no-database-user',
    `PostgreSQL does not run as root, and /etc/passwd names neither the user postgres nor nobody: start Rootspan as another user, or ${useOwnServer}.`,
  );
}

function readAccounts(): string {
  try {
    return readFileSync('/etc/passwd', 'utf8');
  } catch {
    return '';
  }
}

/** Accounts but those of uid 0. */
function parseAccounts(passwd: string): readonly DatabaseUser[] {
  return passwd.split('\n').flatMap((line) => {
    const [name = '', , uid = '', gid = ''] = line.split(':');
    const user = { name, uid: Number.parseInt(uid, 10), gid: Number.parseInt(gid, 10) };
    return name && user.uid && Number.isInteger(user.gid) ? [user] : [];
  });
}
