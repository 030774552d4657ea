import type { AppName } from '../config/config.js';

/** What a program listens on. */
export interface Announcement {
  readonly app: AppName;
  /** Bound addresses by server: `{ grpc: '127.0.0.1:50051', http: '127.0.0.1:8080' }`. */
  readonly addresses: Readonly<Record<string, string>>;
}

/**
 * Tells on standard output that the program listens, once all its servers do: lines for people, or exactly one JSON line
 * for programs: `{"event":"listening","app":"all-in-one","pid":123,"addresses":{"grpc":"127.0.0.1:50051",...}}`.
 */
export function announce(
  { app, addresses }: Announcement,
  format: 'text' | 'json',
  write: (text: string) => unknown = (text) => process.stdout.write(text),
): void {
  if (format === 'json') {
    write(`${JSON.stringify({ event: 'listening', app, pid: process.pid, addresses })}\n`);
    return;
  }
  const servers = Object.entries(addresses);
  const width = Math.max(...servers.map(([name]) => name.length));
  const lines = servers.map(
    ([name, address]) => `  ${name.padEnd(width)}  ${name.endsWith('http') ? `http://${address}` : address}`,
  );
  write([`${app} listens on`, ...lines, ''].join('\n'));
}
