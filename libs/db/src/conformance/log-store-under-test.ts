import type { BusSource } from '#domain';
import type { ErrorTraceQueue } from '../api/error-trace-queue.js';
import type { LogReader } from '../api/log-reader.js';
import type { LogWriter } from '../api/log-writer.js';
import type { SpanReader } from '../api/span-reader.js';

/** An adapter on a real, empty store. */
export interface LogStoreUnderTest {
  readonly writer: LogWriter;
  /** A second writer on the same store that shares nothing with the first. */
  readonly otherWriter: LogWriter;
  readonly reader: LogReader;
  readonly spans: SpanReader;
  readonly queue: ErrorTraceQueue;
  /** Lets leases and pauses of the queue run out by that much, as if the time had passed. */
  passTime(ms: number): Promise<void>;
  readonly mishaps: StoreMishaps;
  close(): Promise<void>;
}

/** What an operator may do to a store, or what time does to it; writers notice by themselves. */
export interface StoreMishaps {
  /** The positions of these partitions are gone. */
  wipePositions(source: BusSource, partitions: readonly number[]): Promise<void>;
  /** As the repair command does. @returns false where the position is not beyond `next` */
  putBack(source: BusSource, partition: number, next: bigint): Promise<boolean>;
  /** All retry keys of the tenant are swept. */
  forgetRetryKeys(tenant: string): Promise<void>;
  /** All records of the tenant with one of these messages, and spans with one of these names, are gone. */
  deleteRecords(tenant: string, texts: readonly string[]): Promise<void>;
}

export type MakeLogStore = () => Promise<LogStoreUnderTest>;
