/** Seconds from 1970 to 2000, where PostgreSQL's timestamps start. */
export const PG_EPOCH_SECONDS = 946_684_800;
const TWO_32 = 4_294_967_296;
/** Below it, microseconds since 2000 are exact in a double. */
const EXACT_SECONDS = 9_000_000_000;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const HEX = Buffer.from('0123456789abcdef', 'latin1');
/** A copy by loop beats `set` below this many bytes, because no view has to be made. */
const SHORT = 160;

/** The halves of a 64-bit offset: a bigint for each row would be garbage for each row. */
export interface RecordOffset {
  readonly high: number;
  readonly low: number;
}

export function recordOffset(offset: bigint): RecordOffset {
  return { high: Number((offset >> 32n) & 0xffffffffn), low: Number(offset & 0xffffffffn) };
}

/**
 * A growing buffer that fields of PostgreSQL's binary COPY format are written to.
 *
 * Source: https://www.postgresql.org/docs/current/sql-copy.html, "Binary Format": a field is its length as int32
 * (-1 for null) and its bytes, numbers in network order. Callers call `reserve` before a row; the writers don't check.
 */
export class CopyBuffer {
  bytes: Buffer = Buffer.allocUnsafe(256 * 1024);
  length = 0;

  /** Makes room for that many more bytes. */
  reserve(size: number): void {
    if (this.length + size <= this.bytes.length) return;
    const grown = Buffer.allocUnsafe(Math.max(this.bytes.length * 2, this.length + size));
    this.bytes.copy(grown, 0, 0, this.length);
    this.bytes = grown;
  }

  int16(value: number): void {
    const { bytes, length } = this;
    bytes[length] = value >>> 8;
    bytes[length + 1] = value;
    this.length = length + 2;
  }

  int32(value: number): void {
    this.length = this.putInt32(this.length, value);
  }

  putInt32(at: number, value: number): number {
    const { bytes } = this;
    bytes[at] = value >>> 24;
    bytes[at + 1] = value >>> 16;
    bytes[at + 2] = value >>> 8;
    bytes[at + 3] = value;
    return at + 4;
  }

  nullField(): void {
    this.int32(-1);
  }

  int16Field(value: number): void {
    this.int32(2);
    this.int16(value);
  }

  int32Field(value: number): void {
    this.int32(4);
    this.int32(value);
  }

  /** timestamptz: microseconds since 2000 as int64. `nanos` beyond the microsecond are left out. */
  timestampField(seconds: number, nanos: number): void {
    this.int32(8);
    const since = seconds - PG_EPOCH_SECONDS;
    const micros = (nanos / 1000) | 0;
    if (since < EXACT_SECONDS && since > -EXACT_SECONDS) {
      const value = since * 1e6 + micros;
      const high = Math.floor(value / TWO_32);
      this.int32(high);
      this.int32(value - high * TWO_32);
      return;
    }
    const value = BigInt(since) * 1_000_000n + BigInt(micros);
    this.bytes.writeBigInt64BE(value, this.length);
    this.length += 8;
  }

  /** uuid whose bits are the record id: epoch, partition, offset, index. */
  recordIdField(epoch: number, partition: number, offset: RecordOffset, index: number): void {
    this.int32(16);
    this.int16(epoch);
    this.int16(partition);
    this.int32(offset.high);
    this.int32(offset.low);
    this.int32(index);
  }

  /** text, null where empty. */
  textOrNull(source: Uint8Array, start: number, end: number): void {
    if (start === end) this.nullField();
    else this.textField(source, start, end);
  }

  textField(source: Uint8Array, start: number, end: number): void {
    this.int32(end - start);
    this.raw(source, start, end);
  }

  raw(source: Uint8Array, start: number, end: number): void {
    const size = end - start;
    let at = this.length;
    if (size < SHORT) {
      const { bytes } = this;
      for (let i = start; i < end; i++) bytes[at++] = source[i] ?? 0;
    } else this.bytes.set(source.subarray(start, end), at);
    this.length += size;
  }

  byte(value: number): void {
    this.bytes[this.length++] = value;
  }

  /** A JSON string of UTF-8 bytes, with its quotes. Takes up to 6 times the bytes. */
  jsonString(source: Uint8Array, start: number, end: number): void {
    const { bytes } = this;
    let at = this.length;
    bytes[at++] = QUOTE;
    for (let i = start; i < end; i++) {
      const byte = source[i] ?? 0;
      if (byte >= 0x20 && byte !== QUOTE && byte !== BACKSLASH) bytes[at++] = byte;
      else if (byte >= 0x20) {
        bytes[at++] = BACKSLASH;
        bytes[at++] = byte;
      } else at = this.putControl(at, byte);
    }
    bytes[at++] = QUOTE;
    this.length = at;
  }

  private putControl(at: number, byte: number): number {
    const { bytes } = this;
    bytes[at] = BACKSLASH;
    bytes[at + 1] = 0x75;
    bytes[at + 2] = 0x30;
    bytes[at + 3] = 0x30;
    bytes[at + 4] = HEX[byte >>> 4] ?? 0;
    bytes[at + 5] = HEX[byte & 15] ?? 0;
    return at + 6;
  }
}
