import { Inject, Injectable, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { LOG_MAINTENANCE, StoreUnavailableError, type LogMaintenance, type MaintenanceOutcome } from '#db';
import { LOGGER, Metrics, type Logger } from '#platform';
import { StoreLoop } from '../store-loop.js';
import { STORE_READY, type StoreReady } from '../store-ready.js';

/** Partitions are made two days ahead and retention counts in days: minutes are soon enough. */
const EVERY_MS = 5 * 60_000;
/** After a run that was cut short. */
const AGAIN_MS = 60_000;

/**
 * Runs the store's maintenance once the store is ready and every few minutes from then on. A run that fails is logged and
 * tried again; at shutdown the run under way is stopped, and the next process goes on where it ended.
 */
@Injectable()
export class StoreMaintenance implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly loop = new StoreLoop();

  constructor(
    @Inject(LOG_MAINTENANCE) private readonly maintenance: LogMaintenance,
    @Inject(Metrics) private readonly metrics: Metrics,
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
    try {
      this.note(await this.maintenance.run(signal));
      return EVERY_MS;
    } catch (error) {
      if (signal.aborted) return 0;
      this.metrics.maintenanceFailures.inc();
      if (error instanceof StoreUnavailableError)
        this.logger.warn({ reason: error.message }, 'Maintenance waits: the log database is not available.');
      else this.logger.error({ err: error }, 'Maintenance of the log store failed and is tried again.');
      return AGAIN_MS;
    }
  }

  private note(outcome: MaintenanceOutcome): void {
    if (outcome.kind === 'elsewhere') return;
    const { partitions, retryKeys, postponed, bytes, maxBytes, partitionsOverSize, ...removed } = outcome;
    this.metrics.partitions.set(partitions);
    this.metrics.retryKeys.set(retryKeys);
    this.metrics.partitionsDropped.inc(removed.partitionsDropped);
    if (partitionsOverSize > 0)
      this.logger.warn(
        { partitionsOverSize, maxBytes },
        'RETENTION_BYTES is reached: the oldest records go before RETENTION_DAYS.',
      );
    if (maxBytes !== null && bytes > maxBytes)
      this.logger.warn({ bytes, maxBytes }, 'The newest partition alone takes more than RETENTION_BYTES; it is kept.');
    if (removed.partitionsDropped > 0) this.logger.info(removed, 'Retention dropped partitions of the log store.');
    for (const reason of postponed) this.logger.warn({ reason }, 'A part of the maintenance waits for the next run.');
  }
}
