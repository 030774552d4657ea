import { execFileSync } from 'node:child_process';

import { program } from './native-package.js';

/**
 * PostgreSQL's ways to stop: SIGINT ends all sessions and writes a checkpoint ("fast"), SIGQUIT leaves at once and
 * recovers at the next start ("immediate"), SIGKILL is for what doesn't listen.
 */
export type StopSignal = 'SIGINT' | 'SIGQUIT' | 'SIGKILL';

/** Does nothing where the process is gone. @param programs folder of the server's programs */
export function signalServer(programs: string, pid: number, signal: StopSignal): void {
  try {
    // On Windows a signal of Node's is a kill; PostgreSQL has its own way there.
    if (process.platform === 'win32' && signal !== 'SIGKILL') {
      execFileSync(program(programs, 'pg_ctl'), ['kill', signal.slice(3), String(pid)], { stdio: 'ignore', windowsHide: true });
    } else process.kill(pid, signal);
  } catch {
    // Gone; who waits for its end sees so.
  }
}
