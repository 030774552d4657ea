import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** What a server says about itself in its cluster (PostgreSQL's miscadmin.h, LOCK_FILE_LINE_*). */
export interface PostmasterFile {
  readonly pid: number;
  /** Where it listens; 0 as long as it hasn't said so. */
  readonly port: number;
  /** 'ready' where it takes connections. */
  readonly status: string;
}

export function postmasterFile(cluster: string): string {
  return join(cluster, 'postmaster.pid');
}

/** Null where no server runs on the cluster, or one that died left no file. */
export function readPostmasterFile(cluster: string): PostmasterFile | null {
  let text: string;
  try {
    text = readFileSync(postmasterFile(cluster), 'utf8');
  } catch {
    return null;
  }
  const [pid = '', , , port = '', , , , status = ''] = text.split('\n');
  const number = Number.parseInt(pid, 10);
  // A standalone back end writes its number negated.
  return Number.isInteger(number) && number !== 0
    ? { pid: Math.abs(number), port: Number(port) || 0, status: status.trim() }
    : null;
}
