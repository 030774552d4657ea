import { setTimeout as pause } from 'node:timers/promises';
import { progress } from './report.js';
import { processTree } from './usage.js';

/**
 * Stops a process and its descendants as a hung machine would: connections stay open, nothing answers. Then lets them go on.
 * @param pid of a process that starts no other while it is stopped, as PostgreSQL's postmaster
 */
export async function freezeFor(pid: number, seconds: number): Promise<void> {
  const frozen = processTree(pid);
  progress(`stopping PostgreSQL for ${seconds} s`);
  try {
    for (const each of frozen) signal(each, 'SIGSTOP');
    await pause(seconds * 1000);
  } finally {
    for (const each of frozen) signal(each, 'SIGCONT');
    progress('PostgreSQL goes on');
  }
}

function signal(pid: number, name: 'SIGSTOP' | 'SIGCONT'): void {
  try {
    process.kill(pid, name);
  } catch {
    // It has ended meanwhile.
  }
}
