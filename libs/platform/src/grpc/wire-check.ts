import { isUtf8 } from 'node:buffer';
import { ScalarType, type DescField, type DescMessage } from '@bufbuild/protobuf';
import { WireType } from '@bufbuild/protobuf/wire';

/** Why bytes are not a message. `field` is its path in the contract's spelling; empty where no field can be named. */
export interface WireFault {
  readonly field: string;
  readonly reason: string;
}

const MAX_DEPTH = 100;

/** Thrown inside the walk only. */
class Malformed extends Error {
  constructor(
    readonly field: string,
    reason: string,
  ) {
    super(reason);
  }
}

/**
 * Checks that bytes are a message, as strictly as Go's protobuf: well-formed tags and varints, nothing reaching past the end
 * of the message it is part of, groups closed by their own number, strings in UTF-8. Unknown fields pass, and so do known
 * fields with another wire type (they count as unknown). Strings with U+0000 are refused too, because no text of Rootspan
 * may hold one.
 *
 * The generated decoders let all of that pass (bad UTF-8 becomes U+FFFD), so this runs before them.
 * Source: protobuf.dev/programming-guides/encoding
 */
export function checkWire(message: DescMessage, bytes: Uint8Array): WireFault | null {
  try {
    new Walk(bytes).message(message, bytes.length, '', 0);
    return null;
  } catch (error) {
    if (error instanceof Malformed) {
      return { field: error.field, reason: error.message };
    }
    throw error;
  }
}

class Walk {
  private at = 0;

  constructor(private readonly bytes: Uint8Array) {}

  message(message: DescMessage, end: number, path: string, depth: number): void {
    if (depth > MAX_DEPTH) {
      throw new Malformed(path, `is nested deeper than ${MAX_DEPTH} messages`);
    }
    while (this.at < end) {
      const { number, type } = this.tag(end, path);
      const field = message.fields.find((known) => known.number === number);
      const name = field === undefined ? path : path === '' ? field.name : `${path}.${field.name}`;
      if (field !== undefined && type === WireType.LengthDelimited) {
        this.delimited(field, end, name, depth);
      } else {
        this.skip(number, type, end, name, depth);
      }
    }
  }

  private delimited(field: DescField, end: number, path: string, depth: number): void {
    const valueEnd = this.length(end, path);
    switch (field.fieldKind) {
      case 'message':
        return this.message(field.message, valueEnd, path, depth + 1);
      case 'map':
        return this.mapEntry(field, valueEnd, path, depth + 1);
      case 'list':
        return field.listKind === 'message'
          ? this.message(field.message, valueEnd, path, depth + 1)
          : this.scalar(field.listKind === 'enum' ? ScalarType.INT32 : field.scalar, valueEnd, path);
      case 'scalar':
        // A number sent as a packed list where one is declared counts as unknown.
        return field.scalar === ScalarType.STRING ? this.text(valueEnd, path) : this.jump(valueEnd);
      default:
        return this.jump(valueEnd);
    }
  }

  /** A map's entry is a message with the key in field 1 and the value in field 2. */
  private mapEntry(field: DescField & { readonly fieldKind: 'map' }, end: number, path: string, depth: number): void {
    while (this.at < end) {
      const { number, type } = this.tag(end, path);
      if (type !== WireType.LengthDelimited) {
        this.skip(number, type, end, path, depth);
        continue;
      }
      const valueEnd = this.length(end, path);
      const isText = number === 1 ? field.mapKey === ScalarType.STRING : number === 2 && field.scalar === ScalarType.STRING;
      if (isText) {
        this.text(valueEnd, path);
      } else if (number === 2 && field.mapKind === 'message') {
        this.message(field.message, valueEnd, path, depth + 1);
      } else {
        this.jump(valueEnd);
      }
    }
  }

  /** A delimited element of a list: a string, bytes, or numbers packed together. */
  private scalar(type: ScalarType, end: number, path: string): void {
    switch (type) {
      case ScalarType.STRING:
        return this.text(end, path);
      case ScalarType.BYTES:
        return this.jump(end);
      case ScalarType.DOUBLE:
      case ScalarType.FIXED64:
      case ScalarType.SFIXED64:
        return this.packed(8, end, path);
      case ScalarType.FLOAT:
      case ScalarType.FIXED32:
      case ScalarType.SFIXED32:
        return this.packed(4, end, path);
      default:
        while (this.at < end) {
          this.varint(end, path);
        }
    }
  }

  private packed(width: number, end: number, path: string): void {
    if ((end - this.at) % width !== 0) {
      throw new Malformed(path, `its packed values are not a multiple of ${width} bytes long`);
    }
    this.jump(end);
  }

  private text(end: number, path: string): void {
    const text = this.bytes.subarray(this.at, end);
    if (!isUtf8(text)) {
      throw new Malformed(path, 'must be valid UTF-8');
    }
    if (text.includes(0)) {
      throw new Malformed(path, 'must not hold U+0000');
    }
    this.jump(end);
  }

  private skip(number: number, type: WireType, end: number, path: string, depth: number): void {
    switch (type) {
      case WireType.Varint:
        this.varint(end, path);
        return;
      case WireType.Bit64:
        return this.advance(8, end, path);
      case WireType.Bit32:
        return this.advance(4, end, path);
      case WireType.LengthDelimited:
        return this.jump(this.length(end, path));
      case WireType.StartGroup:
        return this.group(number, end, path, depth + 1);
      default:
        throw new Malformed(path, 'a group ends that was not begun');
    }
  }

  private group(opened: number, end: number, path: string, depth: number): void {
    if (depth > MAX_DEPTH) {
      throw new Malformed(path, `is nested deeper than ${MAX_DEPTH} groups`);
    }
    for (;;) {
      const { number, type } = this.tag(end, path);
      if (type === WireType.EndGroup) {
        if (number !== opened) {
          throw new Malformed(path, 'a group ends that was not begun');
        }
        return;
      }
      this.skip(number, type, end, path, depth);
    }
  }

  private tag(end: number, path: string): { readonly number: number; readonly type: WireType } {
    const value = this.varint(end, path);
    const number = value / 8n;
    const type = Number(value % 8n);
    if (number < 1n || number > 0x1fffffffn || type > WireType.Bit32) {
      throw new Malformed(path, 'holds a tag that protobuf does not know');
    }
    return { number: Number(number), type };
  }

  private length(end: number, path: string): number {
    const length = this.varint(end, path);
    if (length > BigInt(end - this.at)) {
      throw new Malformed(path, 'is cut off: its length reaches past the end');
    }
    return this.at + Number(length);
  }

  /** An unsigned varint of at most 64 bits. */
  private varint(end: number, path: string): bigint {
    let value = 0n;
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = this.at < end ? this.bytes[this.at++] : undefined;
      if (byte === undefined) {
        throw new Malformed(path, 'is cut off inside a number');
      }
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) {
        if (value > 0xffffffffffffffffn) {
          break;
        }
        return value;
      }
    }
    throw new Malformed(path, 'holds a number of more than 64 bits');
  }

  private advance(width: number, end: number, path: string): void {
    if (end - this.at < width) {
      throw new Malformed(path, 'is cut off inside a number');
    }
    this.at += width;
  }

  private jump(end: number): void {
    this.at = end;
  }
}
