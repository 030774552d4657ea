import { setTimeout as pause } from 'node:timers/promises';
import { StoreUnavailableError } from '#db';

const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 2_000;

/**
 * Reads of tails that are behind: so many at a time, so that they leave connections to other questions, and again and again
 * while the store is away, because their callers rather wait than begin anew.
 */
export class StoreReads {
  private free: number;
  private readonly waiting: (() => void)[] = [];

  constructor(atATime: number) {
    this.free = atATime;
  }

  /** @throws what `read` throws for anything but a store that is away; the signal's reason */
  async run<T>(read: () => Promise<T>, signal: AbortSignal): Promise<T> {
    for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS)) {
      await this.turn();
      try {
        signal.throwIfAborted();
        return await read();
      } catch (error) {
        if (!(error instanceof StoreUnavailableError)) throw error;
      } finally {
        this.end();
      }
      await pause(pauseMs, undefined, { signal }).catch(() => signal.throwIfAborted());
    }
  }

  private async turn(): Promise<void> {
    if (this.free > 0) this.free--;
    else await new Promise<void>((resolve) => this.waiting.push(resolve));
  }

  private end(): void {
    const next = this.waiting.shift();
    if (next === undefined) this.free++;
    else next();
  }
}
