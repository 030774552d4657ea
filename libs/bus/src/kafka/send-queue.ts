import type { OutgoingSlice, PublishOutcome } from '../api/log-publisher.js';
import { ByteBudget } from '../queue/byte-budget.js';
import { MESSAGE_OVERHEAD_BYTES } from './message.js';

/** Bounds of what waits and of one produce request, in bytes before compression. */
export interface QueueLimits {
  readonly queueBytes: number;
  readonly tenantBytes: number;
  /** Of one request, over all partitions. */
  readonly requestBytes: number;
  /** Of one request in one partition: it becomes one record batch, which max.message.bytes bounds. */
  readonly partitionBytes: number;
}

/** One call of `publish`, until its outcome is known. */
export interface PendingCall {
  readonly slices: readonly OutgoingSlice[];
  readonly bytes: number;
  readonly enqueuedAt: number;
  readonly settle: (outcome: PublishOutcome) => void;
  /** Slices not yet durable. */
  left: number;
  settled: boolean;
}

export interface QueuedSlice {
  readonly slice: OutgoingSlice;
  readonly call: PendingCall;
}

/**
 * What waits for the next produce request: per partition a first-in-first-out line.
 *
 * Bytes count from `offer` until `release`, those of the request under way included.
 */
export class SendQueue {
  private readonly lines = new Map<number, QueuedSlice[]>();
  private readonly budget: ByteBudget;
  private firstPartition = 0;

  constructor(private readonly limits: QueueLimits) {
    this.budget = new ByteBudget(limits.queueBytes, limits.tenantBytes);
  }

  get queuedBytes(): number {
    return this.budget.used;
  }

  get isEmpty(): boolean {
    return this.lines.size === 0;
  }

  /** False: there is no room. All slices of a call have one tenant. */
  offer(call: PendingCall): boolean {
    if (!this.budget.take(tenantOf(call), call.bytes)) return false;
    for (const slice of call.slices) {
      const line = this.lines.get(slice.partition);
      if (line) line.push({ slice, call });
      else this.lines.set(slice.partition, [{ slice, call }]);
    }
    return true;
  }

  /** Takes out what goes into the next request: oldest first within a partition; slices of settled calls are left out. */
  takeRequest(): QueuedSlice[] {
    const { requestBytes, partitionBytes } = this.limits;
    const request: QueuedSlice[] = [];
    let total = 0;
    for (const [partition, line] of this.inTurn()) {
      let taken = 0;
      let inPartition = 0;
      for (const queued of line) {
        const size = sizeOf(queued.slice);
        if (!queued.call.settled) {
          const fits = total + size <= requestBytes && inPartition + size <= partitionBytes;
          if (!fits && (inPartition > 0 || request.length > 0)) break;
          request.push(queued);
          total += size;
          inPartition += size;
        }
        taken++;
      }
      if (taken === line.length) this.lines.delete(partition);
      else line.splice(0, taken);
    }
    return request;
  }

  /** Gives a settled call's room back. */
  release(call: PendingCall): void {
    this.budget.giveBack(tenantOf(call), call.bytes);
  }

  /** Empties the lines; the calls that were in them. */
  takeAll(): Set<PendingCall> {
    const calls = new Set([...this.lines.values()].flat().map(({ call }) => call));
    this.lines.clear();
    return calls;
  }

  /** Every request begins with another partition, so that a full one does not starve the others. */
  private inTurn(): [number, QueuedSlice[]][] {
    const lines = [...this.lines].sort(([a], [b]) => a - b);
    const start = lines.findIndex(([partition]) => partition > this.firstPartition);
    const turned = start <= 0 ? lines : [...lines.slice(start), ...lines.slice(0, start)];
    this.firstPartition = turned[0]?.[0] ?? 0;
    return turned;
  }
}

export function sizeOf(slice: OutgoingSlice): number {
  return slice.value.length + MESSAGE_OVERHEAD_BYTES;
}

function tenantOf(call: PendingCall): string {
  return call.slices[0]?.tenant ?? '';
}
