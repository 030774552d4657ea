import kafkajs, { type Consumer } from 'kafkajs';
import { kafkajsConfig, type KafkaConnection } from './connection.js';
import type { BusLogger } from './logging.js';
import { GrowingPause, messageOf, within } from '../queue/pause.js';
import { SocketSet } from './socket-set.js';

export interface MembershipOptions {
  readonly connection: KafkaConnection;
  readonly topic: string;
  readonly groupId: string;
  /** After this long without a sign of life the group gives our partitions to others, milliseconds. */
  readonly sessionTimeoutMs: number;
}

/** Told in this order: assigned, revoked, assigned, ... */
export interface MembershipEvents {
  readonly assigned: (partitions: readonly number[]) => void;
  readonly revoked: () => void;
  /** What keeps us out of the group; null: nothing any more. */
  readonly problem: (sentence: string | null) => void;
}

const REQUEST_TIMEOUT_MS = 10_000;
const REBALANCE_TIMEOUT_MS = 30_000;
/** A consumer that has nothing to fetch looks at its heartbeat this often. */
const IDLE_LOOP_MS = 500;
/** How soon partitions that were added are noticed. */
const METADATA_AGE_MS = 10_000;
const LEAVE_TIMEOUT_MS = 5_000;
/**
 * About a minute: a broker that starts again is back by then and still knows the member, who goes on at once. A new member would
 * have to wait for the old one's session to end.
 */
const RETRIES = 30;

/**
 * Membership in the consumer group, kept by kafkajs: which partitions are ours.
 *
 * kafkajs's consumer fetches nothing here: every partition is paused in the moment it is assigned, so its loop only
 * keeps the heartbeat going, whatever the handlers are doing. (Its own fetching resets an offset out of range in
 * silence, fails a whole fetch for one bad record batch, and stops the heartbeat while a batch is processed.)
 * When kafkajs gives up, a new consumer is made after a growing pause, for ever.
 */
export class GroupMembership {
  private readonly abort = new AbortController();
  private consumer: Consumer | null = null;
  private running: Promise<void> = Promise.resolve();

  constructor(
    private readonly options: MembershipOptions,
    private readonly events: MembershipEvents,
    private readonly logger: BusLogger,
  ) {}

  /** Resolves when the first partitions were assigned (or none, where there are more members than partitions), or by `stop`. */
  start(): Promise<void> {
    return new Promise((resolve) => {
      this.running = this.run(resolve).finally(resolve);
    });
  }

  async stop(): Promise<void> {
    this.abort.abort();
    await this.running;
  }

  /** Tells the broker where we stand, for lag tools only. Rejects where that fails; nothing depends on it. */
  async commit(positions: ReadonlyMap<number, bigint>): Promise<void> {
    const { topic } = this.options;
    const offsets = [...positions].map(([partition, offset]) => ({ topic, partition, offset: offset.toString() }));
    await this.consumer?.commitOffsets(offsets);
  }

  private async run(joined: () => void): Promise<void> {
    const retry = new GrowingPause(200, 5_000);
    const worked = (): void => {
      retry.reset();
      joined();
    };
    while (!this.abort.signal.aborted) {
      try {
        await this.consume(worked);
      } catch (error) {
        this.events.problem(
          `The consumer group ${this.options.groupId} can't be joined for topic ${this.options.topic}: ${messageOf(error)}`,
        );
      }
      await retry.wait(this.abort.signal);
    }
    this.events.problem(null);
  }

  /** One consumer's life: resolves when we are told to stop, rejects when kafkajs gives up. */
  private async consume(joined: () => void): Promise<void> {
    const { connection, groupId, topic, sessionTimeoutMs } = this.options;
    const sockets = new SocketSet();
    const kafka = new kafkajs.Kafka(kafkajsConfig(connection, this.logger, sockets, REQUEST_TIMEOUT_MS));
    const consumer = kafka.consumer({
      groupId,
      sessionTimeout: sessionTimeoutMs,
      heartbeatInterval: Math.min(3_000, Math.floor(sessionTimeoutMs / 4)),
      rebalanceTimeout: REBALANCE_TIMEOUT_MS,
      maxWaitTimeInMs: IDLE_LOOP_MS,
      metadataMaxAge: METADATA_AGE_MS,
      allowAutoTopicCreation: false,
      retry: { initialRetryTime: 200, maxRetryTime: 2_000, retries: RETRIES, restartOnFailure: async () => false },
    });
    let over = false;
    const { GROUP_JOIN, REBALANCING, CRASH } = consumer.events;
    consumer.on(REBALANCING, () => {
      if (!over) this.events.revoked();
    });
    consumer.on(GROUP_JOIN, ({ payload }) => {
      if (over) return;
      const partitions = [...(payload.memberAssignment[topic] ?? [])].sort((a, b) => a - b);
      if (partitions.length > 0) consumer.pause([{ topic, partitions }]);
      this.consumer = consumer;
      this.events.problem(null);
      this.events.revoked();
      this.events.assigned(partitions);
      joined();
    });
    const crashed = new Promise<never>((_, reject) => {
      consumer.on(CRASH, ({ payload }) => reject(payload.error));
    });
    try {
      await this.unlessStopped(Promise.race([crashed, consumeForever(consumer, topic)]));
    } finally {
      over = true;
      this.consumer = null;
      this.events.revoked();
      await within(consumer.disconnect(), LEAVE_TIMEOUT_MS, 'late').catch(() => undefined);
      sockets.destroy();
    }
  }

  /** Resolves by `stop` at once: what kafkajs does with a broker that is away may last long. */
  private async unlessStopped(life: Promise<never>): Promise<void> {
    const { signal } = this.abort;
    let stop = (): void => undefined;
    const stopped = new Promise<void>((resolve) => {
      stop = resolve;
      signal.addEventListener('abort', stop, { once: true });
      if (signal.aborted) resolve();
    });
    try {
      await Promise.race([stopped, life]);
    } finally {
      signal.removeEventListener('abort', stop);
    }
  }
}

/** Joins the group and stays; rejects where joining fails. */
async function consumeForever(consumer: Consumer, topic: string): Promise<never> {
  await consumer.connect();
  await consumer.subscribe({ topic, fromBeginning: true });
  await consumer.run({ autoCommit: false, eachBatchAutoResolve: false, eachBatch: async () => undefined });
  return new Promise<never>(() => undefined);
}
