import type { LogPublisher, OutgoingSlice, PublishOutcome } from '../api/log-publisher.js';
import { ClusterClient } from './cluster-client.js';
import { availableCompression, type Compression } from './codecs/codecs.js';
import type { KafkaConnection } from './connection.js';
import type { BusLogger } from './logging.js';
import { sliceHeaders } from './message.js';
import { GrowingPause, messageOf, pause } from '../queue/pause.js';
import { retryDelayMs } from '../queue/retry-delay.js';
import { ProduceError, type ProduceOptions, ProduceSession } from './produce-session.js';
import type { OutgoingMessage } from './protocol/record-writer.js';
import { RecentRetries } from './recent-retries.js';
import { type PendingCall, type QueueLimits, type QueuedSlice, SendQueue, sizeOf } from './send-queue.js';

export interface KafkaLogPublisherOptions {
  readonly connection: KafkaConnection;
  /** Default `logs.raw`. */
  readonly topic?: string;
  readonly logger: BusLogger;
  /** Default `lz4`; where this platform can't write it, gzip. */
  readonly compression?: Compression;
  /** Bound of one produce request, milliseconds; a call waits at most twice as long. Default 6,000. */
  readonly requestTimeoutMs?: number;
  readonly limits?: Partial<QueueLimits>;
}

const DEFAULT_TOPIC = 'logs.raw';
const DEFAULT_REQUEST_TIMEOUT_MS = 6_000;
const MIB = 1024 * 1024;
const DEFAULT_LIMITS: QueueLimits = {
  queueBytes: 64 * MIB,
  tenantBytes: 32 * MIB,
  requestBytes: 8 * MIB,
  partitionBytes: 3.5 * MIB,
};
/** A slice may be as large as a record batch of its own: the topic's max.message.bytes, and room for what does not compress. */
const MAX_MESSAGE_BYTES = 4 * MIB - 64 * 1024;
const DESCRIBE_EVERY_MS = 10_000;
const FIRST_PROBE_MS = 100;
const MAX_PROBE_MS = 500;

type State =
  | { readonly kind: 'up'; readonly session: ProduceSession }
  /** Calls are refused at once; a probe tries to open a session. */
  | { readonly kind: 'down'; readonly reason: string }
  | { readonly kind: 'stopped' };

/**
 * Publishes slices with an idempotent producer, acks=all.
 *
 * States: `down` (from the start, and after any request that failed) until a probe in the background has a session,
 * then `up`. While `up`, one produce request is under way at a time, which keeps the order per partition; what arrives
 * meanwhile waits in the SendQueue and shares the next request.
 *
 * A request that fails ends the session (see ProduceSession): its calls and all that wait behind it are unavailable.
 */
export class KafkaLogPublisher implements LogPublisher {
  private readonly cluster: ClusterClient;
  private readonly produce: ProduceOptions;
  private readonly queue: SendQueue;
  private readonly recent = new RecentRetries();
  private readonly stopping = new AbortController();
  private state: State = { kind: 'down', reason: 'not connected yet' };
  private partitions = 1;
  private isPumping = false;
  private hasOtherPartitions = false;
  private lastRequestMs = 0;
  private describeTimer: NodeJS.Timeout | undefined;

  constructor(private readonly options: KafkaLogPublisherOptions) {
    this.cluster = new ClusterClient(options.connection, options.logger);
    const wanted = options.compression ?? 'lz4';
    const compression = availableCompression(wanted);
    if (compression !== wanted)
      options.logger.warn({ wanted, compression }, 'lz4-napi has no binary for this platform, compressing with gzip');
    this.produce = {
      connection: options.connection,
      topic: options.topic ?? DEFAULT_TOPIC,
      compression,
      requestTimeoutMs: options.requestTimeoutMs ?? DEFAULT_REQUEST_TIMEOUT_MS,
    };
    this.queue = new SendQueue({ ...DEFAULT_LIMITS, ...options.limits });
  }

  /** Resolves once the bus was reached for the first time (or by `stop`); calls before that are unavailable. */
  async start(): Promise<void> {
    this.describeTimer = setInterval(() => void this.followGrowth(), DESCRIBE_EVERY_MS);
    this.describeTimer.unref();
    await this.probe();
  }

  /** Sends what waits, for at most `timeoutMs`, and refuses new calls. */
  async stop(timeoutMs = 5_000): Promise<void> {
    clearInterval(this.describeTimer);
    this.stopping.abort();
    const deadline = Date.now() + timeoutMs;
    while ((this.isPumping || !this.queue.isEmpty) && this.state.kind === 'up' && Date.now() < deadline) await pause(10);
    if (this.state.kind === 'up') this.state.session.close();
    this.state = { kind: 'stopped' };
    this.failQueued('the process is stopping');
    this.cluster.close();
  }

  partitionCount(): number {
    return this.partitions;
  }

  /** Sentences that say what keeps this publisher from working; empty when all is well. */
  problems(): readonly string[] {
    return this.state.kind === 'down' ? [this.unavailable(this.state.reason)] : [];
  }

  publish(slices: readonly OutgoingSlice[]): Promise<PublishOutcome> {
    if (slices.length === 0) return Promise.resolve({ kind: 'durable', duplicate: false });
    this.requireSendable(slices);
    if (this.stopping.signal.aborted) return Promise.resolve({ kind: 'unavailable', reason: 'the process is stopping' });
    if (this.recent.knowsAll(slices)) return Promise.resolve({ kind: 'durable', duplicate: true });
    if (this.state.kind === 'down') return Promise.resolve({ kind: 'unavailable', reason: this.unavailable(this.state.reason) });
    return new Promise((settle) => {
      const bytes = slices.reduce((sum, slice) => sum + sizeOf(slice), 0);
      const call = { slices, bytes, enqueuedAt: Date.now(), settle, left: slices.length, settled: false };
      if (!this.queue.offer(call)) settle({ kind: 'overloaded', retryAfterMs: this.retryAfterMs() });
      else this.pump();
    });
  }

  private requireSendable(slices: readonly OutgoingSlice[]): void {
    for (const slice of slices) {
      if (!Number.isInteger(slice.partition) || slice.partition < 0)
        throw new RangeError(`there is no partition ${slice.partition}`);
      if (sizeOf(slice) > MAX_MESSAGE_BYTES)
        throw new RangeError(`a slice of ${slice.value.length} bytes is larger than the bus takes`);
      if (slice.tenant !== slices[0]?.tenant) throw new RangeError('the slices of one call must be of one tenant');
    }
  }

  private pump(): void {
    if (this.isPumping) return;
    this.isPumping = true;
    // The calls that arrive in the same turn of the event loop go together.
    setImmediate(() => {
      void this.sendQueued().finally(() => {
        this.isPumping = false;
        if ((this.hasOtherPartitions || !this.queue.isEmpty) && this.state.kind === 'up') this.pump();
      });
    });
  }

  private async sendQueued(): Promise<void> {
    while (this.state.kind === 'up' && (this.hasOtherPartitions || !this.queue.isEmpty)) {
      if (this.hasOtherPartitions) await this.changeSession();
      if (this.state.kind !== 'up') return;
      const request = this.dropOverdue(this.queue.takeRequest());
      if (request.length === 0) continue;
      const startedAt = Date.now();
      try {
        await this.state.session.send(request.map(toMessage));
        for (const { call } of request) this.sliceIsDurable(call);
      } catch (error) {
        await this.requestFailed(request, error);
      }
      this.lastRequestMs = Date.now() - startedAt;
    }
  }

  private async requestFailed(request: readonly QueuedSlice[], error: unknown): Promise<void> {
    const isTooLarge = error instanceof ProduceError && error.isTooLarge;
    const reason = isTooLarge ? `${messageOf(error)} (is the topic's max.message.bytes at least 4 MiB?)` : messageOf(error);
    for (const { call } of request) this.settle(call, { kind: 'unavailable', reason: this.unavailable(reason) });
    this.goDown(reason);
    this.options.logger.warn({ topic: this.produce.topic, slices: request.length, reason }, 'publishing failed');
    void this.probe();
  }

  private goDown(reason: string): void {
    if (this.state.kind === 'stopped') return;
    this.state = { kind: 'down', reason };
    this.failQueued(reason);
  }

  /** Tries to open a session until that works or the publisher is stopped. */
  private async probe(): Promise<void> {
    const retry = new GrowingPause(FIRST_PROBE_MS, MAX_PROBE_MS);
    while (this.state.kind === 'down' && !this.stopping.signal.aborted) {
      try {
        await this.openSession();
      } catch (error) {
        if (this.state.kind === 'down') this.state = { kind: 'down', reason: messageOf(error) };
        await retry.wait(this.stopping.signal);
      }
    }
  }

  private async openSession(): Promise<void> {
    const session = await ProduceSession.open(this.produce, this.options.logger);
    if (this.state.kind === 'stopped' || this.stopping.signal.aborted) {
      session.close();
      return;
    }
    if (this.state.kind === 'up') this.state.session.close();
    this.partitions = session.partitionCount;
    this.state = { kind: 'up', session };
    this.options.logger.info({ topic: this.produce.topic, partitions: this.partitions }, 'connected to Kafka');
  }

  private async followGrowth(): Promise<void> {
    if (this.state.kind !== 'up') return;
    try {
      const { topic } = await this.cluster.describe(this.produce.topic);
      if (!topic || topic.partitions.length === this.partitions) return;
      this.hasOtherPartitions = true;
      this.pump();
    } catch (error) {
      this.options.logger.debug({ reason: messageOf(error) }, 'the partitions of the topic could not be asked for');
    }
  }

  /**
   * Opens, between two requests, a session that knows all partitions, before callers are told of them:
   * a session sends to the partitions that were there when it was opened.
   */
  private async changeSession(): Promise<void> {
    this.hasOtherPartitions = false;
    try {
      await this.openSession();
    } catch (error) {
      this.goDown(messageOf(error));
      void this.probe();
    }
  }

  private dropOverdue(request: readonly QueuedSlice[]): QueuedSlice[] {
    const oldest = Date.now() - this.produce.requestTimeoutMs;
    for (const { call } of request) {
      if (call.enqueuedAt < oldest)
        this.settle(call, { kind: 'unavailable', reason: this.unavailable('the queue moves too slowly') });
    }
    return request.filter(({ call }) => !call.settled);
  }

  private sliceIsDurable(call: PendingCall): void {
    call.left--;
    if (call.left > 0 || call.settled) return;
    this.recent.remember(call.slices);
    this.settle(call, { kind: 'durable', duplicate: false });
  }

  private failQueued(reason: string): void {
    for (const call of this.queue.takeAll()) this.settle(call, { kind: 'unavailable', reason: this.unavailable(reason) });
  }

  private settle(call: PendingCall, outcome: PublishOutcome): void {
    if (call.settled) return;
    call.settled = true;
    this.queue.release(call);
    call.settle(outcome);
  }

  private unavailable(reason: string): string {
    return `Kafka at ${this.options.connection.brokers.join(',')} does not take records now: ${reason}`;
  }

  /** About as long as it takes to send what waits. */
  private retryAfterMs(): number {
    const requests = this.queue.queuedBytes / (this.options.limits?.requestBytes ?? DEFAULT_LIMITS.requestBytes);
    return retryDelayMs(requests, this.lastRequestMs);
  }
}

function toMessage({ slice }: QueuedSlice): OutgoingMessage {
  return { partition: slice.partition, key: slice.messageKey ?? null, value: slice.value, headers: sliceHeaders(slice) };
}
