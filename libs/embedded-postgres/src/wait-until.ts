import { setTimeout as pause } from 'node:timers/promises';

/** Asks every 10 ms until the condition holds. @returns false where it doesn't within `boundMs` */
export async function waitUntil(condition: () => boolean, boundMs: number): Promise<boolean> {
  const end = performance.now() + boundMs;
  while (!condition()) {
    if (performance.now() >= end) return false;
    await pause(10);
  }
  return true;
}
