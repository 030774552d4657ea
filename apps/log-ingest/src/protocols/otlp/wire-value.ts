import type { WireCursor } from '#proto';
import { checkWire, delimited, fixed, readFixed64 } from './wire-fields.js';

/** What an AnyValue holds: the number of its field; 0 where it is empty. */
export const ValueKind = { none: 0, text: 1, bool: 2, int: 3, double: 4, array: 5, map: 6, bytes: 7 } as const;

/** One AnyValue: what it holds and where, or which number. Of several the last counts, as in any oneof. */
export class WireValue {
  kind = 0;
  start = 0;
  end = 0;
  /** Halves of a number; of a bool the low one. */
  low = 0;
  high = 0;

  /** @throws RootspanError INVALID_ARGUMENT */
  read(cursor: WireCursor, start: number, end: number): this {
    this.kind = this.start = this.end = this.low = this.high = 0;
    cursor.pos = start;
    cursor.end = end;
    while (cursor.pos < end) {
      const tag = cursor.tag();
      const field = tag >>> 3;
      if ((tag & 7) === 2 && (field === 1 || (field >= 5 && field <= 7))) {
        this.end = cursor.lengthEnd();
        this.start = cursor.pos;
        this.kind = field;
        cursor.pos = this.end;
      } else if (tag === 16 || tag === 24) {
        this.low = cursor.varint();
        this.high = cursor.varintHigh;
        this.kind = field;
      } else if (tag === 33) {
        readFixed64(cursor);
        this.low = fixed.low;
        this.high = fixed.high;
        this.kind = ValueKind.double;
      } else if (cursor.fault === null) cursor.skip(tag);
    }
    checkWire(cursor);
    return this;
  }
}

const KEY = delimited(1);
const VALUE = delimited(2);

/** One KeyValue: where its key and its value lie. */
export class WireEntry {
  keyStart = 0;
  keyEnd = 0;
  valueStart = 0;
  valueEnd = 0;

  /** @throws RootspanError INVALID_ARGUMENT */
  read(cursor: WireCursor, start: number, end: number): this {
    this.keyStart = this.keyEnd = this.valueStart = this.valueEnd = start;
    cursor.pos = start;
    cursor.end = end;
    while (cursor.pos < end) {
      const tag = cursor.tag();
      if (tag === KEY) {
        this.keyEnd = cursor.lengthEnd();
        this.keyStart = cursor.pos;
        cursor.pos = this.keyEnd;
      } else if (tag === VALUE) {
        this.valueEnd = cursor.lengthEnd();
        this.valueStart = cursor.pos;
        cursor.pos = this.valueEnd;
      } else if (cursor.fault === null) cursor.skip(tag);
    }
    checkWire(cursor);
    return this;
  }
}

const doubles = new DataView(new ArrayBuffer(8));

/** The JSON text of a number, a truth, bytes (base64, as protobuf-JSON has them) or nothing. */
export function scalarText(bytes: Uint8Array, { kind, low, high, start, end }: WireValue): string {
  switch (kind) {
    case ValueKind.bool:
      return low === 0 && high === 0 ? 'false' : 'true';
    case ValueKind.int:
      return high === 0 ? String(low) : String(BigInt.asIntN(64, (BigInt(high) << 32n) | BigInt(low)));
    case ValueKind.double: {
      doubles.setUint32(0, high);
      doubles.setUint32(4, low);
      const number = doubles.getFloat64(0);
      return Number.isFinite(number) ? JSON.stringify(number) : `"${number}"`;
    }
    case ValueKind.bytes:
      return `"${Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start).toString('base64')}"`;
    default:
      return 'null';
  }
}
