import { crc32c } from './crc32c.js';
import { RECORD_BATCH_MAGIC } from './record-batch.js';

/** A record batch on its way, before its head is made. */
export interface OutgoingBatch {
  readonly recordCount: number;
  /** The records, compressed by `codec`, in parts that follow one another. */
  readonly records: readonly Buffer[];
  /** Kafka's number of the codec. */
  readonly codec: number;
  /** Of all records, milliseconds since 1970. */
  readonly timestamp: number;
  readonly producerId: bigint;
  readonly producerEpoch: number;
  /** Sequence number of the first record within its partition. */
  readonly baseSequence: number;
}

const BATCH_HEAD_BYTES = 61;
const LENGTH_AT = 8;
const LENGTH_END = 12;
const LEADER_EPOCH_AT = 12;
const MAGIC_AT = 16;
const CRC_AT = 17;
const CRC_COVERS_FROM = 21;
const LAST_OFFSET_DELTA_AT = 23;
const BASE_TIMESTAMP_AT = 27;
const MAX_TIMESTAMP_AT = 35;
const PRODUCER_ID_AT = 43;
const PRODUCER_EPOCH_AT = 51;
const BASE_SEQUENCE_AT = 53;
const RECORD_COUNT_AT = 57;
const UNKNOWN_LEADER_EPOCH = -1;

/**
 * The 61 bytes before a batch's records. Source: https://kafka.apache.org/documentation/#recordbatch
 *
 * The broker gives the base offset; 0 is sent.
 */
export function recordBatchHead(batch: OutgoingBatch): Buffer {
  const head = Buffer.alloc(BATCH_HEAD_BYTES);
  head.writeInt32BE(BATCH_HEAD_BYTES - LENGTH_END + bytesIn(batch.records), LENGTH_AT);
  head.writeInt32BE(UNKNOWN_LEADER_EPOCH, LEADER_EPOCH_AT);
  head.writeInt8(RECORD_BATCH_MAGIC, MAGIC_AT);
  head.writeInt16BE(batch.codec, CRC_COVERS_FROM);
  head.writeInt32BE(batch.recordCount - 1, LAST_OFFSET_DELTA_AT);
  head.writeBigInt64BE(BigInt(batch.timestamp), BASE_TIMESTAMP_AT);
  head.writeBigInt64BE(BigInt(batch.timestamp), MAX_TIMESTAMP_AT);
  head.writeBigInt64BE(batch.producerId, PRODUCER_ID_AT);
  head.writeInt16BE(batch.producerEpoch, PRODUCER_EPOCH_AT);
  head.writeInt32BE(batch.baseSequence, BASE_SEQUENCE_AT);
  head.writeInt32BE(batch.recordCount, RECORD_COUNT_AT);
  head.writeUInt32BE(crc32c(head.subarray(CRC_COVERS_FROM), ...batch.records), CRC_AT);
  return head;
}

export function bytesIn(parts: readonly Uint8Array[]): number {
  return parts.reduce((sum, part) => sum + part.length, 0);
}
