/** The bytes end before the value does, or a number is malformed. */
export class MalformedBytesError extends Error {
  override readonly name = 'MalformedBytesError';
}

const MAX_VARINT_BYTES = 5;
const MAX_VARLONG_BYTES = 10;

/**
 * Reads Kafka's primitive types, never past the end.
 *
 * Source: https://kafka.apache.org/protocol#protocol_types. Slices share the memory of the buffer.
 */
export class ByteReader {
  private at: number;

  constructor(
    private readonly bytes: Buffer,
    start = 0,
  ) {
    this.at = start;
  }

  get position(): number {
    return this.at;
  }

  get remaining(): number {
    return this.bytes.length - this.at;
  }

  int8(): number {
    return this.bytes.readInt8(this.take(1));
  }

  int16(): number {
    return this.bytes.readInt16BE(this.take(2));
  }

  int32(): number {
    return this.bytes.readInt32BE(this.take(4));
  }

  uint32(): number {
    return this.bytes.readUInt32BE(this.take(4));
  }

  int64(): bigint {
    return this.bytes.readBigInt64BE(this.take(8));
  }

  slice(length: number): Buffer {
    const start = this.take(length);
    return this.bytes.subarray(start, start + length);
  }

  /** 16 bytes, printed as lower-case hex with dashes. */
  uuid(): string {
    const hex = this.slice(16).toString('hex');
    return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
  }

  unsignedVarint(): number {
    let value = 0;
    for (let i = 0; i < MAX_VARINT_BYTES; i++) {
      const byte = this.bytes.readUInt8(this.take(1));
      value += (byte & 0x7f) * 2 ** (7 * i);
      if (byte < 0x80) return value;
    }
    throw new MalformedBytesError('a varint has more than 5 bytes');
  }

  /** Zigzag, 32 bits. */
  varint(): number {
    const raw = this.unsignedVarint();
    return raw % 2 === 0 ? raw / 2 : -(raw + 1) / 2;
  }

  /** Zigzag, 64 bits. */
  varlong(): bigint {
    let value = 0n;
    for (let i = 0; i < MAX_VARLONG_BYTES; i++) {
      const byte = this.bytes.readUInt8(this.take(1));
      value |= BigInt(byte & 0x7f) << BigInt(7 * i);
      if (byte < 0x80) return (value >> 1n) ^ -(value & 1n);
    }
    throw new MalformedBytesError('a varlong has more than 10 bytes');
  }

  /** Null where the length says so. */
  compactBytes(): Buffer | null {
    const length = this.unsignedVarint();
    return length === 0 ? null : this.slice(length - 1);
  }

  compactString(): string | null {
    return this.compactBytes()?.toString('utf8') ?? null;
  }

  compactArray<T>(item: () => T): T[] {
    const items: T[] = [];
    for (let left = this.unsignedVarint() - 1; left > 0; left--) items.push(item());
    return items;
  }

  /** Steps over the tagged fields that end every structure of a flexible version. */
  skipTags(): void {
    for (let left = this.unsignedVarint(); left > 0; left--) {
      this.unsignedVarint();
      this.slice(this.unsignedVarint());
    }
  }

  private take(length: number): number {
    const start = this.at;
    if (length < 0 || start + length > this.bytes.length) throw new MalformedBytesError(`the bytes end at ${this.bytes.length}`);
    this.at = start + length;
    return start;
  }
}
