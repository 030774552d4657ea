import { setTimeout as pause } from 'node:timers/promises';
import { Inject, Injectable, type OnModuleDestroy } from '@nestjs/common';
import { LOG_TAIL, StoreUnavailableError, type LogTail, type TailPage } from '#db';
import { StorePosition } from '#domain';
import { LOGGER, unavailable, type Logger } from '#platform';
import { Audience, type FeedListener } from './audience.js';
import { PageWalk } from './page-walk.js';

interface Joiner {
  readonly listener: FeedListener;
  readonly resolve: (from: StorePosition) => void;
  readonly reject: (error: unknown) => void;
}

/** A head, and who had asked to join before it was read. */
interface Target {
  readonly head: StorePosition;
  readonly joining: ReadonlySet<Joiner>;
}

/** Records that come in one go, as far as readers are concerned. */
interface Burst {
  records: number;
}

/** Between two looks at where the store is. */
const POLL_MS = 200;
/** Heads on the way to the last one. */
const MOST_TARGETS = 500;
const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 2_000;
/** What is matched in one go: other calls wait meanwhile, for some milliseconds. */
const PAGE = { limit: 500, maxBytes: 1024 * 1024 };
/** Records that come at once: a reader's queue holds all of them. */
const BURST = 10_000;

/**
 * Reads what is stored, once for everybody who tails, and shows it to them as it comes.
 *
 * States: idle (nobody tails; nothing is asked of the store) -> running (looks again and again where the store stands, reads up
 * to there, then takes in who asked to join before the look) -> idle, or stopped for good. Where the store is away the feed
 * waits for it, and goes on where it was.
 *
 * Whoever joins gets every record behind the position that is returned, and none of those before it.
 */
@Injectable()
export class TailFeed implements OnModuleDestroy {
  private readonly audience = new Audience();
  private joiners: Joiner[] = [];
  private cursor = StorePosition.START;
  private running = false;
  private lookedAt = 0;
  private readonly stopping = new AbortController();
  private waking = new AbortController();

  constructor(
    @Inject(LOG_TAIL) private readonly tail: LogTail,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /** Aborted when the program ends; the reason is what its callers are to be told. */
  get stopped(): AbortSignal {
    return this.stopping.signal;
  }

  /** Up to where everybody was fed. */
  get position(): StorePosition {
    return this.cursor;
  }

  /** Before servers close: they wait for streams to end. */
  onModuleDestroy(): void {
    const reason = unavailable('The server is shutting down and');
    this.stopping.abort(reason);
    this.waking.abort();
    for (const { reject } of this.joiners.splice(0)) reject(reason);
  }

  /**
   * Feeds the listener until it leaves.
   * @returns the position from which on it is fed; it includes every head that was read before the call
   */
  join(listener: FeedListener): Promise<StorePosition> {
    this.stopped.throwIfAborted();
    return new Promise((resolve, reject) => {
      this.joiners.push({ listener, resolve, reject });
      this.waking.abort();
      if (!this.running) void this.run();
    });
  }

  /** Also for one whose joining is still under way: it is then never fed. */
  leave(listener: FeedListener): void {
    this.audience.remove(listener);
    this.joiners = this.joiners.filter((joiner) => joiner.listener !== listener);
  }

  private async run(): Promise<void> {
    this.running = true;
    let pauseMs = FIRST_PAUSE_MS;
    while (!this.stopped.aborted && (!this.audience.isEmpty || this.joiners.length > 0)) {
      this.waking = new AbortController();
      try {
        await this.catchUp();
        pauseMs = FIRST_PAUSE_MS;
        await this.rest(POLL_MS);
      } catch (error) {
        if (this.stopped.aborted) break;
        if (error instanceof StoreUnavailableError)
          this.logger.warn({ reason: error.message }, 'Live tails wait: the log database is not available.');
        else this.logger.error({ err: error }, 'Reading for live tails failed and is tried again.');
        await pause(pauseMs, undefined, { signal: this.stopped }).catch(() => undefined);
        pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS);
      }
    }
    this.running = false;
  }

  /** Looks where the store stands, and feeds everybody up to there, and up to where it stood whenever it looked meanwhile. */
  private async catchUp(): Promise<void> {
    const targets = [await this.look()];
    let burst: Burst = { records: 0 };
    for (let target = targets.shift(); target !== undefined; target = targets.shift()) {
      const { head, joining } = target;
      while (!this.audience.isEmpty && !this.cursor.includes(head)) {
        if (burst.records >= BURST) burst = { records: 0 };
        await this.showPage(head, burst);
        // Whoever is behind goes on in small steps: a long one would be searched for.
        if (performance.now() - this.lookedAt >= POLL_MS && targets.length < MOST_TARGETS) targets.push(await this.look());
      }
      if (this.audience.isEmpty) this.cursor = head;
      this.admit(joining);
    }
  }

  private async look(): Promise<Target> {
    // Who asks from now on may know of a later head than this one.
    const joining = new Set(this.joiners);
    this.lookedAt = performance.now();
    return { head: await this.tail.head(this.stopped), joining };
  }

  private admit(joining: ReadonlySet<Joiner>): void {
    const admitted = this.joiners.filter((joiner) => joining.has(joiner));
    this.joiners = this.joiners.filter((joiner) => !joining.has(joiner));
    for (const { listener, resolve } of admitted) {
      this.audience.add(listener);
      resolve(this.cursor);
    }
  }

  private async showPage(to: StorePosition, burst: Burst): Promise<void> {
    const from = this.cursor;
    const records = { kind: 'tenants', tenants: this.audience.tenants } as const;
    const request = { from, to, records, ...PAGE, signal: this.stopped };
    this.cursor = await this.tail.read(request, (page) => this.show(page, from, burst));
  }

  private show(page: TailPage, from: StorePosition, burst: Burst): StorePosition {
    const walk = new PageWalk(from);
    page.forEach((view, tenant) => {
      burst.records++;
      walk.step(view);
      this.audience.show(view, tenant, walk, burst);
    });
    return page.next;
  }

  private async rest(ms: number): Promise<void> {
    if (this.joiners.length > 0) return;
    await pause(ms, undefined, { signal: this.waking.signal }).catch(() => undefined);
  }
}
