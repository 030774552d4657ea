import { readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';

/** The port that the folder's server had last, as long as it is free: URLs that people noted stay good. Else a free one. */
export async function choosePort(folder: string): Promise<number> {
  return (await bind(readPort(folder))) ?? (await bind(0)) ?? Promise.reject(new Error('no free port on 127.0.0.1'));
}

export function keepPort(folder: string, port: number): void {
  writeFileSync(join(folder, 'port'), `${port}\n`);
}

function readPort(folder: string): number {
  try {
    const port = Number.parseInt(readFileSync(join(folder, 'port'), 'utf8'), 10);
    return port > 0 && port < 65_536 ? port : 0;
  } catch {
    return 0;
  }
}

/** Listens for a moment. @returns the port, null where it is taken */
function bind(port: number): Promise<number | null> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(null));
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () => {
      const address = server.address();
      server.close(() => resolve(address !== null && typeof address === 'object' ? address.port : null));
    });
  });
}
