import { statSync } from 'node:fs';
import { dirname } from 'node:path';

import type { DatabaseUser } from './database-user.js';

/**
 * The outermost folder on the way to `folder` (itself included) that the user may not pass, null where none is.
 * Asks the permission bits only; what access lists or mount options add shows when a program is run.
 *
 * @param folder absolute, without symbolic links
 */
export function findClosedFolder(folder: string, user: DatabaseUser): string | null {
  const parent = dirname(folder);
  const above = parent === folder ? null : findClosedFolder(parent, user);
  if (above !== null) return above;
  const { mode, uid, gid } = statSync(folder);
  const pass = uid === user.uid ? 0o100 : gid === user.gid ? 0o010 : 0o001;
  return mode & pass ? null : folder;
}
