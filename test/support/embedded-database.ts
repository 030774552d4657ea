import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Where an all-in-one keeps its database in its data folder, and where a server of the tests does. */
const PLACES = [join('postgres', 'cluster'), 'cluster'];

/** Process id of the embedded PostgreSQL on a data folder, as its postmaster.pid tells; null where there is no such file. */
export function embeddedDatabasePid(dataDir: string): number | null {
  for (const place of PLACES) {
    try {
      const pid = Number.parseInt(readFileSync(join(dataDir, place, 'postmaster.pid'), 'utf8'), 10);
      if (Number.isInteger(pid)) return Math.abs(pid);
    } catch {
      // No server runs there.
    }
  }
  return null;
}
