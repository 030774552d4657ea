import { spawn, type ChildProcess } from 'node:child_process';

/** True while a process of that id exists. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // A process of another user is there, though we may not signal it.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

/*
 * Reads from a pipe that only we hold. A line is our dismissal; the end of the file without one is our death, however it
 * came: then it kills the process $1.
 */
const WATCHDOG = 'read -r line; [ -n "$line" ] || kill -9 "$1"';

/** Ends the child when this process dies without having done so: a test run that is killed leaves nothing behind. */
export function endWithUs(child: ChildProcess): void {
  if (child.pid === undefined) return;
  if (process.platform === 'win32') {
    const end = () => void child.kill();
    process.once('exit', end);
    child.once('exit', () => process.removeListener('exit', end));
    return;
  }
  const shell = spawn('/bin/sh', ['-c', WATCHDOG, 'rootspan-test-watchdog', String(child.pid)], {
    detached: true, // a Ctrl-C must not end it before us
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  shell.stdin.on('error', () => undefined);
  child.once('exit', () => shell.stdin.end('end\n'));
}
