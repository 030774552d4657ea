import type { StoreReady } from './store-ready.js';
import { WakeSignal } from './wake-signal.js';

/** Work that is done again and again, from the moment the store is ready until the program ends. */
export class StoreLoop {
  private readonly wakeUp = new WakeSignal();
  private readonly stopping = new AbortController();
  private running: Promise<void> | null = null;

  /**
   * @param turn does the work once and tells the milliseconds until the next turn, which `wake` shortens; must not reject. Its
   *   signal is aborted where the program ends meanwhile
   */
  start(storeReady: StoreReady, turn: (signal: AbortSignal) => Promise<number>): void {
    storeReady().then(
      () => (this.running = this.run(turn)),
      // The program ends before its store was there.
      () => undefined,
    );
  }

  /** Says that there may be work now. */
  wake(): void {
    this.wakeUp.wake();
  }

  /** Resolves once the turn under way has ended. A store that is not ready yet is not waited for. */
  async stop(): Promise<void> {
    this.stopping.abort(new Error('The program ends.'));
    this.wakeUp.wake();
    await this.running;
  }

  private async run(turn: (signal: AbortSignal) => Promise<number>): Promise<void> {
    const { signal } = this.stopping;
    while (!signal.aborted) {
      const restMs = await turn(signal);
      if (restMs > 0) await this.wakeUp.wait(restMs);
    }
  }
}
