import { closeSync, openSync, readSync, renameSync, statSync } from 'node:fs';
import { join } from 'node:path';

const ROTATE_BYTES = 8 * 1024 * 1024;
const TAIL_BYTES = 16 * 1024;

/** The file server.log that a server writes its standard error to; one older file is kept. */
export interface ServerLog {
  /** File descriptor to hand to the server. */
  readonly descriptor: number;
  /** The end of what this server wrote. */
  tail(): string;
  /** Our descriptor only; the server keeps its own. */
  close(): void;
}

export function openServerLog(folder: string): ServerLog {
  const path = join(folder, 'server.log');
  if (sizeOf(path) > ROTATE_BYTES) renameSync(path, `${path}.1`);
  const descriptor = openSync(path, 'a+', 0o600);
  const begin = sizeOf(path);
  return {
    descriptor,
    tail(): string {
      const end = sizeOf(path);
      const from = Math.max(begin, end - TAIL_BYTES);
      const bytes = Buffer.alloc(Math.max(0, end - from));
      const reader = openSync(path, 'r');
      try {
        return bytes
          .subarray(0, readSync(reader, bytes, 0, bytes.length, from))
          .toString('utf8')
          .trim();
      } finally {
        closeSync(reader);
      }
    },
    close: () => closeSync(descriptor),
  };
}

function sizeOf(path: string): number {
  try {
    return statSync(path).size;
  } catch {
    return 0;
  }
}
