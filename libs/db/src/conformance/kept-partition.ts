import type { FetchedBatch, PositionedSlice } from '#domain';
import type { LogWriter, StoreOutcome } from '../api/log-writer.js';
import type { SliceOf, TestPartition } from './batches.js';

/** A partition of a bus that keeps what was written to it: any run of its messages can be handed over again. */
export class KeptPartition {
  readonly messages: PositionedSlice[] = [];
  /** Where its consumer is. */
  position = 0n;

  constructor(readonly at: TestPartition) {}

  write(...slices: readonly SliceOf[]): this {
    this.messages.push(...this.at.batch(...slices).slices);
    return this;
  }

  /** The messages from `from` on, `count` of them or as many as there are. */
  batch(from: bigint, count: number): FetchedBatch {
    const slices = this.messages.slice(Number(from), Number(from) + count);
    return { source: this.at.source, partition: this.at.partition, from, next: from + BigInt(slices.length), slices };
  }

  get atEnd(): boolean {
    return this.position === BigInt(this.messages.length);
  }

  /** Hands over what comes next, and goes on behind it or from where the store says. */
  async deliver(writer: LogWriter, count = this.messages.length): Promise<StoreOutcome> {
    const batch = this.batch(this.position, count);
    const outcome = await writer.store(batch, async () => undefined);
    if (outcome.kind === 'stored') this.position = batch.next;
    else this.position = outcome.position ?? this.position;
    return outcome;
  }
}
