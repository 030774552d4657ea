import { decompress } from '../codecs/codecs.js';
import { ByteReader, MalformedBytesError } from './byte-reader.js';
import { crc32c } from './crc32c.js';

/** The part of a record batch before its records. Source: https://kafka.apache.org/documentation/#recordbatch */
export interface RecordBatchHeader {
  readonly baseOffset: bigint;
  readonly lastOffset: bigint;
  /** Bytes of the whole batch, this header included. */
  readonly size: number;
  readonly magic: number;
  readonly crc: number;
  readonly codec: number;
  readonly isLogAppendTime: boolean;
  readonly isTransactional: boolean;
  readonly isControl: boolean;
  readonly baseTimestamp: bigint;
  readonly maxTimestamp: bigint;
  readonly producerId: bigint;
  readonly recordCount: number;
}

/** One message of a topic. */
export interface KafkaRecord {
  readonly offset: bigint;
  /** Milliseconds since 1970, as the producer or the broker set it. */
  readonly timestamp: number;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  /** The last one wins where a header is there twice. */
  readonly headers: ReadonlyMap<string, Buffer>;
}

export const RECORD_BATCH_MAGIC = 2;
const LENGTH_END = 12;
const MAGIC_AT = 16;
const CRC_AT = 17;
const CRC_COVERS_FROM = 21;
const HEADER_SIZE = 61;
const NO_BYTES = Buffer.alloc(0);

/** Reads the header at `at`; null where fewer bytes than the whole batch are left (a fetch cuts the last one off). */
export function readBatchHeader(bytes: Buffer, at: number): RecordBatchHeader | null {
  if (bytes.length - at <= MAGIC_AT) return null;
  const reader = new ByteReader(bytes, at);
  const baseOffset = reader.int64();
  const length = reader.int32();
  const size = LENGTH_END + length;
  if (length < 0) throw new MalformedBytesError(`a record batch at offset ${baseOffset} has the length ${length}`);
  if (bytes.length - at < size) return null;
  const magic = bytes.readInt8(at + MAGIC_AT);
  if (magic !== RECORD_BATCH_MAGIC || size < HEADER_SIZE) return olderHeader(baseOffset, size, magic);
  reader.slice(5);
  const crc = reader.uint32();
  const attributes = reader.int16();
  const lastOffset = baseOffset + BigInt(reader.int32());
  const baseTimestamp = reader.int64();
  const maxTimestamp = reader.int64();
  const producerId = reader.int64();
  reader.slice(6);
  return {
    baseOffset,
    lastOffset,
    size,
    magic,
    crc,
    codec: attributes & 0x07,
    isLogAppendTime: (attributes & 0x08) !== 0,
    isTransactional: (attributes & 0x10) !== 0,
    isControl: (attributes & 0x20) !== 0,
    baseTimestamp,
    maxTimestamp,
    producerId,
    recordCount: reader.int32(),
  };
}

/** Messages from before Kafka 0.11 have another layout; only what it takes to step over one is read. */
function olderHeader(baseOffset: bigint, size: number, magic: number): RecordBatchHeader {
  const unknown = { crc: 0, codec: 0, baseTimestamp: 0n, maxTimestamp: 0n, producerId: -1n, recordCount: 0 };
  const flags = { isLogAppendTime: false, isTransactional: false, isControl: false };
  return { baseOffset, lastOffset: baseOffset, size, magic, ...unknown, ...flags };
}

/**
 * Decodes the records of the batch at `at`.
 *
 * Rejects, with a sentence, where the checksum is wrong, the codec is unknown or the records are malformed.
 * Values share the memory of `bytes` where the batch is not compressed.
 */
export async function decodeRecords(bytes: Buffer, at: number, header: RecordBatchHeader): Promise<KafkaRecord[]> {
  if (header.magic !== RECORD_BATCH_MAGIC) throw new MalformedBytesError(`message format ${header.magic} is not read`);
  const actual = crc32c(bytes.subarray(at + CRC_COVERS_FROM, at + header.size));
  if (actual !== bytes.readUInt32BE(at + CRC_AT)) throw new MalformedBytesError('the checksum does not match');
  const stored = bytes.subarray(at + HEADER_SIZE, at + header.size);
  const plain = header.codec === 0 ? stored : await decompress(header.codec, stored);
  const reader = new ByteReader(plain);
  const records: KafkaRecord[] = [];
  for (let i = 0; i < header.recordCount; i++) {
    const length = reader.varint();
    const end = reader.position + length;
    records.push(readRecord(reader, header));
    if (reader.position !== end) throw new MalformedBytesError(`record ${i} does not fill its length`);
  }
  return records;
}

function readRecord(reader: ByteReader, header: RecordBatchHeader): KafkaRecord {
  reader.int8();
  const timestampDelta = reader.varlong();
  const offset = header.baseOffset + BigInt(reader.varint());
  const key = readBytes(reader);
  const value = readBytes(reader);
  const headers = new Map<string, Buffer>();
  for (let left = reader.varint(); left > 0; left--) {
    const name = (readBytes(reader) ?? NO_BYTES).toString('utf8');
    headers.set(name, readBytes(reader) ?? NO_BYTES);
  }
  const timestamp = header.isLogAppendTime ? header.maxTimestamp : header.baseTimestamp + timestampDelta;
  return { offset, timestamp: Number(timestamp), key, value, headers };
}

function readBytes(reader: ByteReader): Buffer | null {
  const length = reader.varint();
  return length < 0 ? null : reader.slice(length);
}
