/**
 * A reading position in protobuf wire format, strict as Go's protowire is.
 *
 * Source: https://protobuf.dev/programming-guides/encoding/. A malformed byte sets `fault` and puts the cursor at
 * its end, so that loops of the form `while (c.pos < c.end)` stop by themselves; callers look at `fault` once after.
 */
export class WireCursor {
  bytes: Uint8Array = EMPTY;
  pos = 0;
  end = 0;
  /** Why the bytes can't be read; null while all is well. */
  fault: string | null = null;

  /** Reads `bytes` from `start` to `end`. */
  open(bytes: Uint8Array, start: number, end: number): void {
    this.bytes = bytes;
    this.pos = start;
    this.end = end;
    this.fault = null;
  }

  fail(reason: string): void {
    this.fault ??= reason;
    this.pos = this.end;
  }

  /** A tag: field number * 8 + wire type, as an unsigned 32-bit number. 0 after a fault. */
  tag(): number {
    const first = this.bytes[this.pos] ?? 0;
    if (this.pos < this.end && first < 0x80 && first > 7) {
      this.pos++;
      return first;
    }
    const at = this.pos;
    const value = this.varint();
    if (this.fault !== null) return 0;
    if (this.varintHigh !== 0 || value < 8) {
      this.fail(`invalid field number at byte ${at}`);
      return 0;
    }
    return value;
  }

  /** Bits 32 to 63 of the last varint. */
  varintHigh = 0;

  /** The low 32 bits of a varint, unsigned; the rest is in `varintHigh`. */
  varint(): number {
    let low = 0;
    let high = 0;
    for (let i = 0; i < 10; i++) {
      if (this.pos >= this.end) {
        this.fail(`truncated number at byte ${this.end}`);
        return 0;
      }
      const byte = this.bytes[this.pos++] ?? 0;
      const bits = byte & 0x7f;
      if (i < 4) low |= bits << (7 * i);
      else if (i === 4) {
        low |= bits << 28;
        high = bits >>> 4;
      } else high |= bits << (7 * i - 32);
      if (byte < 0x80) {
        if (i === 9 && byte > 1) break;
        this.varintHigh = high >>> 0;
        return low >>> 0;
      }
    }
    this.fail(`number longer than 64 bits before byte ${this.pos}`);
    return 0;
  }

  /** Reads a length and returns the end of that many bytes; the bytes start at `pos`. Equal to `pos` after a fault. */
  lengthEnd(): number {
    let length = this.bytes[this.pos] ?? 0;
    if (this.pos < this.end && length < 0x80) this.pos++;
    else {
      length = this.varint();
      if (this.fault !== null) return this.pos;
      if (this.varintHigh !== 0) length = Number.MAX_SAFE_INTEGER;
    }
    if (length > this.end - this.pos) {
      this.fail(`a length at byte ${this.pos} reaches past the end`);
      return this.pos;
    }
    return this.pos + length;
  }

  /** Steps over the value of an unknown field. */
  skip(tag: number): void {
    switch (tag & 7) {
      case 0:
        this.varint();
        return;
      case 1:
        this.step(8);
        return;
      case 2: {
        const end = this.lengthEnd();
        if (this.fault === null) this.pos = end;
        return;
      }
      case 3:
        this.skipGroup(tag >>> 3);
        return;
      case 5:
        this.step(4);
        return;
      default:
        this.fail(`invalid wire type before byte ${this.pos}`);
    }
  }

  private step(bytes: number): void {
    if (this.end - this.pos < bytes) this.fail(`truncated value at byte ${this.end}`);
    else this.pos += bytes;
  }

  /** Groups are gone from proto3 but legal as unknown fields; nesting is counted, not recursed. */
  private skipGroup(field: number): void {
    const open = [field];
    while (open.length > 0 && this.fault === null) {
      if (this.pos >= this.end) return this.fail(`group without an end before byte ${this.end}`);
      const tag = this.tag();
      if (this.fault !== null) return;
      const kind = tag & 7;
      if (kind === 3) {
        if (open.length >= MAX_GROUP_DEPTH) return this.fail(`groups nested deeper than ${MAX_GROUP_DEPTH}`);
        open.push(tag >>> 3);
      } else if (kind === 4) {
        if (open.pop() !== tag >>> 3) return this.fail(`group end without its start before byte ${this.pos}`);
      } else this.skip(tag);
    }
  }
}

const EMPTY = new Uint8Array(0);
/** Go's limit on nesting is 10,000 messages; no sender of logs comes near 100. */
const MAX_GROUP_DEPTH = 100;
