import { Inject, Injectable, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { PATTERN_EVENTS, StoreUnavailableError, type PatternEvents } from '#db';
import { instantOfEpochMillis } from '#domain';
import { LOGGER, type Logger } from '#platform';
import { WakeSignal } from '../dags/wake-signal.js';
import { STORE_READY, type StoreReady } from '../store-ready.js';

/** Events of patterns are few. */
const EVERY_MS = 60 * 60_000;
const DAY_MS = 24 * 60 * 60_000;

/** Days that events of patterns are kept; the provider's token. */
export const PATTERN_EVENT_DAYS = Symbol('PatternEventDays');

/** Forgets events of patterns that are older than the retention: once the store is ready, and every hour from then on. */
@Injectable()
export class PatternEventSweep implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly signal = new WakeSignal();
  private running: Promise<void> | null = null;
  private looping = false;
  private stopped = false;

  constructor(
    @Inject(PATTERN_EVENTS) private readonly events: PatternEvents,
    @Inject(PATTERN_EVENT_DAYS) private readonly days: number,
    @Inject(LOGGER) private readonly logger: Logger,
    @Inject(STORE_READY) private readonly storeReady: StoreReady,
  ) {}

  onApplicationBootstrap(): void {
    this.running = this.storeReady().then(
      () => this.loop(),
      // The program ends before its store was there.
      () => undefined,
    );
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.stopped = true;
    this.signal.wake();
    if (this.looping) await this.running;
  }

  private async loop(): Promise<void> {
    this.looping = true;
    while (!this.stopped) {
      try {
        await this.events.sweep(instantOfEpochMillis(Date.now() - this.days * DAY_MS));
      } catch (error) {
        if (error instanceof StoreUnavailableError)
          this.logger.debug({ reason: error.message }, 'Events of patterns are swept later.');
        else this.logger.error({ err: error }, 'Events of patterns could not be swept; it is tried again.');
      }
      await this.signal.wait(EVERY_MS);
    }
  }
}
