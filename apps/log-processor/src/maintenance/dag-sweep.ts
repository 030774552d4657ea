import { Inject, Injectable, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { DAG_RETENTION, StoreUnavailableError, type DagRetention } from '#db';
import { LOGGER, type Logger } from '#platform';
import { StoreLoop } from '../store-loop.js';
import { STORE_READY, type StoreReady } from '../store-ready.js';

const EVERY_MS = 60 * 60_000;
const DAY_MS = 24 * 60 * 60_000;
/** Rows between two lines of progress. */
const PROGRESS_ROWS = 50_000;

/** Days that DAGs are kept after they were last built; the provider's token. */
export const DAG_DAYS = Symbol('DagDays');

/** Deletes DAGs and patterns whose records are gone: once the store is ready, and every hour from then on. */
@Injectable()
export class DagSweep implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly loop = new StoreLoop();

  constructor(
    @Inject(DAG_RETENTION) private readonly retention: DagRetention,
    @Inject(DAG_DAYS) private readonly days: number,
    @Inject(LOGGER) private readonly logger: Logger,
    @Inject(STORE_READY) private readonly storeReady: StoreReady,
  ) {}

  onApplicationBootstrap(): void {
    this.loop.start(this.storeReady, (signal) => this.sweep(signal));
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.loop.stop();
  }

  /** @returns milliseconds until the next sweep */
  private async sweep(signal: AbortSignal): Promise<number> {
    try {
      let told = 0;
      const swept = await this.retention.sweep(this.days * DAY_MS, signal, (dags) => {
        if (dags - told < PROGRESS_ROWS) return;
        told = dags;
        this.logger.info({ dags }, 'Retention is deleting DAGs.');
      });
      if (swept.dags > 0 || swept.patterns > 0) this.logger.info(swept, 'Retention deleted DAGs and patterns.');
    } catch (error) {
      if (signal.aborted) return 0;
      if (error instanceof StoreUnavailableError) this.logger.debug({ reason: error.message }, 'DAGs are swept later.');
      else this.logger.error({ err: error }, 'DAGs could not be swept; it is tried again.');
    }
    return EVERY_MS;
  }
}
