import { ask, apiUrl } from '../../api/client.js';
import { EventStreamReader, type StreamEvent } from '../../api/event-stream.js';
import { Problem } from '../../api/problem.js';
import { readLog } from '../../api/read.js';
import type { Log } from '../../api/types.js';
import { ArrivalRate } from './arrival-rate.js';

/** What a tail shows. `logs` is newest first and bounded. */
export interface TailState {
  readonly phase: 'connecting' | 'live' | 'waiting' | 'refused';
  readonly logs: readonly Log[];
  /** Received since the beginning. */
  readonly received: number;
  /** Records a second over the last seconds. */
  readonly rate: number;
  /** Records that matched and that the server left out, since this reader was too slow. */
  readonly missed: number;
  readonly error: Error | null;
}

export const KEPT = 5_000;
const PAUSES_MS = [500, 1_000, 2_000, 5_000];
const RATE_MS = 4_000;
const TICK_MS = 1_000;

export const EMPTY_TAIL: TailState = { phase: 'connecting', logs: [], received: 0, rate: 0, missed: 0, error: null };

/**
 * Follows /api/v1/logs/tail: history from `from` on, then what is stored from now on; after a break it goes on behind the last
 * record. Records are handed over once a frame, however many they are, so that thousands a second cost one rendering. A page that
 * nobody sees has no frames: it takes them once in a while, and holds no more than it will show.
 */
export class TailFeed {
  private state: TailState = EMPTY_TAIL;
  /** Since the last frame; of very many, the newest. */
  private fresh: Log[] = [];
  private freshCount = 0;
  private position = '';
  private readonly stopped = new AbortController();
  private readonly arrivals = new ArrivalRate(RATE_MS);
  private frame = 0;
  private readonly ticks = setInterval(() => this.tick(), TICK_MS);

  constructor(
    private readonly question: { readonly q: string; readonly from: string },
    private readonly tell: (state: TailState) => void,
  ) {
    void this.run();
  }

  stop(): void {
    this.stopped.abort();
    cancelAnimationFrame(this.frame);
    clearInterval(this.ticks);
  }

  private async run(): Promise<void> {
    const { signal } = this.stopped;
    for (let failures = 0; !signal.aborted; failures++) {
      try {
        await this.follow(() => (failures = 0));
      } catch (error) {
        if (signal.aborted) return;
        if (error instanceof Problem && !error.isAway && error.status !== 429) {
          this.change({ phase: 'refused', error });
          return;
        }
        this.change({ phase: 'waiting', error: error instanceof Error ? error : new Error(String(error)) });
      }
      await pause(PAUSES_MS[Math.min(failures, PAUSES_MS.length - 1)] ?? 5_000, signal);
    }
  }

  private async follow(onLive: () => void): Promise<void> {
    const { signal } = this.stopped;
    const headers = { accept: 'text/event-stream', ...(this.position === '' ? {} : { 'last-event-id': this.position }) };
    const response = await ask(apiUrl('logs/tail', this.question), { signal, headers });
    const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
    if (reader === undefined) throw new Error('The answer has no body.');
    this.change({ phase: 'live', error: null });
    onLive();
    const events = new EventStreamReader();
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      for (const event of events.read(value)) this.take(event);
      if (events.lastId !== '') this.position = events.lastId;
    }
  }

  private take({ type, data }: StreamEvent): void {
    if (type === 'log') {
      this.fresh.push(readLog(JSON.parse(data) as object));
      this.freshCount++;
      if (this.fresh.length >= 2 * KEPT) this.fresh.splice(0, this.fresh.length - KEPT);
      if (this.frame === 0) this.frame = requestAnimationFrame(() => this.handOver());
    } else if (type === 'missed') {
      const { count } = JSON.parse(data) as { readonly count?: unknown };
      this.change({ missed: this.state.missed + Number(count ?? 0) });
    } else if (type === 'error') {
      const { status, code, detail } = JSON.parse(data) as { status?: number; code?: string; detail?: string };
      throw new Problem(status ?? 503, code ?? 'unknown', detail ?? 'The server has ended the stream.');
    }
  }

  private handOver(): void {
    cancelAnimationFrame(this.frame);
    this.frame = 0;
    const [fresh, count, now] = [this.fresh.splice(0), this.freshCount, performance.now()];
    this.freshCount = 0;
    this.arrivals.note(count, now);
    const newest = fresh.slice(-KEPT).reverse();
    this.change({
      logs: [...newest, ...this.state.logs.slice(0, KEPT - newest.length)],
      received: this.state.received + count,
      rate: this.arrivals.at(now),
    });
  }

  private tick(): void {
    if (this.freshCount > 0) this.handOver();
    else if (this.state.rate > 0) this.change({ rate: this.arrivals.at(performance.now()) });
  }

  private change(changes: Partial<TailState>): void {
    if (this.stopped.signal.aborted) return;
    this.state = { ...this.state, ...changes };
    this.tell(this.state);
  }
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener('abort', () => {
      clearTimeout(timer);
      resolve();
    });
  });
}
