/** A varint of 32 bits takes at most this many bytes. */
const MAX_VARINT_BYTES = 5;
const LONGEST_CHARACTER_BYTES = 3;

/**
 * Writes Kafka's primitive types into memory of its own, which grows as needed and is used again after `clear`.
 *
 * Source: https://kafka.apache.org/protocol#protocol_types. Views that were handed out stay as they are until `clear`:
 * growing moves the writer to new memory and leaves the old one to them.
 */
export class ByteWriter {
  private bytes: Buffer;
  private at = 0;

  constructor(initialBytes: number) {
    this.bytes = Buffer.allocUnsafeSlow(initialBytes);
  }

  get position(): number {
    return this.at;
  }

  /** Starts anew over the same memory; views that were handed out must not be needed any more. */
  clear(): void {
    this.at = 0;
  }

  /** What was written from `start` on, sharing the memory. */
  view(start = 0): Buffer {
    return this.bytes.subarray(start, this.at);
  }

  int8(value: number): this {
    this.reserve(1);
    this.at = this.bytes.writeInt8(value, this.at);
    return this;
  }

  int16(value: number): this {
    this.reserve(2);
    this.at = this.bytes.writeInt16BE(value, this.at);
    return this;
  }

  int32(value: number): this {
    this.reserve(4);
    this.at = this.bytes.writeInt32BE(value, this.at);
    return this;
  }

  uint32(value: number): this {
    this.reserve(4);
    this.at = this.bytes.writeUInt32BE(value, this.at);
    return this;
  }

  int64(value: bigint): this {
    this.reserve(8);
    this.at = this.bytes.writeBigInt64BE(value, this.at);
    return this;
  }

  /** 32 bits. */
  unsignedVarint(value: number): this {
    this.reserve(MAX_VARINT_BYTES);
    let rest = value;
    while (rest > 0x7f) {
      this.bytes[this.at++] = (rest & 0x7f) | 0x80;
      rest >>>= 7;
    }
    this.bytes[this.at++] = rest;
    return this;
  }

  /** Zigzag, 32 bits. */
  varint(value: number): this {
    return this.unsignedVarint(((value << 1) ^ (value >> 31)) >>> 0);
  }

  raw(value: Uint8Array): this {
    this.reserve(value.length);
    this.bytes.set(value, this.at);
    this.at += value.length;
    return this;
  }

  /** Bytes after their length as a zigzag varint, as in records; null has the length -1. */
  varintBytes(value: Uint8Array | string | null): this {
    if (value === null) return this.varint(-1);
    if (typeof value === 'string') return this.varintText(value);
    return this.varint(value.length).raw(value);
  }

  /** Text after its length and one, as in flexible requests. */
  compactString(value: string): this {
    return this.unsignedVarint(Buffer.byteLength(value) + 1).utf8(value);
  }

  /** Text after its length in two bytes, as in request headers. */
  string(value: string): this {
    return this.int16(Buffer.byteLength(value)).utf8(value);
  }

  /** The next bytes are written one by one while they are ASCII, as nearly all headers are: that beats a call for short texts. */
  private varintText(value: string): this {
    const start = this.at;
    this.varint(value.length);
    this.reserve(value.length);
    for (let i = 0; i < value.length; i++) {
      const code = value.charCodeAt(i);
      if (code > 0x7f) {
        this.at = start;
        return this.varint(Buffer.byteLength(value)).utf8(value);
      }
      this.bytes[this.at++] = code;
    }
    return this;
  }

  private utf8(value: string): this {
    this.reserve(value.length * LONGEST_CHARACTER_BYTES);
    this.at += this.bytes.write(value, this.at, 'utf8');
    return this;
  }

  private reserve(more: number): void {
    if (this.at + more <= this.bytes.length) return;
    const larger = Buffer.allocUnsafeSlow(Math.max(this.bytes.length * 2, this.at + more));
    this.bytes.copy(larger, 0, 0, this.at);
    this.bytes = larger;
  }
}

/** How many bytes `varint` takes. */
export function varintSize(value: number): number {
  const zigzag = ((value << 1) ^ (value >> 31)) >>> 0;
  return zigzag === 0 ? 1 : Math.ceil((32 - Math.clz32(zigzag)) / 7);
}
