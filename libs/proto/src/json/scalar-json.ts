import { ScalarType } from '@bufbuild/protobuf';
import type { BinaryReader } from '@bufbuild/protobuf/wire';

/** Reads one value and gives its JSON text. */
export type Read = (reader: BinaryReader) => string;

const READERS: Readonly<Record<ScalarType, Read>> = {
  [ScalarType.STRING]: (reader) => JSON.stringify(bufferOf(reader.bytes()).toString('utf8')),
  [ScalarType.BYTES]: (reader) => `"${bufferOf(reader.bytes()).toString('base64')}"`,
  [ScalarType.BOOL]: (reader) => String(reader.bool()),
  [ScalarType.DOUBLE]: (reader) => floatText(reader.double()),
  // The shortest text of a 32-bit number would be shorter, but means the same number.
  [ScalarType.FLOAT]: (reader) => floatText(reader.float()),
  [ScalarType.INT32]: (reader) => String(reader.int32()),
  [ScalarType.UINT32]: (reader) => String(reader.uint32()),
  [ScalarType.SINT32]: (reader) => String(reader.sint32()),
  [ScalarType.FIXED32]: (reader) => String(reader.fixed32()),
  [ScalarType.SFIXED32]: (reader) => String(reader.sfixed32()),
  [ScalarType.INT64]: (reader) => `"${reader.int64()}"`,
  [ScalarType.UINT64]: (reader) => `"${reader.uint64()}"`,
  [ScalarType.SINT64]: (reader) => `"${reader.sint64()}"`,
  [ScalarType.FIXED64]: (reader) => `"${reader.fixed64()}"`,
  [ScalarType.SFIXED64]: (reader) => `"${reader.sfixed64()}"`,
};

const LONG: ReadonlySet<ScalarType> = new Set([
  ScalarType.INT64,
  ScalarType.UINT64,
  ScalarType.SINT64,
  ScalarType.FIXED64,
  ScalarType.SFIXED64,
]);

/** How values of a type are read. */
export function scalarReader(type: ScalarType): Read {
  return READERS[type];
}

/** The JSON text of a type's default value. */
export function defaultOfScalar(type: ScalarType): string {
  if (isDelimited(type)) return '""';
  return type === ScalarType.BOOL ? 'false' : LONG.has(type) ? '"0"' : '0';
}

/** True for types whose values have a length; lists of all others may be packed. */
export function isDelimited(type: ScalarType): boolean {
  return type === ScalarType.STRING || type === ScalarType.BYTES;
}

function floatText(value: number): string {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? '"NaN"' : value > 0 ? '"Infinity"' : '"-Infinity"';
  return Object.is(value, -0) ? '-0' : String(value);
}

/** Decodes short texts faster than TextDecoder does. */
function bufferOf(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
