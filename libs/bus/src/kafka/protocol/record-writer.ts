import { ByteWriter, varintSize } from './byte-writer.js';

/** What a header holds: text, bytes, or several of them under one name. */
export type HeaderValue = string | Uint8Array;

/** A message on its way to a topic; kafkajs's `Message` fits. */
export interface OutgoingMessage {
  /** Where none is given, the key decides. */
  readonly partition?: number;
  readonly key?: HeaderValue | null;
  readonly value: HeaderValue | null;
  readonly headers?: Readonly<Record<string, HeaderValue | readonly HeaderValue[] | undefined>>;
}

const INITIAL_RECORD_BYTES = 1024 * 1024;
const INITIAL_HEADER_BYTES = 4 * 1024;
/** Attributes and the difference to the batch's timestamp, both 0, a byte each. */
const FIXED_BYTES = 2;

/**
 * Writes the records of one partition after the other into one memory that is used again for every request.
 *
 * Source: https://kafka.apache.org/documentation/#record. All records have the timestamp of their batch.
 */
export class RecordWriter {
  private readonly records = new ByteWriter(INITIAL_RECORD_BYTES);
  private readonly headers = new ByteWriter(INITIAL_HEADER_BYTES);

  /** What `write` returned before must not be needed any more. */
  clear(): void {
    this.records.clear();
  }

  /** The records of one record batch, not compressed; the bytes stay as they are until `clear`. */
  write(messages: readonly OutgoingMessage[]): Buffer {
    const start = this.records.position;
    for (let i = 0; i < messages.length; i++) {
      const message = messages[i];
      if (message) this.writeRecord(message, i);
    }
    return this.records.view(start);
  }

  private writeRecord({ key, value, headers }: OutgoingMessage, offsetDelta: number): void {
    const keyBytes = bytesOf(key);
    const valueBytes = bytesOf(value);
    const headerBytes = this.headersOf(headers ?? {});
    const length =
      FIXED_BYTES + varintSize(offsetDelta) + sizeWithLength(keyBytes) + sizeWithLength(valueBytes) + headerBytes.length;
    this.records.varint(length).int8(0).varint(0).varint(offsetDelta);
    this.records.varintBytes(keyBytes).varintBytes(valueBytes).raw(headerBytes);
  }

  /** Their number and the headers themselves, as they end a record. */
  private headersOf(headers: NonNullable<OutgoingMessage['headers']>): Buffer {
    this.headers.clear();
    const names = Object.keys(headers);
    this.headers.varint(names.reduce((count, name) => count + valuesOf(headers[name]).length, 0));
    for (const name of names) {
      for (const value of valuesOf(headers[name])) this.headers.varintBytes(name).varintBytes(value);
    }
    return this.headers.view();
  }
}

function valuesOf(value: HeaderValue | readonly HeaderValue[] | undefined): readonly HeaderValue[] {
  if (value === undefined) return [];
  return typeof value === 'string' || value instanceof Uint8Array ? [value] : value;
}

function bytesOf(value: HeaderValue | null | undefined): Uint8Array | null {
  return typeof value === 'string' ? Buffer.from(value) : (value ?? null);
}

function sizeWithLength(bytes: Uint8Array | null): number {
  return bytes === null ? varintSize(-1) : varintSize(bytes.length) + bytes.length;
}
