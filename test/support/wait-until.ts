import { setTimeout as pause } from 'node:timers/promises';

/** Milliseconds that a test waits for what should happen within one second: the machine may be busy with other things. */
export const BOUND_MS = 60_000;

const POLL_MS = 50;

/**
 * Asks again and again until the answer is something, and returns it. An answer of false, null or undefined means not yet;
 * so does a rejection.
 *
 * @param what the condition as words: `the trace has a DAG`
 * @throws Error naming the condition and the last failure once `boundMs` have passed
 */
export async function waitUntil<T>(
  condition: () => T | Promise<T>,
  what: string,
  boundMs = BOUND_MS,
): Promise<Exclude<Awaited<T>, false | null | undefined>> {
  const end = performance.now() + boundMs;
  for (;;) {
    let reason = 'the answer was no';
    try {
      const answer = await condition();
      if (isThere(answer)) return answer;
    } catch (error) {
      reason = error instanceof Error ? error.message : String(error);
    }
    if (performance.now() >= end) throw new Error(`Not within ${boundMs / 1000} s: ${what} (${reason}).`);
    await pause(POLL_MS);
  }
}

function isThere<T>(answer: T): answer is Exclude<T, false | null | undefined> {
  return answer !== false && answer !== null && answer !== undefined;
}
