import type { BusSource, DeadLetter, FetchedBatch, PositionedSlice } from '#domain';
import type { BatchHandler, PositionReader } from '../api/log-source.js';
import type { DeadLetters } from '../api/dead-letters.js';
import type { BrokerLink } from './broker-link.js';
import type { ClusterClient } from './cluster-client.js';
import type { BusLogger } from './logging.js';
import { GrowingPause, messageOf, pause } from '../queue/pause.js';
import { PositionMismatchError, rangeMismatch, requireSameTopic } from './positions.js';
import { type FetchAnswer, fetchCall } from './protocol/fetch-call.js';
import { type ForeignDecoder, readMessage } from './read-message.js';
import { RecordCursor, type RecordRun } from './record-cursor.js';

/** Bounds of what is read at a time. */
export interface ReadLimits {
  /** Compressed bytes of one fetch. */
  readonly fetchBytes: number;
  /** How long the broker waits for the first record, milliseconds. */
  readonly fetchWaitMs: number;
  /** Decompressed bytes of values that make a batch full. */
  readonly batchBytes: number;
  readonly batchRecords: number;
}

/** What a reader needs of its source. */
export interface ReaderContext {
  readonly cluster: ClusterClient;
  readonly topic: string;
  readonly limits: ReadLimits;
  readonly handler: BatchHandler;
  readonly readPositions: PositionReader;
  readonly deadLetters: DeadLetters;
  readonly decodeForeign: ForeignDecoder;
  /** Whether no message is one of ours. */
  readonly isForeign: boolean;
  readonly logger: BusLogger;
  /** What keeps a partition from going on; null: nothing any more. */
  readonly problem: (partition: number, sentence: string | null) => void;
  /** A batch is stored: where the partition stands, and how many offsets the broker has beyond it. */
  readonly progress: (partition: number, next: bigint, lag: bigint) => void;
}

/** Kafka's error codes that are acted on: https://kafka.apache.org/protocol#protocol_error_codes */
const OFFSET_OUT_OF_RANGE = 1;
/** The leader moved, the topic is gone or its id is another: all are cleared up by asking the cluster anew. */
const ASK_AGAIN = new Set([3, 5, 6, 9, 56, 74, 75, 78, 100, 103]);
/** A position beyond the end is believed only when it lasts: a new leader may not know the end at once. */
const RANGE_CHECKS = 3;
const RANGE_CHECK_PAUSE_MS = 500;
/**
 * After a small fetch the next one waits a moment, so that single records come by the hundred: a fetch and a transaction for each
 * would cost broker, processor and database more than the records do. Nobody waits for an answer here.
 */
const SMALL_FETCH_BYTES = 64 * 1024;
const REST_MS = 20;
const FIRST_PAUSE_MS = 100;
const MAX_PAUSE_MS = 5_000;

/** Asking the cluster anew may help; nothing is wrong yet. */
class AskAgainError extends Error {}

/**
 * Reads one partition from its stored position on and hands on what it reads, as long as the group gives it to us.
 *
 * States, one after the other, each from the start again after an error and a growing pause:
 * 1. identify: ask the cluster for the topic's id, the store for the position; a mismatch is a problem with a repair,
 *    and this state is tried again until the mismatch is gone;
 * 2. fetch: from the leader, by topic id, at exactly the position. The broker refuses the id of a topic that was made
 *    anew (back to 1) and an offset that it doesn't keep (a problem, back to 1): nothing is ever reset or skipped;
 * 3. deliver: dead letters first, then the batch, again and again until it is stored. `fenced` moves the position.
 *
 * A reader that was stopped finishes the handler's call under way and hands on nothing more. That another process may
 * already read the same partition then does no harm: the stored position is a fence.
 */
export class PartitionReader {
  private readonly abort = new AbortController();
  private readonly finished: Promise<void>;
  private position = 0n;
  /** First offset of a record batch that could not be decoded once; a second fetch tells the wire's fault from the disk's. */
  private doubted: bigint | null = null;

  /** `after`: the previous reader of this partition; this one starts when that one has ended. */
  constructor(
    private readonly context: ReaderContext,
    private readonly partition: number,
    after: Promise<void>,
  ) {
    this.finished = after.then(() => this.run());
  }

  /** Resolves once the handler's call under way has ended. */
  stop(): Promise<void> {
    this.abort.abort();
    return this.finished;
  }

  private get stopped(): boolean {
    return this.abort.signal.aborted;
  }

  private async run(): Promise<void> {
    const retry = new GrowingPause(FIRST_PAUSE_MS, MAX_PAUSE_MS);
    while (!this.stopped) {
      try {
        await this.readFromStoredPosition(() => retry.reset());
      } catch (error) {
        if (this.stopped) break;
        if (!(error instanceof AskAgainError)) this.report(error);
        await retry.wait(this.abort.signal);
      }
    }
    this.context.problem(this.partition, null);
  }

  private report(error: unknown): void {
    const sentence =
      error instanceof PositionMismatchError
        ? error.message
        : `Partition ${this.partition} of topic ${this.context.topic} can't be read: ${messageOf(error)}`;
    this.context.problem(this.partition, sentence);
  }

  private async readFromStoredPosition(works: () => void): Promise<void> {
    const { cluster, topic } = this.context;
    const view = await cluster.describe(topic);
    if (!view.topic) throw new Error('the topic does not exist');
    const source: BusSource = { clusterId: view.clusterId, topic, topicId: view.topic.topicId };
    const stored = (await this.context.readPositions(source, [this.partition])).get(this.partition);
    if (stored) requireSameTopic(source, this.partition, stored);
    const link = await cluster.openLeader(view, topic, this.partition);
    const close = (): void => link.close();
    this.abort.signal.addEventListener('abort', close);
    try {
      this.position = stored ? stored.next : (await link.offsets(topic, this.partition)).earliest;
      while (!this.stopped) {
        const answer = await this.fetch(link, source);
        works();
        this.context.problem(this.partition, null);
        await this.deliverAll(source, answer);
        if (answer.records.length > 0 && answer.records.length < SMALL_FETCH_BYTES) await pause(REST_MS, this.abort.signal);
      }
    } finally {
      this.abort.signal.removeEventListener('abort', close);
      link.close();
    }
  }

  private async fetch(link: BrokerLink, source: BusSource): Promise<FetchAnswer> {
    const { fetchBytes, fetchWaitMs } = this.context.limits;
    const request = { topicId: source.topicId, partition: this.partition, offset: this.position };
    for (let check = 1; ; check++) {
      const answer = await link.call(fetchCall({ ...request, maxWaitMs: fetchWaitMs, maxBytes: fetchBytes }), fetchWaitMs);
      if (answer.errorCode === 0) return answer;
      if (ASK_AGAIN.has(answer.errorCode)) throw new AskAgainError();
      if (answer.errorCode !== OFFSET_OUT_OF_RANGE) throw new Error(`Kafka's error code is ${answer.errorCode}`);
      const range = await link.offsets(source.topic, this.partition);
      // The name may lead to a new topic already while the id is the old one's.
      const now = await this.context.cluster.describe(source.topic);
      if (now.topic?.topicId !== source.topicId) throw new AskAgainError();
      const mismatch = rangeMismatch(source, this.partition, this.position, range);
      if (mismatch && check >= RANGE_CHECKS) throw mismatch;
      if (check >= RANGE_CHECKS * 2) throw new AskAgainError();
      await pause(RANGE_CHECK_PAUSE_MS, this.abort.signal);
      if (this.stopped) throw new AskAgainError();
    }
  }

  private async deliverAll(source: BusSource, answer: FetchAnswer): Promise<void> {
    const { batchBytes, batchRecords } = this.context.limits;
    const cursor = new RecordCursor(answer, this.position);
    for (;;) {
      const run = this.stopped ? null : await cursor.next(batchBytes, batchRecords);
      if (!run) break;
      const damaged = run.undecodable[0];
      if (damaged && damaged.firstOffset !== this.doubted) {
        this.doubted = damaged.firstOffset;
        return;
      }
      if (run.next === this.position) continue;
      const { slices, letters } = this.takeApart(source, run);
      const batch: FetchedBatch = { source, partition: this.partition, from: this.position, next: run.next, slices };
      const goesOn = await this.deliver(batch, letters, answer.highWatermark);
      if (!goesOn) break;
    }
    if (answer.records.length === 0)
      this.context.progress(this.partition, this.position, lagOf(answer.highWatermark, this.position));
  }

  private takeApart(source: BusSource, run: RecordRun): { slices: PositionedSlice[]; letters: DeadLetter[] } {
    const slices: PositionedSlice[] = [];
    const letters: DeadLetter[] = run.undecodable.map(({ firstOffset, lastOffset, reason, bytes }) => ({
      tenant: 'default',
      topic: source.topic,
      partition: this.partition,
      offset: firstOffset,
      index: -1,
      reason: `the record batch of offsets ${firstOffset} to ${lastOffset} can't be decoded: ${reason}`,
      bytes,
    }));
    const { decodeForeign, isForeign } = this.context;
    const now = Date.now();
    for (const record of run.records) {
      const read = readMessage(record, { topic: source.topic, partition: this.partition, decodeForeign, isForeign, now });
      if (read.slice) slices.push(read.slice);
      letters.push(...read.letters);
    }
    return { slices, letters };
  }

  /** False: what was fetched after this batch is not to be handed on (the position moved, or the reader was stopped). */
  private async deliver(batch: FetchedBatch, letters: readonly DeadLetter[], highWatermark: bigint): Promise<boolean> {
    const retry = new GrowingPause(FIRST_PAUSE_MS, MAX_PAUSE_MS);
    let lettersKept = letters.length === 0;
    while (!this.stopped) {
      try {
        if (!lettersKept) await this.context.deadLetters.put(letters);
        lettersKept = true;
        const outcome = await this.context.handler(batch);
        if (outcome.kind === 'stored') {
          this.position = batch.next;
          this.context.problem(this.partition, null);
          this.context.progress(this.partition, batch.next, lagOf(highWatermark, batch.next));
          return true;
        }
        this.sayFenced(batch.from, outcome.position);
        if (outcome.position === null) throw new AskAgainError();
        if (outcome.position === batch.from) throw new Error(`the store refuses the position ${batch.from} that it names itself`);
        this.position = outcome.position;
        return false;
      } catch (error) {
        if (error instanceof AskAgainError) throw error;
        if (this.stopped) return false;
        this.context.problem(
          this.partition,
          `Partition ${this.partition} of topic ${this.context.topic} waits: ${messageOf(error)}`,
        );
        await retry.wait(this.abort.signal);
      }
    }
    return false;
  }

  private sayFenced(from: bigint, position: bigint | null): void {
    const details = { topic: this.context.topic, partition: this.partition, from: String(from), position: String(position) };
    this.context.logger.info(details, 'the stored position is another one, going on from it');
  }
}

function lagOf(highWatermark: bigint, next: bigint): bigint {
  return highWatermark > next ? highWatermark - next : 0n;
}
