import { existsSync, readFileSync } from 'node:fs';

/** What Linux tells of a process's memory, in bytes. */
export interface ProcessMemory {
  /** In memory now. */
  readonly resident: number;
  /** The most that it ever was. */
  readonly peak: number;
}

/** @returns null where the system has no /proc */
export function processMemory(pid: number): ProcessMemory | null {
  const file = `/proc/${pid}/status`;
  if (!existsSync(file)) return null;
  const text = readFileSync(file, 'utf8');
  const bytes = (name: string) => Number(new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(text)?.[1]) * 1_024;
  return { resident: bytes('VmRSS'), peak: bytes('VmHWM') };
}
