import { setTimeout as pause } from 'node:timers/promises';
import type { Logger } from '../logging/logger.js';

export interface WaitOptions {
  readonly logger: Logger;
  /** Ends the waiting; the promise then rejects with the signal's reason. */
  readonly signal: AbortSignal;
  /** True for an error that waiting can't mend; it is thrown at once. */
  readonly isFinal?: (error: unknown) => boolean;
  /** Milliseconds; the pause doubles from the first to the longest. */
  readonly firstPauseMs?: number;
  readonly longestPauseMs?: number;
  /** Milliseconds between two lines that say what is waited for. */
  readonly lineEveryMs?: number;
}

/**
 * Tries until it works: for what may start later than this program, such as Kafka or a database.
 * Says once what it waits for and why, again every 30 seconds, and once more when it is there.
 *
 * @param what what is waited for, with its address: `Kafka at localhost:9092`
 * @param attempt one try; must end by itself within a bounded time
 */
export async function waitFor<T>(what: string, attempt: () => Promise<T>, options: WaitOptions): Promise<T> {
  const { logger, signal, isFinal = () => false, firstPauseMs = 100, longestPauseMs = 2_000, lineEveryMs = 30_000 } = options;
  let pauseMs = firstPauseMs;
  let lastLineAt: number | undefined;
  for (;;) {
    signal.throwIfAborted();
    try {
      const result = await attempt();
      if (lastLineAt !== undefined) {
        logger.info(`${what} is there now.`);
      }
      return result;
    } catch (error) {
      if (signal.aborted || isFinal(error)) {
        throw signal.aborted ? signal.reason : error;
      }
      if (lastLineAt === undefined || performance.now() - lastLineAt >= lineEveryMs) {
        lastLineAt = performance.now();
        logger.warn(`Waiting for ${what}: ${reasonOf(error)}`);
      }
    }
    await pause(pauseMs, undefined, { signal }).catch(() => signal.throwIfAborted());
    pauseMs = Math.min(pauseMs * 2, longestPauseMs);
  }
}

/** Connection errors to several addresses of one name come as an AggregateError without a text of its own. */
function reasonOf(error: unknown): string {
  if (error instanceof AggregateError && error.message === '') {
    return error.errors.map(reasonOf).join('; ');
  }
  return error instanceof Error && error.message !== '' ? error.message : String(error);
}
