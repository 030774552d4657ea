import type { StoreReady } from './store-ready.js';
import { WakeSignal } from './wake-signal.js';

/** Work that is done again and again, from the moment the store is ready until the program ends. */
export class StoreLoop {
  private readonly signal = new WakeSignal();
  private running: Promise<void> | null = null;
  private stopped = false;

  /**
   * @param turn does the work once and tells the milliseconds until the next turn, which `wake` shortens; must not reject
   */
  start(storeReady: StoreReady, turn: () => Promise<number>): void {
    storeReady().then(
      () => (this.running = this.run(turn)),
      // The program ends before its store was there.
      () => undefined,
    );
  }

  /** Says that there may be work now. */
  wake(): void {
    this.signal.wake();
  }

  /** Resolves once the turn under way has ended. A store that is not ready yet is not waited for. */
  async stop(): Promise<void> {
    this.stopped = true;
    this.signal.wake();
    await this.running;
  }

  private async run(turn: () => Promise<number>): Promise<void> {
    while (!this.stopped) {
      const restMs = await turn();
      if (restMs > 0) await this.signal.wait(restMs);
    }
  }
}
