import type { BusSource } from '#domain';
import type { LogPublisher, OutgoingSlice, PublishOutcome } from '../api/log-publisher.js';
import type { BatchHandler, LogSource, PartitionLag, PositionReader } from '../api/log-source.js';
import { ByteBudget } from '../queue/byte-budget.js';
import { GrowingPause, messageOf } from '../queue/pause.js';
import { retryDelayMs } from '../queue/retry-delay.js';
import { Call } from './call.js';
import { Lane, type LaneLimits } from './lane.js';
import { Turns } from './turns.js';

export interface InProcessBusOptions {
  /** Default 2: measured best on 2 cores; more of them only make smaller transactions (bench/README.md). */
  readonly partitions?: number;
  /** Bytes of values that may wait or be under way, in total and of one tenant. Defaults 64 MiB and 32 MiB. */
  readonly queueBytes?: number;
  readonly tenantBytes?: number;
  /** Defaults: 8 MiB and 10,000 slices. */
  readonly batch?: Partial<LaneLimits>;
  /** Bound of a call's waiting, milliseconds. Default 10,000. */
  readonly publishTimeoutMs?: number;
}

const MIB = 1024 * 1024;
const DEFAULT_PARTITIONS = 2;
const DEFAULT_QUEUE_BYTES = 64 * MIB;
const DEFAULT_TENANT_BYTES = 32 * MIB;
const DEFAULT_BATCH: LaneLimits = { batchBytes: 8 * MIB, batchSlices: 10_000 };
const DEFAULT_PUBLISH_TIMEOUT_MS = 10_000;
/** What Kafka takes in one message, so that both buses refuse the same. */
const MAX_SLICE_BYTES = 4 * MIB - 64 * 1024;
const FIRST_PAUSE_MS = 100;
const MAX_PAUSE_MS = 2_000;
const SOURCE: BusSource = { clusterId: 'in-process', topic: 'logs', topicId: '', transient: true };

/**
 * The bus of the all-in-one: publishing is storing. A call is durable once the store has committed all its slices.
 *
 * Nothing is kept beyond the process; nothing has to be, for whatever was not stored was not acknowledged either.
 * States: `starting` (calls are unavailable until the positions were read), `running`, `stopped`.
 */
export class InProcessBus implements LogPublisher, LogSource {
  private readonly budget: ByteBudget;
  private readonly limits: LaneLimits;
  private readonly partitions: number;
  private readonly timeoutMs: number;
  /** In the order in which they came. */
  private readonly calls = new Set<Call>();
  private readonly stopping = new AbortController();
  private lanes: readonly Lane[] = [];
  private waitsFor: string | null = 'the store';
  private overdueTimer: NodeJS.Timeout | undefined;

  constructor(options: InProcessBusOptions = {}) {
    this.partitions = options.partitions ?? DEFAULT_PARTITIONS;
    this.budget = new ByteBudget(options.queueBytes ?? DEFAULT_QUEUE_BYTES, options.tenantBytes ?? DEFAULT_TENANT_BYTES);
    this.limits = { ...DEFAULT_BATCH, ...options.batch };
    this.timeoutMs = options.publishTimeoutMs ?? DEFAULT_PUBLISH_TIMEOUT_MS;
  }

  partitionCount(): number {
    return this.partitions;
  }

  async start(handler: BatchHandler, readPositions: PositionReader): Promise<void> {
    const numbers = Array.from({ length: this.partitions }, (_, partition) => partition);
    const positions = await this.readUntilThere(() => readPositions(SOURCE, numbers));
    if (!positions) return;
    const turns = new Turns();
    this.lanes = numbers.map(
      (partition) => new Lane(SOURCE, partition, positions.get(partition)?.next ?? 0n, handler, this.limits, turns),
    );
    this.overdueTimer = setInterval(() => this.failOverdue(), Math.min(1_000, this.timeoutMs / 4));
    this.overdueTimer.unref();
  }

  /** Stores what waits, for at most `timeoutMs`, and refuses new calls; what is left then is answered unavailable. */
  async stop(timeoutMs = 10_000): Promise<void> {
    this.stopping.abort();
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<void>((resolve) => (timer = setTimeout(resolve, timeoutMs)));
    await Promise.race([Promise.all(this.lanes.map((lane) => lane.idle())), late]);
    clearTimeout(timer);
    clearInterval(this.overdueTimer);
    for (const lane of this.lanes) lane.failWaiting(new Error('the process is stopping'));
    for (const call of this.calls) call.answer({ kind: 'unavailable', reason: 'the process is stopping' });
  }

  problems(): readonly string[] {
    return this.waitsFor === null ? [] : [`The in-process bus waits for ${this.waitsFor}.`];
  }

  lag(): readonly PartitionLag[] {
    return this.lanes.map((lane, partition) => ({ topic: SOURCE.topic, partition, offsets: BigInt(lane.waiting) }));
  }

  publish(slices: readonly OutgoingSlice[]): Promise<PublishOutcome> {
    this.requireSendable(slices);
    const tenant = slices[0]?.tenant;
    if (tenant === undefined) return Promise.resolve({ kind: 'durable', duplicate: false });
    if (this.stopping.signal.aborted) return Promise.resolve({ kind: 'unavailable', reason: 'the process is stopping' });
    if (this.waitsFor !== null) return Promise.resolve({ kind: 'unavailable', reason: `waiting for ${this.waitsFor}` });
    const bytes = slices.reduce((sum, slice) => sum + slice.value.length, 0);
    if (!this.budget.take(tenant, bytes)) return Promise.resolve({ kind: 'overloaded', retryAfterMs: this.retryAfterMs() });
    return new Promise((resolve) => {
      const call = new Call(slices.length, resolve, () => {
        this.calls.delete(call);
        this.budget.giveBack(tenant, bytes);
      });
      this.calls.add(call);
      for (const slice of slices) this.lanes[slice.partition]?.add(call.entry(slice));
    });
  }

  private requireSendable(slices: readonly OutgoingSlice[]): void {
    for (const { partition, tenant, value } of slices) {
      if (!Number.isInteger(partition) || partition < 0 || partition >= this.partitions)
        throw new RangeError(`there is no partition ${partition}`);
      if (value.length > MAX_SLICE_BYTES) throw new RangeError(`a slice of ${value.length} bytes is larger than the bus takes`);
      if (tenant !== slices[0]?.tenant) throw new RangeError('the slices of one call must be of one tenant');
    }
  }

  /** Null: stopped while waiting. */
  private async readUntilThere<T>(read: () => Promise<T>): Promise<T | null> {
    const retry = new GrowingPause(FIRST_PAUSE_MS, MAX_PAUSE_MS);
    while (!this.stopping.signal.aborted) {
      try {
        const result = await read();
        this.waitsFor = null;
        return result;
      } catch (error) {
        this.waitsFor = `the store: ${messageOf(error)}`;
        await retry.wait(this.stopping.signal);
      }
    }
    return null;
  }

  private failOverdue(): void {
    const oldest = Date.now() - this.timeoutMs;
    for (const call of this.calls) {
      if (call.startedAt > oldest) return;
      call.answer({ kind: 'unavailable', reason: `not stored within ${this.timeoutMs} ms` });
    }
  }

  private retryAfterMs(): number {
    const lastBatchMs = Math.max(0, ...this.lanes.map((lane) => lane.lastBatchMs));
    return retryDelayMs(this.budget.used / (this.limits.batchBytes * this.partitions), lastBatchMs);
  }
}
