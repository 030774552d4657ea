/**
 * What makes a retry of a call recognizable: the same tenant, batch key and body digest
 * name the same call, and slice number and count name its part in one partition.
 */
export interface RetryKey {
  /** What the sender chose: batch_id of a batch, id of a single record. */
  readonly batchKey: string;
  /** Digest of the call's body, so that two senders that both count 1, 2, 3 lose nothing. 32 lower-case hex digits. */
  readonly digest: string;
  /** Position of this slice among the call's slices, from 0. */
  readonly slice: number;
  /** How many slices the call was cut into. */
  readonly sliceCount: number;
}

/** The records and spans of one call that belong to one partition, of one tenant: one message on the bus. */
export interface LogSlice {
  readonly tenant: string;
  /** Serialized `logs.LogBatch`; only its `logs` and `spans` are read. */
  readonly value: Buffer;
  /** When the call was received, milliseconds since 1970. */
  readonly receivedAt: number;
  /** Absent where the sender gave no key. */
  readonly retryKey?: RetryKey;
}

/** The log that a bus keeps: its identity changes when the topic or the cluster is another one. */
export interface BusSource {
  /** Kafka's cluster id; `in-process` for the in-process bus. */
  readonly clusterId: string;
  readonly topic: string;
  /** Kafka's topic id: a topic that was deleted and made again has another. Empty where the bus has none. */
  readonly topicId: string;
  /** True: the bus keeps nothing, what it hands over is always new. Others may hand over what they have handed over before. */
  readonly transient?: boolean;
}

/** Where the store stands in one partition. */
export interface StoredPosition {
  /** Identity of the topic that `next` counts in. */
  readonly topicId: string;
  /** The offset to fetch from next. */
  readonly next: bigint;
}

/** A slice with its place in the partition. */
export interface PositionedSlice extends LogSlice {
  readonly offset: bigint;
}

/** Consecutive messages of one partition, handed to the store as one unit. */
export interface FetchedBatch {
  readonly source: BusSource;
  readonly partition: number;
  /** The offset that was fetched from. Offsets between it and the first slice may legally be missing. */
  readonly from: bigint;
  /** The offset to fetch from next. */
  readonly next: bigint;
  /** In order of their offsets; may be empty (markers, messages that could not be read). */
  readonly slices: readonly PositionedSlice[];
}

/** A record or span that can't be stored, kept aside with its reason. */
export interface DeadLetter {
  readonly tenant: string;
  readonly topic: string;
  readonly partition: number;
  readonly offset: bigint;
  /**
   * Position in its message, logs and spans counted together in the order of the bytes; -1 where the whole message can't be
   * read.
   */
  readonly index: number;
  /** One sentence: what is wrong with which field. Begins with `span: ` for a span. */
  readonly reason: string;
  /** The bytes as they came: one serialized `logs.Log` or `logs.Span`, or the whole message value where index is -1. */
  readonly bytes: Buffer;
}
