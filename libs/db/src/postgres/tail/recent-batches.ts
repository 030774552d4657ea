import type { FetchedBatch } from '#domain';
import { CopiedRows } from '../rows/rows-of-copy.js';
import type { Rows } from '../rows/reply.js';
import type { Stretch } from './tail-parts.js';

/** What lies between two positions of a partition: its rows in the order of ids. */
export interface KeptBatch {
  readonly stretch: Stretch;
  readonly rows: Rows;
}

/** A batch that is about to be stored, of which only its offsets are looked at. */
export interface BatchToStore {
  readonly epoch: number;
  readonly batch: Pick<FetchedBatch, 'partition' | 'from' | 'next'>;
}

interface Entry {
  readonly next: bigint;
  /** Null: it was not stored, or its rows are not known. Pending while it is being stored. */
  readonly rows: Promise<Rows | null>;
  /** 0 while it is being stored. */
  bytes: number;
}

/** Some seconds at full rate: what is forgotten is read from the database. */
const MAX_BYTES = 64 * 1024 * 1024;
/** A live tail asks several times a second. */
const ASKED_MS = 2_000;

/**
 * What this process has stored last, for the live tails of the same process: between two heads lie whole batches, and where it has
 * stored all of them itself, their rows need not be read again. Kept only while somebody asks.
 *
 * A batch is noted before it is stored, because a reader may hear of its new position before the writer hears of its end: the
 * reader waits for that, which is on its way.
 */
export class RecentBatches {
  /** By partition and first offset; the oldest first. */
  private readonly entries = new Map<string, Entry>();
  private readonly copied = new CopiedRows();
  private bytes = 0;
  private forgetting: NodeJS.Timeout | null = null;

  constructor(private readonly maxBytes = MAX_BYTES) {}

  /** Has what is stored from now on kept, for some seconds. */
  ask(): void {
    if (this.forgetting !== null) this.forgetting.refresh();
    else this.forgetting = setTimeout(() => this.forget(), ASKED_MS).unref();
  }

  /**
   * Stores batches, and keeps their rows where somebody asks.
   *
   * @param store stores all of them in one transaction, or none
   * @param rowsOf a stored batch's rows in COPY's format; valid during the call
   */
  async keep<Batch extends BatchToStore, T>(
    batches: readonly Batch[],
    store: () => Promise<T>,
    rowsOf: (batch: Batch) => Iterable<Buffer>,
  ): Promise<T> {
    if (this.forgetting === null) return store();
    const storing = store();
    const entered = batches.map((batch) => {
      const rows = storing.then(
        () => this.copiedRows(rowsOf(batch)),
        () => null,
      );
      return this.enter(batch, rows);
    });
    // The bytes are the caller's again once this resolves.
    await Promise.all(entered);
    return storing;
  }

  /**
   * The batches that lie between two positions, in the order of ids; null where some are not kept. They are forgotten then: a
   * process reads for all of its live tails at once.
   */
  async take(stretches: readonly Stretch[]): Promise<readonly KeptBatch[] | null> {
    const found: KeptBatch[] = [];
    for (const { from, end } of stretches) {
      if (from.index > 0) return null;
      for (let offset = from.offset; offset < end;) {
        const entry = this.entries.get(keyOf(from.epoch, from.partition, offset));
        const rows = entry === undefined || entry.next > end ? null : await entry.rows;
        if (entry === undefined || rows === null) return null;
        found.push({ stretch: { from: { ...from, offset }, end: entry.next }, rows });
        offset = entry.next;
      }
    }
    for (const { stretch } of found) this.remove(keyOf(stretch.from.epoch, stretch.from.partition, stretch.from.offset));
    return found;
  }

  private async enter({ epoch, batch: { partition, from, next } }: BatchToStore, rows: Entry['rows']): Promise<void> {
    const key = keyOf(epoch, partition, from);
    const entry: Entry = { next, rows, bytes: 0 };
    this.remove(key);
    this.entries.set(key, entry);
    const known = await rows;
    if (this.entries.get(key) !== entry) return;
    if (known === null) this.remove(key);
    else this.grow(entry, known.bytes.length);
  }

  /** What is stored is acknowledged, whatever cannot be read of it here. */
  private copiedRows(parts: Iterable<Buffer>): Rows | null {
    try {
      return this.copied.rowsOf(parts);
    } catch {
      return null;
    }
  }

  private remove(key: string): void {
    this.bytes -= this.entries.get(key)?.bytes ?? 0;
    this.entries.delete(key);
  }

  private grow(entry: Entry, bytes: number): void {
    entry.bytes = bytes;
    this.bytes += bytes;
    for (const key of this.entries.keys()) {
      if (this.bytes <= this.maxBytes) return;
      this.remove(key);
    }
  }

  private forget(): void {
    this.forgetting = null;
    this.entries.clear();
    this.bytes = 0;
  }
}

/** Batches as one, which follow one another. */
export function joinedRows(batches: readonly KeptBatch[]): Rows {
  const [first, ...others] = batches;
  if (first !== undefined && others.length === 0) return first.rows;
  const starts: number[] = [];
  let before = 0;
  for (const { rows } of batches) {
    for (const start of rows.starts) starts.push(before + start);
    before += rows.bytes.length;
  }
  return { bytes: Buffer.concat(batches.map(({ rows }) => rows.bytes)), starts };
}

function keyOf(epoch: number, partition: number, offset: bigint): string {
  return `${epoch}/${partition}/${offset}`;
}
