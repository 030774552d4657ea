import type { BusSource, FetchedBatch } from '#domain';
import type { OutgoingSlice } from '../api/log-publisher.js';
import type { BatchHandler } from '../api/log-source.js';
import type { Turns } from './turns.js';

/** One slice that waits, and whom to tell what became of it. */
export interface LaneEntry {
  readonly slice: OutgoingSlice;
  /** False: its call was answered already, there is no point in storing it. */
  readonly isWanted: () => boolean;
  readonly stored: (duplicate: boolean) => void;
  readonly failed: (error: unknown) => void;
}

export interface LaneLimits {
  /** Bytes of values that make a batch full. */
  readonly batchBytes: number;
  readonly batchSlices: number;
}

/** A handler that fences the same batch this often contradicts itself. */
const MAX_FENCES = 5;
/** Bytes of values from which on a transaction is worth its cost. */
const WORTHWHILE_BYTES = 64 * 1024;

/**
 * One partition of the in-process bus: a line of slices, of which one batch at a time is handed to the store.
 *
 * Offsets count slices. An entry leaves the line when its batch is handed over and is answered when that settles:
 * stored, or failed. A failed batch is not handed over again here, because its callers wait: they are told at once and
 * send again if they want to. Whether it was stored is unknown then; if it was, the next batch is fenced, and takes
 * the position from there.
 */
export class Lane {
  private entries: LaneEntry[] = [];
  private running: Promise<void> | null = null;
  /** How long the last batch took, milliseconds. */
  lastBatchMs = 0;

  constructor(
    private readonly source: BusSource,
    private readonly partition: number,
    private position: bigint,
    private readonly handler: BatchHandler,
    private readonly limits: LaneLimits,
    private readonly turns: Turns,
  ) {}

  get waiting(): number {
    return this.entries.length;
  }

  add(entry: LaneEntry): void {
    this.entries.push(entry);
    this.running ??= this.run();
  }

  /** Resolves once nothing waits and nothing is under way. */
  async idle(): Promise<void> {
    while (this.running) await this.running;
  }

  /** Fails what waits; what is under way goes on. */
  failWaiting(error: unknown): void {
    for (const entry of this.entries.splice(0)) entry.failed(error);
  }

  private async run(): Promise<void> {
    // The calls that arrive in the same turn of the event loop go together.
    await new Promise((resolve) => setImmediate(resolve));
    while (this.entries.length > 0) {
      if (!this.isWorthwhile()) await this.turns.next();
      const entries = this.takeBatch();
      if (entries.length > 0) await this.turns.during(() => this.handOver(entries));
    }
    this.running = null;
  }

  private isWorthwhile(): boolean {
    let bytes = 0;
    return this.entries.some(({ slice }) => (bytes += slice.value.length) >= WORTHWHILE_BYTES);
  }

  private takeBatch(): LaneEntry[] {
    let bytes = 0;
    let taken = 0;
    for (const { slice } of this.entries) {
      if (taken > 0 && (bytes + slice.value.length > this.limits.batchBytes || taken >= this.limits.batchSlices)) break;
      bytes += slice.value.length;
      taken++;
    }
    return this.entries.splice(0, taken).filter((entry) => {
      if (!entry.isWanted()) entry.failed(new Error('its call was answered before'));
      return entry.isWanted();
    });
  }

  private async handOver(entries: readonly LaneEntry[]): Promise<void> {
    const startedAt = Date.now();
    try {
      const duplicates = await this.store(entries);
      entries.forEach((entry, i) => entry.stored(duplicates[i] ?? false));
    } catch (error) {
      for (const entry of entries) entry.failed(error);
    }
    this.lastBatchMs = Date.now() - startedAt;
  }

  private async store(entries: readonly LaneEntry[]): Promise<readonly boolean[]> {
    for (let fences = 0; fences < MAX_FENCES; fences++) {
      const batch = this.batchOf(entries);
      const outcome = await this.handler(batch);
      if (outcome.kind === 'stored') {
        this.position = batch.next;
        return outcome.duplicates;
      }
      this.position = outcome.position ?? 0n;
    }
    throw new Error(`the store refuses partition ${this.partition} at the position ${this.position} that it names itself`);
  }

  private batchOf(entries: readonly LaneEntry[]): FetchedBatch {
    const from = this.position;
    const slices = entries.map(({ slice: { tenant, value, receivedAt, retryKey } }, i) => ({
      tenant,
      value,
      receivedAt,
      ...(retryKey ? { retryKey } : {}),
      offset: from + BigInt(i),
    }));
    return { source: this.source, partition: this.partition, from, next: from + BigInt(entries.length), slices };
  }
}
