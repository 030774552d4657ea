import { chmodSync, lstatSync, mkdirSync } from 'node:fs';
import { homedir, tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';

import { isRoot } from './database-user.js';

/**
 * Folders outside the project, best first, for what can't be used inside it: a data folder or programs that the
 * database's user can't reach, links that can't be made. All survive a restart; the last one may not survive a
 * reboot and is taken only where the others can't be written.
 */
export function outsideFolders(): readonly string[] {
  if (isRoot()) return ['/var/lib/rootspan', join(tmpdir(), 'rootspan-0')];
  return [join(homedir(), '.cache', 'rootspan'), join(tmpdir(), `rootspan-${userInfo().uid}`)];
}

/**
 * Makes the folder where it is missing.
 *
 * @returns false where it can't be made, or is not ours alone: in a folder like /tmp another user could have made
 *   it first and would then choose the programs that we run
 */
export function openOutsideFolder(folder: string): boolean {
  try {
    const made = mkdirSync(folder, { recursive: true });
    if (made !== undefined) chmodSync(folder, 0o755); // whatever the umask says
    const { mode, uid } = lstatSync(folder);
    const directory = (mode & 0o170000) === 0o040000;
    const ours = process.getuid === undefined || (uid === process.getuid() && (mode & 0o022) === 0);
    return directory && ours;
  } catch {
    return false;
  }
}
