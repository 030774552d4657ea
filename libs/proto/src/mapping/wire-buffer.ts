import { formatInstant, type Instant } from '#domain';

const ZERO = 0x30;
const HEX = Buffer.from('0123456789abcdef', 'latin1');
/** A copy by loop beats Buffer.copy below this many bytes. */
const SHORT = 48;
const FIRST_BYTES = 64 * 1024;
/** One page in a million is of megabytes; its buffer is not kept. */
const LARGEST_KEPT_BYTES = 1024 * 1024;
/** Bytes of the length of most messages, and of the longest. */
const USUAL_LENGTH_BYTES = 2;
const MOST_LENGTH_BYTES = 5;
/** `YYYY-MM-DDThh:mm:ss` */
const SECOND_TEXT_BYTES = 19;
/** Room for one of the longest: seconds, point, nine digits, `Z`. */
export const INSTANT_BYTES = 30;

/**
 * A growing buffer that protobuf fields are written to. Callers call `reserve` first; the writers don't check.
 *
 * Source: https://protobuf.dev/programming-guides/encoding
 */
export class WireBuffer {
  bytes: Buffer = Buffer.allocUnsafe(FIRST_BYTES);
  length = 0;
  private readonly secondText = Buffer.alloc(SECOND_TEXT_BYTES);
  /** The second that `secondText` says: most instants of a page lie in the same one. */
  private second = Number.NaN;

  /** Makes room for that many more bytes. */
  reserve(size: number): void {
    if (this.length + size <= this.bytes.length) return;
    const grown = Buffer.allocUnsafe(Math.max(this.bytes.length * 2, this.length + size));
    this.bytes.copy(grown, 0, 0, this.length);
    this.bytes = grown;
  }

  /** A copy of what was written; the buffer is empty again. */
  take(): Buffer {
    const taken = Buffer.allocUnsafe(this.length);
    this.bytes.copy(taken, 0, 0, this.length);
    this.length = 0;
    if (this.bytes.length > LARGEST_KEPT_BYTES) this.bytes = Buffer.allocUnsafe(FIRST_BYTES);
    return taken;
  }

  /** Forgets what was written. */
  clear(): void {
    this.length = 0;
    if (this.bytes.length > LARGEST_KEPT_BYTES) this.bytes = Buffer.allocUnsafe(FIRST_BYTES);
  }

  /** Begins a field that holds a message, whose length is told by `close`. @returns where the message begins */
  open(field: number): number {
    this.tag(field, 2);
    this.length += USUAL_LENGTH_BYTES;
    return this.length;
  }

  /** Ends the message that `open` began there. The room for its length fits from 128 to 16,383 bytes; others are moved. */
  close(start: number): void {
    const size = this.length - start;
    const width = varintBytes(size);
    const end = this.length + width - USUAL_LENGTH_BYTES;
    if (width !== USUAL_LENGTH_BYTES) {
      this.reserve(MOST_LENGTH_BYTES);
      this.bytes.copyWithin(end - size, start, this.length);
    }
    this.length = start - USUAL_LENGTH_BYTES;
    this.varint(size);
    this.length = end;
  }

  byte(value: number): void {
    this.bytes[this.length++] = value;
  }

  /** An unsigned number of at most 32 bits. */
  varint(value: number): void {
    const { bytes } = this;
    let { length } = this;
    for (; value > 0x7f; value >>>= 7) bytes[length++] = (value & 0x7f) | 0x80;
    bytes[length++] = value;
    this.length = length;
  }

  /** Field numbers above 15 take two bytes. */
  tag(field: number, wireType: number): void {
    this.varint((field << 3) | wireType);
  }

  raw(source: Uint8Array, start: number, end: number): void {
    const size = end - start;
    if (size < SHORT) {
      const { bytes } = this;
      let at = this.length;
      for (let i = start; i < end; i++) bytes[at++] = source[i] ?? 0;
    } else this.bytes.set(source.subarray(start, end), this.length);
    this.length += size;
  }

  /** A field of bytes or text; left out where it is empty, as proto3 does. */
  text(field: number, source: Uint8Array, start: number, end: number): void {
    if (start === end) return;
    this.tag(field, 2);
    this.varint(end - start);
    this.raw(source, start, end);
  }

  /** A field that holds the hex digits of some bytes (fewer than 64). */
  hex(field: number, source: Uint8Array, start: number, end: number): void {
    this.tag(field, 2);
    this.byte((end - start) * 2);
    const { bytes } = this;
    let { length } = this;
    for (let i = start; i < end; i++) {
      const byte = source[i] ?? 0;
      bytes[length++] = HEX[byte >>> 4] ?? 0;
      bytes[length++] = HEX[byte & 15] ?? 0;
    }
    this.length = length;
  }

  /** A field that holds an instant as `formatInstant` prints it. @throws RangeError outside of the years 0001-9999 */
  instant(field: number, { seconds, nanos }: Instant): void {
    if (seconds !== this.second) {
      this.secondText.write(formatInstant({ seconds, nanos: 0 }), 'latin1');
      this.second = seconds;
    }
    const digits = nanos === 0 ? 0 : nanos % 1_000_000 === 0 ? 3 : nanos % 1000 === 0 ? 6 : 9;
    this.tag(field, 2);
    this.byte(SECOND_TEXT_BYTES + (digits === 0 ? 0 : digits + 1) + 1);
    this.raw(this.secondText, 0, SECOND_TEXT_BYTES);
    if (digits > 0) {
      this.byte(0x2e);
      let rest = digits === 3 ? nanos / 1_000_000 : digits === 6 ? nanos / 1000 : nanos;
      for (let at = this.length + digits - 1; at >= this.length; at--) {
        this.bytes[at] = ZERO + (rest % 10);
        rest = Math.floor(rest / 10);
      }
      this.length += digits;
    }
    this.byte(0x5a);
  }
}

/** Bytes that a varint of a number of at most 32 bits takes. */
export function varintBytes(value: number): number {
  return value < 0x80 ? 1 : value < 0x4000 ? 2 : value < 0x20_0000 ? 3 : value < 0x1000_0000 ? 4 : 5;
}
