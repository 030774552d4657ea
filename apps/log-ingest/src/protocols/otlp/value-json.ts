import type { WireBuffer, WireCursor } from '#proto';
import type { StorableText } from './storable-text.js';
import { eachMessage } from './wire-fields.js';
import { ValueKind, WireEntry, WireValue, scalarText } from './wire-value.js';

/** Values nested deeper are refused. More than twice as deep as protobuf's own libraries read (100 messages, 3 a level). */
export const MAX_DEPTH = 100;

/** A value is nested deeper than MAX_DEPTH: its record is refused. */
export class TooDeepError extends Error {}

/**
 * Writes values as JSON: 64-bit integers with all their digits, doubles that JSON can't write as texts ("NaN"), bytes as
 * base64. Texts are made storable on the way.
 *
 * Source: OpenTelemetry specification, "Mapping Arbitrary Data to OTLP AnyValue" and its string representation.
 */
export class ValueJson {
  constructor(
    private readonly cursor: WireCursor,
    private readonly out: WireBuffer,
    private readonly text: StorableText,
  ) {}

  /** @throws TooDeepError; RootspanError INVALID_ARGUMENT */
  write(start: number, end: number, depth = 0): void {
    const { cursor, out } = this;
    if (depth > MAX_DEPTH) throw new TooDeepError();
    const value = new WireValue().read(cursor, start, end);
    switch (value.kind) {
      case ValueKind.text:
        return writeJsonString(out, this.text.read(cursor.bytes, value.start, value.end));
      case ValueKind.array:
        return this.elements(value, '[', ']', (from, to) => this.write(from, to, depth + 1));
      case ValueKind.map:
        return this.elements(value, '{', '}', (from, to) => this.member(from, to, depth + 1));
      default:
        writeAscii(out, scalarText(cursor.bytes, value));
    }
  }

  /** A KeyValue as `"key":value`. */
  member(start: number, end: number, depth = 0): void {
    const { cursor, out } = this;
    const { keyStart, keyEnd, valueStart, valueEnd } = new WireEntry().read(cursor, start, end);
    writeJsonString(out, this.text.read(cursor.bytes, keyStart, keyEnd));
    writeAscii(out, ':');
    this.write(valueStart, valueEnd, depth);
  }

  private elements(value: WireValue, open: string, close: string, write: (start: number, end: number) => void): void {
    let separator = open;
    eachMessage(this.cursor, value, 1, (start, end) => {
      writeAscii(this.out, separator);
      separator = ',';
      write(start, end);
    });
    writeAscii(this.out, separator === open ? open + close : close);
  }
}

export function writeAscii(out: WireBuffer, text: string): void {
  out.reserve(text.length);
  out.length += out.bytes.write(text, out.length, 'latin1');
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
/** So many bytes are written between two looks at the room that is left. */
const STRETCH = 4_096;
const HEX = Buffer.from('0123456789abcdef', 'latin1');

/** A text as a JSON string: quotes, backslashes and control characters escaped, all else as it is. */
export function writeJsonString(out: WireBuffer, { bytes, start, end }: StorableText): void {
  out.reserve(1);
  out.byte(QUOTE);
  for (let at = start; at < end;) {
    const stretchEnd = Math.min(end, at + STRETCH);
    out.reserve((stretchEnd - at) * 6);
    for (; at < stretchEnd; at++) {
      const byte = bytes[at] ?? 0;
      if (byte === QUOTE || byte === BACKSLASH) out.byte(BACKSLASH);
      if (byte >= 0x20) out.byte(byte);
      else {
        out.length += out.bytes.write('\\u00', out.length, 'latin1');
        out.byte(HEX[byte >>> 4] ?? 0);
        out.byte(HEX[byte & 15] ?? 0);
      }
    }
  }
  out.reserve(1);
  out.byte(QUOTE);
}
