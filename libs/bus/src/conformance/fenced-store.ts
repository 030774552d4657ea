import type { BusSource, FetchedBatch, PositionedSlice, StoredPosition } from '#domain';
import type { BatchHandler, BatchOutcome, PositionReader } from '#bus';

/**
 * The store's side of the contract, as far as a bus can see it: the position is the fence, and a retry key is known
 * once it was stored. Holds whatever survives a process, so that several processes can share one.
 */
export class FencedStore {
  readonly batches: FetchedBatch[] = [];
  private readonly slicesOf = new Map<number, PositionedSlice[]>();
  private readonly positions = new Map<number, StoredPosition>();
  private readonly retryKeys = new Set<string>();
  /** Called before anything is stored: may wait, may throw (then the store is away). */
  before: (batch: FetchedBatch) => Promise<void> | void = () => undefined;

  readonly handle: BatchHandler = async (batch): Promise<BatchOutcome> => {
    await this.before(batch);
    const stored = this.positions.get(batch.partition);
    if (stored && stored.next !== batch.from) return { kind: 'fenced', position: stored.next };
    requireWellFormed(batch);
    this.batches.push(batch);
    const duplicates = batch.slices.map((slice) => this.keep(batch.partition, slice));
    this.positions.set(batch.partition, { topicId: batch.source.topicId, next: batch.next });
    return { kind: 'stored', duplicates };
  };

  readonly readPositions: PositionReader = async (_source: BusSource, partitions) => {
    return new Map([...this.positions].filter(([partition]) => partitions.includes(partition)));
  };

  position(partition: number): bigint | undefined {
    return this.positions.get(partition)?.next;
  }

  /** As another process would move it, having stored what lies before. */
  move(partition: number, next: bigint, topicId = this.positions.get(partition)?.topicId ?? ''): void {
    this.positions.set(partition, { topicId, next });
  }

  slices(partition: number): readonly PositionedSlice[] {
    return this.slicesOf.get(partition) ?? [];
  }

  /** The values stored in a partition, as text, in order. */
  texts(partition: number): string[] {
    return this.slices(partition).map(({ value }) => value.toString());
  }

  count(): number {
    return [...this.slicesOf.values()].reduce((sum, slices) => sum + slices.length, 0);
  }

  private keep(partition: number, slice: PositionedSlice): boolean {
    const key = slice.retryKey && JSON.stringify([slice.tenant, slice.retryKey]);
    if (key !== undefined && this.retryKeys.has(key)) return true;
    if (key !== undefined) this.retryKeys.add(key);
    // The bytes are the bus's own until the handler returns.
    const kept = { ...slice, value: Buffer.from(slice.value) };
    const slices = this.slicesOf.get(partition);
    if (slices) slices.push(kept);
    else this.slicesOf.set(partition, [kept]);
    return false;
  }
}

function requireWellFormed(batch: FetchedBatch): void {
  let last = batch.from - 1n;
  for (const { offset } of batch.slices) {
    if (offset <= last || offset >= batch.next)
      throw new Error(`offset ${offset} does not follow ${last} within ${batch.from}..${batch.next}`);
    last = offset;
  }
  if (batch.next <= batch.from) throw new Error(`a batch from ${batch.from} must not end at ${batch.next}`);
}
