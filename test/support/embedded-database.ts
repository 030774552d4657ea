import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Process id of the embedded PostgreSQL on a data folder, as its postmaster.pid tells; null where there is no such file. */
export function embeddedDatabasePid(dataDir: string): number | null {
  try {
    const pid = Number.parseInt(readFileSync(join(dataDir, 'cluster', 'postmaster.pid'), 'utf8'), 10);
    return Number.isInteger(pid) ? Math.abs(pid) : null;
  } catch {
    return null;
  }
}
