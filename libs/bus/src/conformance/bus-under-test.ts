import type { LogPublisher, LogSource, OutgoingSlice } from '#bus';
import type { FencedStore } from './fenced-store.js';

/** A process that publishes to the bus and stores from it. */
export interface BusProcess {
  readonly publisher: LogPublisher;
  readonly source: LogSource;
  /** Resolves once nothing of it runs any more. */
  stop(): Promise<void>;
}

/** A bus of its own for one test. */
export interface BusUnderTest {
  /** Resolves once the process publishes and consumes. */
  startProcess(store: FencedStore): Promise<BusProcess>;
  /** Called after the processes were stopped. */
  close(): Promise<void>;
}

export interface BusSettings {
  readonly partitions: number;
  /** Bounds of what may wait to be published. */
  readonly queueBytes: number;
  readonly tenantBytes: number;
}

/** What a bus is by its nature. */
export interface BusNature {
  /** True: an acknowledged record stays on the bus until it is stored (Kafka). False: acknowledged is stored (in-process). */
  readonly keepsRecords: boolean;
}

export interface SliceSettings {
  readonly partition?: number;
  readonly tenant?: string;
  readonly batchKey?: string;
}

export function sliceOf(text: string, { partition = 0, tenant = 'default', batchKey }: SliceSettings = {}): OutgoingSlice {
  const value = Buffer.from(text);
  const retryKey = batchKey === undefined ? {} : { retryKey: { batchKey, digest: 'ab'.repeat(16), slice: 0, sliceCount: 1 } };
  return { partition, tenant, value, receivedAt: Date.UTC(2026, 10, 1), ...retryKey };
}
