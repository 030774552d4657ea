/** A lone call waits no longer for what another lane stores. */
const PATIENCE_MS = 5;

/**
 * Lets lanes whose batches are small store one after the other: what arrives meanwhile shares the next transaction, where two at a
 * time would each hold half of it. Nobody waits while nothing is being stored.
 */
export class Turns {
  private storing = 0;
  private readonly waiting: (() => void)[] = [];

  constructor(private readonly patienceMs = PATIENCE_MS) {}

  /** Resolves once nobody stores, or after a few milliseconds; several are let through one after the other. */
  async next(): Promise<void> {
    if (this.storing === 0) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(() => {
        this.waiting.splice(this.waiting.indexOf(go), 1);
        resolve();
      }, this.patienceMs);
      const go = (): void => {
        clearTimeout(timer);
        resolve();
      };
      this.waiting.push(go);
    });
  }

  /** Runs work that counts as storing. */
  async during<T>(work: () => Promise<T>): Promise<T> {
    this.storing++;
    try {
      return await work();
    } finally {
      this.storing--;
      if (this.storing === 0) this.waiting.shift()?.();
    }
  }
}
