import { spawn } from 'node:child_process';

import { postmasterFile } from './postmaster-file.js';

/** A shell that ends the server when we die without doing so. */
export interface Watchdog {
  /** To be called when the server has ended. */
  dismiss(): void;
}

/*
 * Reads from a pipe that only we hold. A line is our dismissal; the end of the file without one is our death, however
 * it came: then it stops the server ($1) if the cluster's postmaster.pid ($2) still names it, with signal $3, and removes
 * the folder $4 where one is given.
 */
const SCRIPT = `
read -r line
[ -n "$line" ] && exit 0
[ "$(head -n 1 "$2" 2>/dev/null)" = "$1" ] && kill -"$3" "$1" 2>/dev/null
[ -n "$4" ] || exit 0
n=0
while kill -0 "$1" 2>/dev/null && [ "$n" -lt 200 ]; do sleep 0.05; n=$((n + 1)); done
rm -rf -- "$4"
`;

/**
 * Without it a server whose owner was killed would run until the next start. Best effort: where there is no shell
 * (Windows) the next start alone clears up.
 *
 * @param removeAfterwards folder of a server that doesn't outlive its owner; null keeps the data and stops in order
 */
export function startWatchdog(pid: number, cluster: string, removeAfterwards: string | null): Watchdog {
  if (process.platform === 'win32') return { dismiss: () => undefined };
  const signal = removeAfterwards === null ? 'INT' : 'QUIT';
  const shell = spawn(
    '/bin/sh',
    ['-c', SCRIPT, 'rootspan-watchdog', String(pid), postmasterFile(cluster), signal, removeAfterwards ?? ''],
    {
      // Its own session: Ctrl-C in our terminal must not end it before us.
      detached: true,
      cwd: '/',
      stdio: ['pipe', 'ignore', 'ignore'],
    },
  );
  shell.on('error', () => undefined);
  shell.stdin.on('error', () => undefined);
  shell.unref();
  // The pipe is a socket of Node's, which would keep us alive.
  if ('unref' in shell.stdin && typeof shell.stdin.unref === 'function') shell.stdin.unref();
  return { dismiss: () => shell.stdin.end('end\n') };
}
