import { itemAt } from '../error-dag/item-at.js';
import { compareRecords } from '../error-dag/record-order.js';
import { isError, type SpanSummary } from '../error-dag/span-summary.js';
import type { TraceRecord } from '../error-dag.js';
import type { Instant } from '../instant.js';
import { saysEndedWell, saysFallback, saysHandled, saysTrouble } from './message-tone.js';
import { tellingText } from './telling-text.js';

/** Records that are read from a span's end backwards to judge how it went on. */
const LOOK_BACK = 12;
const FALLBACKS_IN = 40;
const WARN = 13;

/** What a span logged, in order, with the judgements that rules ask for. Computed when asked for: most spans never are. */
export class SpanStory {
  private sorted: readonly TraceRecord[] | null = null;
  private knownCalm: readonly TraceRecord[] | null = null;
  private saidFallbacks: TraceRecord[] | null = null;
  private toldTexts: Map<TraceRecord, string> | null = null;

  /** @param epoch What times are counted from. */
  constructor(
    readonly span: SpanSummary,
    private readonly epoch: Instant,
  ) {}

  /** Oldest first. */
  get records(): readonly TraceRecord[] {
    this.sorted ??= [...this.span.records].sort(compareRecords);
    return this.sorted;
  }

  /** ms since the epoch, by the sender's clock. */
  timeOf(record: TraceRecord): number {
    return millisSince(this.epoch, record.time);
  }

  /** The record's telling text. */
  textOf(record: TraceRecord): string {
    this.toldTexts ??= new Map();
    const known = this.toldTexts.get(record);
    if (known !== undefined) return known;
    const text = tellingText(record.message);
    this.toldTexts.set(record, text);
    return text;
  }

  /**
   * Records below warn, and warnings that say that the work goes on, later than `after` and earlier than `before`, that do
   * not speak of trouble: the span went on. Newest first, 12 at most.
   */
  progress(after: number, before = Infinity): TraceRecord[] {
    const found: TraceRecord[] = [];
    const { calm } = this;
    const until = this.firstCalmFrom(before);
    for (let i = until - 1; i >= Math.max(0, until - LOOK_BACK); i--) {
      const record = itemAt(calm, i);
      if (this.timeOf(record) <= after) break;
      const text = this.textOf(record);
      if (!saysTrouble(text) && (record.severity < WARN || saysHandled(text))) found.push(record);
    }
    return found;
  }

  /** The records that are no errors, oldest first. */
  private get calm(): readonly TraceRecord[] {
    this.knownCalm ??= this.records.filter((record) => !isError(record));
    return this.knownCalm;
  }

  /** Index of the first calm record at or after a time, found by bisection: callers with many callees ask often. */
  private firstCalmFrom(time: number): number {
    let [low, high] = [0, this.calm.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.timeOf(itemAt(this.calm, middle)) < time) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** Records that say that the work goes on without something that failed; of the last 40 that are no errors. */
  fallbacks(): TraceRecord[] {
    this.saidFallbacks ??= this.calm.slice(-FALLBACKS_IN).filter((record) => {
      const text = this.textOf(record);
      return saysFallback(text) || (record.severity >= WARN && saysHandled(text));
    });
    return this.saidFallbacks;
  }

  /** A record after the time that says that the work goes on without what failed, or that it ended well; null where none does. */
  recovery(after: number): TraceRecord | null {
    return this.progress(after).find((record) => saysEndedWell(this.textOf(record))) ?? null;
  }

  /** The last record that is no error; null where there is none. */
  lastCalmRecord(): TraceRecord | null {
    return this.calm.at(-1) ?? null;
  }

  /** The last warning; null where there is none among the span's last records. */
  lastWarning(): TraceRecord | null {
    const from = Math.max(0, this.records.length - LOOK_BACK);
    for (let i = this.records.length - 1; i >= from; i--) {
      const record = this.records[i];
      if (record !== undefined && record.severity >= WARN && !isError(record)) return record;
    }
    return null;
  }
}

export function millisSince(epoch: Instant, time: Instant): number {
  return (time.seconds - epoch.seconds) * 1000 + (time.nanos - epoch.nanos) / 1e6;
}
