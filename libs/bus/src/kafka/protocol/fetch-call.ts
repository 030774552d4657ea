import { uuidBytes, type WireCall } from './wire-call.js';

/** What to fetch of one partition. */
export interface FetchRequest {
  readonly topicId: string;
  readonly partition: number;
  readonly offset: bigint;
  /** How long the broker may wait for the first record, milliseconds. */
  readonly maxWaitMs: number;
  /** Bound of the answer; the first record batch comes whole even where it is larger. */
  readonly maxBytes: number;
}

/** An aborted transaction: this producer's records from this offset up to its abort marker don't count. */
export interface AbortedTransaction {
  readonly producerId: bigint;
  readonly firstOffset: bigint;
}

/** The answer for the partition. */
export interface FetchAnswer {
  /** 0: fine. Others are listed at https://kafka.apache.org/protocol#protocol_error_codes. */
  readonly errorCode: number;
  readonly highWatermark: bigint;
  readonly logStartOffset: bigint;
  readonly aborted: readonly AbortedTransaction[];
  /** Record batches, one after the other; the last may be cut off. */
  readonly records: Buffer;
}

export const FETCH_API_KEY = 1;
/** The first version that names the topic by its id, so that a topic made anew under the old name is refused; brokers since 3.1. */
export const FETCH_API_VERSION = 13;

const READ_COMMITTED = 1;
const EMPTY = Buffer.alloc(0);
const NO_OFFSET = -1;

/** Fetch v13 of one partition, outside fetch sessions. Source: https://kafka.apache.org/protocol#The_Messages_Fetch */
export function fetchCall(request: FetchRequest): WireCall<FetchAnswer> {
  return {
    apiKey: FETCH_API_KEY,
    apiName: 'Fetch',
    apiVersion: FETCH_API_VERSION,
    write: (body) => {
      body.writeInt32(-1).writeInt32(request.maxWaitMs).writeInt32(1).writeInt32(request.maxBytes).writeInt8(READ_COMMITTED);
      body.writeInt32(0).writeInt32(-1);
      body.writeUVarInt(2).writeBuffer(uuidBytes(request.topicId)).writeUVarInt(2);
      body.writeInt32(request.partition).writeInt32(-1).writeInt64(request.offset.toString());
      body.writeInt32(-1).writeInt64(NO_OFFSET).writeInt32(request.maxBytes).writeUVarInt(0);
      body.writeUVarInt(0);
      body.writeUVarInt(1).writeUVarIntString('').writeUVarInt(0);
    },
    read: (body) => {
      body.int32();
      const errorCode = body.int16();
      body.int32();
      const answers = body.compactArray(() => {
        body.uuid();
        const partitions = body.compactArray(() => {
          body.int32();
          const partitionError = body.int16();
          const highWatermark = body.int64();
          body.int64();
          const logStartOffset = body.int64();
          const aborted = body.compactArray(() => {
            const transaction = { producerId: body.int64(), firstOffset: body.int64() };
            body.skipTags();
            return transaction;
          });
          body.int32();
          const records = body.compactBytes() ?? EMPTY;
          body.skipTags();
          return { errorCode: partitionError, highWatermark, logStartOffset, aborted, records };
        });
        body.skipTags();
        return partitions;
      });
      const answer = answers.flat()[0];
      if (errorCode === 0 && answer) return answer;
      return {
        errorCode: errorCode === 0 ? -1 : errorCode,
        highWatermark: -1n,
        logStartOffset: -1n,
        aborted: [],
        records: EMPTY,
      };
    },
  };
}
