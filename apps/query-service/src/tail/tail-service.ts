import { Inject, Injectable } from '@nestjs/common';
import { LOG_SEARCH, LOG_TAIL, StoreUnavailableError, type LogSearch, type LogTail } from '#db';
import { matcherOf, printFilter } from '#domain';
import { CONFIG, Metrics, tooManyTails, unavailable, type Caller, type Config } from '#platform';
import { linearRegex } from '../queries/linear-regex.js';
import { StoreReads } from './store-reads.js';
import type { TailEvent } from './tail-event.js';
import { TailFeed } from './tail-feed.js';
import { TailQueue } from './tail-queue.js';
import { tailQuestionOf, type TailQuestion, type TailRequest } from './tail-request.js';
import { TailSession, type TailBeginning } from './tail-session.js';

/** Of the connections to the store, most are for questions that somebody waits for. */
const READS_AT_A_TIME = 3;

/** Live tails; the transports only carry their events. */
@Injectable()
export class TailService {
  private readonly reads = new StoreReads(READS_AT_A_TIME);
  private open = 0;

  constructor(
    @Inject(LOG_TAIL) private readonly tail: LogTail,
    @Inject(LOG_SEARCH) private readonly search: LogSearch,
    @Inject(TailFeed) private readonly feed: TailFeed,
    @Inject(CONFIG) private readonly config: Config,
    @Inject(Metrics) private readonly metrics: Metrics,
  ) {}

  /** Aborted when the program ends: all tails end then. */
  get stopped(): AbortSignal {
    return this.feed.stopped;
  }

  /**
   * Begins a tail. Its events come as fast as they are taken: whoever takes them slowly misses records, and is told so.
   *
   * @param signal aborted when the caller has gone; then, at the latest, the tail ends
   * @returns the events; they end by throwing: the signal's reason, or UNAVAILABLE where the program stops
   * @throws INVALID_ARGUMENT naming the field; RESOURCE_EXHAUSTED; UNAVAILABLE where the store is away
   */
  async begin(caller: Caller, request: TailRequest, signal: AbortSignal): Promise<AsyncGenerator<TailEvent, void>> {
    const question = tailQuestionOf(request);
    const { maxTails, queueBytes } = this.config.tail;
    if (this.open >= maxTails) throw tooManyTails(maxTails);
    const ending = AbortSignal.any([signal, this.feed.stopped]);
    ending.throwIfAborted();
    const release = this.count(signal);
    try {
      const beginning = await this.beginningOf(caller.tenant, question, ending);
      const { filter } = question;
      const matches = matcherOf(filter, linearRegex);
      const queue = new TailQueue(caller.tenant, printFilter(filter), filter.condition, matches, queueBytes);
      const { tail, search, feed, reads } = this;
      const session = new TailSession({ tail, search, feed, reads }, beginning, queue, ending);
      return this.watched(session.events(), release);
    } catch (error) {
      release();
      if (error instanceof StoreUnavailableError) throw unavailable('The database', { cause: error });
      throw error;
    }
  }

  /** Counts a tail. @returns ends the count, once, if the signal has not */
  private count(signal: AbortSignal): () => void {
    this.metrics.tails.set(++this.open);
    let counted = true;
    const release = (): void => {
      if (counted) this.metrics.tails.set(--this.open);
      counted = false;
    };
    // Events that nobody ever asks for end nowhere else.
    signal.addEventListener('abort', release, { once: true });
    return release;
  }

  private async beginningOf(tenant: string, { filter, start }: TailQuestion, signal: AbortSignal): Promise<TailBeginning> {
    switch (start.kind) {
      case 'now':
        return { tenant, filter, position: await this.tail.head(signal), since: null, history: null };
      case 'since':
        return { tenant, filter, position: await this.tail.head(signal), since: start.since, history: { after: null } };
      case 'behind': {
        const { position, since, history } = start.token;
        return { tenant, filter, position, since, history: history === null ? null : { after: history } };
      }
    }
  }

  private async *watched(events: AsyncGenerator<TailEvent, void>, release: () => void): AsyncGenerator<TailEvent, void> {
    try {
      for await (const event of events) {
        if (event.kind === 'missed') this.metrics.tailMissed.inc(event.count);
        yield event;
      }
    } finally {
      release();
    }
  }
}
