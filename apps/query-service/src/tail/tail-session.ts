import type { LogSearch, LogTail, SearchPosition } from '#db';
import { comparePlaces, type Instant, type LogFilter, type StorePosition } from '#domain';
import { encodeListedLog } from '#proto';
import { PageWalk } from './page-walk.js';
import type { StoreReads } from './store-reads.js';
import type { TailEvent, TailRecord } from './tail-event.js';
import type { TailFeed } from './tail-feed.js';
import type { TailQueue } from './tail-queue.js';
import { tailTokenText } from './tail-token.js';

/** What a session works with. */
export interface TailParts {
  readonly search: LogSearch;
  readonly tail: LogTail;
  readonly feed: TailFeed;
  readonly reads: StoreReads;
}

/** Where a session begins. */
export interface TailBeginning {
  readonly tenant: string;
  readonly filter: LogFilter;
  /** What lies below it is history, what lies above it is read from it on. */
  readonly position: StorePosition;
  /** What positions are to keep of the question. */
  readonly since: Instant | null;
  /** Whether the history is told, and behind which place of it. */
  readonly history: { readonly after: SearchPosition | null } | null;
}

const PAGE = { limit: 1_000, maxBytes: 1024 * 1024 };
/** Catching up ends where one round of it took less: the feed is that far ahead in any case. */
const SHORT_ROUND_MS = 500;
const ROUNDS = 50;
/** Silence after which the position is told, so that whoever comes back need not read the silence again. */
const POSITION_EVERY_MS = 15_000;

/**
 * One live tail from its beginning to its end.
 *
 * 1. History: a search, oldest first, of which only records below the first position are told. What is stored meanwhile
 *    lies above it and is left to what follows.
 * 2. Catching up: what was stored behind the position, round by round up to the head, until a round is short.
 * 3. Joining: the feed says from which position on it feeds this tail; what lies between the two is read, the feed's records wait
 *    in the queue.
 * 4. Live: the queue.
 *
 * So every record that matches is told once. A tail is never behind by itself: its reader is, and then it misses records.
 */
export class TailSession {
  constructor(
    private readonly parts: TailParts,
    private readonly beginning: TailBeginning,
    private readonly queue: TailQueue,
    /** Ends the session: the caller has gone, or the program stops. */
    private readonly signal: AbortSignal,
  ) {}

  /** @throws the signal's reason; what the store throws, but where it is away */
  async *events(): AsyncGenerator<TailEvent, void> {
    const { feed } = this.parts;
    try {
      yield* this.history();
      let { position } = this.beginning;
      for (let round = 0; round < ROUNDS; round++) {
        const startedAt = performance.now();
        const to = await this.read(() => this.parts.tail.head(this.signal));
        position = yield* this.between(position, to);
        if (performance.now() - startedAt < SHORT_ROUND_MS) break;
      }
      const joined = await feed.join(this.queue);
      yield* this.between(position, joined);
      this.queue.begin(joined);
      yield { kind: 'caught-up', position: this.text(joined) };
      yield* this.live();
    } finally {
      feed.leave(this.queue);
    }
  }

  private async *history(): AsyncGenerator<TailEvent, void> {
    const { tenant, filter, position, history } = this.beginning;
    if (history === null) return;
    let after = history.after ?? undefined;
    for (let more = true; more;) {
      const { signal } = this;
      const request = { tenant, filter, order: 'oldest-first', ...PAGE, count: false, signal } as const;
      const asked = after === undefined ? request : { ...request, after };
      const { records, next } = await this.read(() =>
        this.parts.search.search(asked, (page) => {
          const found: TailRecord[] = [];
          page.forEach((view) => {
            if (!position.isAbove(view.bytes, view.idStart)) return;
            const place = { time: { ...view.time }, id: view.id };
            found.push({ bytes: encodeListedLog(view), position: () => this.text(position, place) });
          });
          return { records: found, next: page.next };
        }),
      );
      if (records.length > 0) yield { kind: 'records', records };
      more = next !== null;
      after = next ?? after;
    }
  }

  /** Records between two positions. @returns the second one */
  private async *between(from: StorePosition, to: StorePosition): AsyncGenerator<TailEvent, StorePosition> {
    const { tenant, filter } = this.beginning;
    const records = { kind: 'filter', tenant, filter } as const;
    for (let position = from; !position.includes(to);) {
      const before = position;
      const { found, next } = await this.read(() =>
        this.parts.tail.read({ from: before, to, records, ...PAGE, signal: this.signal }, (page) => {
          const found: TailRecord[] = [];
          const walk = new PageWalk(before);
          page.forEach((view) => {
            walk.step(view);
            const reached = walk.position();
            found.push({ bytes: encodeListedLog(view), position: () => this.text(reached()) });
          });
          return { found, next: page.next };
        }),
      );
      if (found.length > 0) yield { kind: 'records', records: found };
      position = next;
    }
    return from.with(...to.sorted().filter((place) => comparePlaces(from.of(place.epoch, place.partition), place) < 0));
  }

  private async *live(): AsyncGenerator<TailEvent, void> {
    const { feed } = this.parts;
    for (;;) {
      const queued = this.queue.next();
      this.signal.throwIfAborted();
      if (queued?.kind === 'records') {
        const records = queued.records.map(({ bytes, position }) => ({ bytes, position: () => this.text(position()) }));
        yield { kind: 'records', records };
      } else if (queued?.kind === 'missed') {
        const { count, from, to } = queued;
        yield { kind: 'missed', count, fromPosition: this.text(from), position: this.text(to) };
      } else {
        const since = performance.now();
        await this.queue.wait(POSITION_EVERY_MS, this.signal);
        // An empty queue: all that was fed is told.
        if (performance.now() - since >= POSITION_EVERY_MS && this.queue.isEmpty)
          yield { kind: 'position', position: this.text(feed.position) };
      }
    }
  }

  private read<T>(read: () => Promise<T>): Promise<T> {
    return this.parts.reads.run(read, this.signal);
  }

  private text(position: StorePosition, history: SearchPosition | null = null): string {
    return tailTokenText({ position, since: this.beginning.since, history });
  }
}
