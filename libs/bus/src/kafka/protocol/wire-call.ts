import Encoder from 'kafkajs/src/protocol/encoder.js';
import type { ByteReader } from './byte-reader.js';

/** One request of Kafka's protocol in a flexible version, with its answer. */
export interface WireCall<T> {
  readonly apiKey: number;
  readonly apiName: string;
  readonly apiVersion: number;
  /** Writes the request's body. */
  readonly write: (body: Encoder) => void;
  /** Reads the answer's body. */
  readonly read: (body: ByteReader) => T;
}

/**
 * The bytes of a call after the header's client id.
 *
 * kafkajs writes request header v1; flexible versions have header v2, which is v1 and a tag section: that is put first.
 */
export function encodeCall(call: WireCall<unknown>): Encoder {
  const body = new Encoder();
  body.writeUVarInt(0);
  call.write(body);
  return body;
}

/** A UUID's 16 bytes, from hex with or without dashes. */
export function uuidBytes(uuid: string): Buffer {
  return Buffer.from(uuid.replaceAll('-', ''), 'hex');
}
