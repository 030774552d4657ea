import type { Condition, FilteredRecord, StorePosition } from '#domain';
import type { FeedListener } from './audience.js';
import type { FedRecord } from './fed-record.js';

/** What a queue holds for its reader next. */
export type Queued =
  | { readonly kind: 'records'; readonly records: readonly FedRecord[] }
  /** So many records between the two positions that match were not kept. */
  | { readonly kind: 'missed'; readonly count: number; readonly from: StorePosition; readonly to: StorePosition };

/** What an entry of the queue takes beside the record's bytes. */
const RECORD_WEIGHT = 256;
/** Records that are handed on at once: a stream's own buffers hold several such. */
const MOST_BYTES = 64 * 1024;

/**
 * Live records that wait for one reader.
 *
 * States: open (records are kept) -> full (a burst began while more than the bound waited: its records and all that follow are
 * counted only, so that what is kept has no hole) -> open again once the reader has taken all that was kept and what was missed
 * is told.
 *
 * A burst comes in one go, so a reader that had taken what was there before is no slow one, however large the burst. What is kept
 * is the bound and a burst at most, and records are shared by all readers.
 */
export class TailQueue implements FeedListener {
  private records: FedRecord[] = [];
  private bytes = 0;
  private missed = 0;
  private lastMissed: FedRecord | null = null;
  private burst: unknown = null;
  private full = false;
  private reached: StorePosition | null = null;
  private onRecord: () => void = () => undefined;

  /** @param maxBytes what may wait where a burst begins */
  constructor(
    readonly tenant: string,
    readonly key: string,
    readonly condition: Condition,
    readonly matches: (record: FilteredRecord) => boolean,
    private readonly maxBytes: number,
  ) {}

  /** Where it begins. To be said before the first `next`. */
  begin(from: StorePosition): void {
    this.reached ??= from;
  }

  take(record: FedRecord): void {
    if (record.burst !== this.burst) {
      this.burst = record.burst;
      this.full = this.bytes > this.maxBytes;
    }
    if (this.missed > 0 || this.full) {
      this.missed++;
      this.lastMissed = record;
      return;
    }
    this.records.push(record);
    this.bytes += record.bytes.length + RECORD_WEIGHT;
    this.onRecord();
  }

  /** What the reader gets next; null where nothing waits. */
  next(): Queued | null {
    if (this.records.length > 0) return { kind: 'records', records: this.takeSome() };
    if (this.lastMissed === null || this.reached === null) return null;
    const [count, from, to] = [this.missed, this.reached, this.lastMissed.position()];
    this.missed = 0;
    this.lastMissed = null;
    this.reached = to;
    return { kind: 'missed', count, from, to };
  }

  /** Whether all that was taken has been handed on. */
  get isEmpty(): boolean {
    return this.records.length === 0 && this.missed === 0;
  }

  /** Resolves where a record has come, the signal was aborted or the time has passed. */
  async wait(ms: number, signal: AbortSignal): Promise<void> {
    if (!this.isEmpty || signal.aborted) return;
    await new Promise<void>((resolve) => {
      const end = (): void => {
        clearTimeout(timer);
        signal.removeEventListener('abort', end);
        this.onRecord = () => undefined;
        resolve();
      };
      const timer = setTimeout(end, ms);
      signal.addEventListener('abort', end, { once: true });
      this.onRecord = end;
    });
  }

  private takeSome(): FedRecord[] {
    let bytes = 0;
    let count = 0;
    for (const record of this.records) {
      if (count > 0 && bytes + record.bytes.length > MOST_BYTES) break;
      bytes += record.bytes.length;
      count++;
    }
    const taken = this.records.slice(0, count);
    this.records = this.records.slice(count);
    this.bytes -= bytes + count * RECORD_WEIGHT;
    this.reached = taken.at(-1)?.position() ?? this.reached;
    return taken;
  }
}
