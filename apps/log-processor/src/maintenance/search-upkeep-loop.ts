import { Inject, Injectable, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { SEARCH_UPKEEP, StoreUnavailableError, type SearchUpkeep } from '#db';
import { LOGGER, type Logger } from '#platform';
import { StoreLoop } from '../store-loop.js';
import { STORE_READY, type StoreReady } from '../store-ready.js';

/** What a search reads record by record is at most what came in such a time. */
const EVERY_MS = 5_000;
/** After a run that took long. */
const SHORTEST_REST_MS = 1_000;
/** After a run that failed. */
const AGAIN_MS = 30_000;

/** Keeps what searches live on behind what is stored by a few seconds: once the store is ready, and again and again. */
@Injectable()
export class SearchUpkeepLoop implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly loop = new StoreLoop();

  constructor(
    @Inject(SEARCH_UPKEEP) private readonly upkeep: SearchUpkeep,
    @Inject(LOGGER) private readonly logger: Logger,
    @Inject(STORE_READY) private readonly storeReady: StoreReady,
  ) {}

  onApplicationBootstrap(): void {
    this.loop.start(this.storeReady, (signal) => this.runOnce(signal));
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.loop.stop();
  }

  /** @returns milliseconds until the next run */
  private async runOnce(signal: AbortSignal): Promise<number> {
    const start = performance.now();
    try {
      await this.upkeep.run(signal);
      return Math.max(SHORTEST_REST_MS, EVERY_MS - (performance.now() - start));
    } catch (error) {
      if (signal.aborted) return 0;
      if (error instanceof StoreUnavailableError)
        this.logger.debug({ reason: error.message }, 'What searches live on is brought up to date later.');
      else this.logger.error({ err: error }, 'What searches live on could not be brought up to date; it is tried again.');
      return AGAIN_MS;
    }
  }
}
