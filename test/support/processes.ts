import type { ChildProcess } from 'node:child_process';

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

const children = new Set<ChildProcess>();

/** Ends the child when this process ends without having done so: a test run that is interrupted leaves nothing behind. */
export function endWithUs(child: ChildProcess): void {
  children.add(child);
  child.once('exit', () => children.delete(child));
}

process.once('exit', () => {
  for (const child of children) child.kill('SIGKILL');
});
