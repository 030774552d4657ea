import { Inject, Injectable, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { SEARCH_UPKEEP, StoreUnavailableError, type SearchUpkeep } from '#db';
import { LOGGER, type Logger } from '#platform';
import { StoreLoop } from '../store-loop.js';
import { STORE_READY, type StoreReady } from '../store-ready.js';

/** What a search counts or matches record by record is at most what came in such a time. */
const EVERY_MS = 2_000;
/** Each statement of a search reads what came in such a time, whatever else it is to read. */
const SUMMARIES_EVERY_MS = 400;
/** After a run that took long, as a part of the time between two runs. */
const SHORTEST_REST = 0.2;
/** After a run that failed. */
const AGAIN_MS = 30_000;

/** Keeps what searches live on behind what is stored by seconds: once the store is ready, and again and again. */
@Injectable()
export class SearchUpkeepLoop implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly loops = { upkeep: new StoreLoop(), summaries: new StoreLoop() };

  constructor(
    @Inject(SEARCH_UPKEEP) private readonly upkeep: SearchUpkeep,
    @Inject(LOGGER) private readonly logger: Logger,
    @Inject(STORE_READY) private readonly storeReady: StoreReady,
  ) {}

  onApplicationBootstrap(): void {
    const { upkeep, summaries } = this.loops;
    upkeep.start(this.storeReady, (signal) => this.turn(EVERY_MS, signal, () => this.upkeep.run(signal)));
    summaries.start(this.storeReady, (signal) => this.turn(SUMMARIES_EVERY_MS, signal, () => this.upkeep.summarize(signal)));
  }

  async beforeApplicationShutdown(): Promise<void> {
    await Promise.all(Object.values(this.loops).map((loop) => loop.stop()));
  }

  /** @returns milliseconds until the next turn */
  private async turn(everyMs: number, signal: AbortSignal, work: () => Promise<unknown>): Promise<number> {
    const start = performance.now();
    try {
      await work();
      return Math.max(everyMs * SHORTEST_REST, everyMs - (performance.now() - start));
    } catch (error) {
      if (signal.aborted) return 0;
      if (error instanceof StoreUnavailableError)
        this.logger.debug({ reason: error.message }, 'What searches live on is brought up to date later.');
      else this.logger.error({ err: error }, 'What searches live on could not be brought up to date; it is tried again.');
      return AGAIN_MS;
    }
  }
}
