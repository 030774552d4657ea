import { Inject, Injectable, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { PATTERN_EVENTS, StoreUnavailableError, type PatternEvents } from '#db';
import { instantOfEpochMillis } from '#domain';
import { LOGGER, type Logger } from '#platform';
import { StoreLoop } from '../store-loop.js';
import { STORE_READY, type StoreReady } from '../store-ready.js';

/** Events of patterns are few. */
const EVERY_MS = 60 * 60_000;
const DAY_MS = 24 * 60 * 60_000;

/** Days that events of patterns are kept; the provider's token. */
export const PATTERN_EVENT_DAYS = Symbol('PatternEventDays');

/** Forgets events of patterns that are older than the retention: once the store is ready, and every hour from then on. */
@Injectable()
export class PatternEventSweep implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly loop = new StoreLoop();

  constructor(
    @Inject(PATTERN_EVENTS) private readonly events: PatternEvents,
    @Inject(PATTERN_EVENT_DAYS) private readonly days: number,
    @Inject(LOGGER) private readonly logger: Logger,
    @Inject(STORE_READY) private readonly storeReady: StoreReady,
  ) {}

  onApplicationBootstrap(): void {
    this.loop.start(this.storeReady, () => this.sweep());
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.loop.stop();
  }

  /** @returns milliseconds until the next sweep */
  private async sweep(): Promise<number> {
    try {
      await this.events.sweep(instantOfEpochMillis(Date.now() - this.days * DAY_MS));
    } catch (error) {
      if (error instanceof StoreUnavailableError)
        this.logger.debug({ reason: error.message }, 'Events of patterns are swept later.');
      else this.logger.error({ err: error }, 'Events of patterns could not be swept; it is tried again.');
    }
    return EVERY_MS;
  }
}
