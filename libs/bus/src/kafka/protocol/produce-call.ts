import type { ByteReader } from './byte-reader.js';
import { ByteWriter } from './byte-writer.js';
import { bytesIn } from './record-batch-head.js';

/** One partition's part of a produce request. */
export interface PartitionBatch {
  readonly partition: number;
  /** One record batch, head included, in parts that follow one another. */
  readonly batch: readonly Buffer[];
}

/** What to write to the partitions of one topic that one broker leads. */
export interface ProduceRequest {
  readonly topic: string;
  readonly partitions: readonly PartitionBatch[];
  /** How long the leader may wait for its in-sync replicas, milliseconds. */
  readonly timeoutMs: number;
}

/** The answer for one partition. */
export interface PartitionOutcome {
  readonly partition: number;
  /** 0: written, by all in-sync replicas. */
  readonly errorCode: number;
  /** What the broker says beyond the code; often nothing. */
  readonly errorMessage: string | null;
}

export interface ProduceAnswer {
  readonly outcomes: readonly PartitionOutcome[];
  /** How long the broker wants no other request (quotas), milliseconds. */
  readonly throttleMs: number;
}

export const PRODUCE_API_KEY = 0;
/** The first flexible version; brokers since 2.8, 4.x included. */
export const PRODUCE_API_VERSION = 9;

const ALL_IN_SYNC_REPLICAS = -1;
const NO_TRANSACTION = 0;
const NO_TAGS = 0;
const HEAD_BYTES = 256;

/**
 * The body of Produce v9, acks=all, in parts that follow one another: the batches are among them as they are.
 *
 * Source: https://kafka.apache.org/protocol#The_Messages_Produce
 */
export function produceBody({ topic, partitions, timeoutMs }: ProduceRequest): Buffer[] {
  const text = new ByteWriter(HEAD_BYTES);
  const parts: Buffer[] = [];
  let written = 0;
  const cut = (): void => {
    parts.push(text.view(written));
    written = text.position;
  };
  text.unsignedVarint(NO_TRANSACTION).int16(ALL_IN_SYNC_REPLICAS).int32(timeoutMs);
  text
    .unsignedVarint(2)
    .compactString(topic)
    .unsignedVarint(partitions.length + 1);
  for (const { partition, batch } of partitions) {
    text.int32(partition).unsignedVarint(bytesIn(batch) + 1);
    cut();
    parts.push(...batch);
    text.unsignedVarint(NO_TAGS);
  }
  text.unsignedVarint(NO_TAGS).unsignedVarint(NO_TAGS);
  cut();
  return parts;
}

/** Reads the body of the answer. */
export function readProduceAnswer(body: ByteReader): ProduceAnswer {
  const outcomes = body.compactArray(() => {
    body.compactString();
    const ofTopic = body.compactArray(() => readOutcome(body));
    body.skipTags();
    return ofTopic;
  });
  return { outcomes: outcomes.flat(), throttleMs: body.int32() };
}

function readOutcome(body: ByteReader): PartitionOutcome {
  const partition = body.int32();
  const errorCode = body.int16();
  for (let numbers = 0; numbers < 3; numbers++) body.int64();
  const recordErrors = body.compactArray(() => {
    body.int32();
    const message = body.compactString();
    body.skipTags();
    return message;
  });
  const errorMessage = body.compactString() ?? recordErrors.find((message) => message !== null) ?? null;
  body.skipTags();
  return { partition, errorCode, errorMessage };
}
