import fc from 'fast-check';
import { Log } from '../generated/log.js';

/*
 * Valid protobuf wire format of `logs.Log` as senders that we don't know may write it: fields in any order and more than
 * once, unknown fields, known fields with another wire type, varints longer than they need be.
 */

const TEXT_FIELDS = [1, 2, 3, 4, 5, 7, 9, 10, 11, 12, 13, 15, 16] as const;
const NUMBER_FIELDS = [6, 14, 17] as const;
const ATTRIBUTES = 8;
const LARGEST_FIELD = 2 ** 29 - 1;

/** A varint of a 64-bit value, `padding` bytes longer than it need be, `longest` bytes at most. */
export function varint(value: bigint | number, padding = 0, longest = 10): number[] {
  let rest = BigInt.asUintN(64, BigInt(value));
  const bytes: number[] = [];
  do {
    bytes.push(Number(rest & 0x7fn));
    rest >>= 7n;
  } while (rest > 0n);
  for (let i = 0; i < padding && bytes.length < longest; i++) bytes.push(0);
  return bytes.map((byte, i) => (i < bytes.length - 1 ? byte | 0x80 : byte));
}

/** A tag; 5 bytes at most, since the generated codec takes no longer one inside of a group (Go does). */
export function tag(field: number, wireType: number, padding = 0): number[] {
  return varint(field * 8 + wireType, padding, 5);
}

/** A field with a length: tag, length, bytes. */
export function lengthField(field: number, bytes: Iterable<number>, padding = 0): number[] {
  const content = [...bytes];
  return [...tag(field, 2, padding), ...varint(content.length, padding), ...content];
}

/** A serialized `logs.Log` of these fields. */
export function logBytes(log: Partial<Log>): Buffer {
  return Buffer.from(Log.encode({ ...Log.decode(new Uint8Array(0)), ...log }).finish());
}

export const padding = fc.oneof({ weight: 6, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.nat({ max: 9 }) });
/** Any text of valid code points, empty ones and U+0000 included. */
export const arbitraryText = fc.string({ unit: 'binary', maxLength: 12 });
export const utf8 = arbitraryText.map((text) => [...Buffer.from(text, 'utf8')]);
export const anyVarint = fc.oneof(fc.nat({ max: 6 }).map(BigInt), fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }));

const textField = fc
  .tuple(fc.constantFrom(...TEXT_FIELDS), utf8, padding)
  .map(([field, bytes, pad]) => lengthField(field, bytes, pad));
const numberField = fc
  .tuple(fc.constantFrom(...NUMBER_FIELDS), anyVarint, padding)
  .map(([field, value, pad]) => [...tag(field, 0, pad), ...varint(value, pad)]);

export function scalar(field: fc.Arbitrary<number>): fc.Arbitrary<number[]> {
  const bytes = (size: number) => fc.array(fc.nat({ max: 255 }), { minLength: size, maxLength: size });
  return fc.oneof(
    fc.tuple(field, anyVarint, padding).map(([f, value, pad]) => [...tag(f, 0, pad), ...varint(value, pad)]),
    fc.tuple(field, bytes(8), padding).map(([f, eight, pad]) => [...tag(f, 1, pad), ...eight]),
    fc.tuple(field, fc.array(fc.nat({ max: 255 }), { maxLength: 9 }), padding).map(([f, some, pad]) => lengthField(f, some, pad)),
    fc.tuple(field, bytes(4), padding).map(([f, four, pad]) => [...tag(f, 5, pad), ...four]),
  );
}

const unknownNumber = fc.oneof(fc.integer({ min: 18, max: 40 }), fc.integer({ min: 18, max: LARGEST_FIELD }));
/** A field whose number neither `logs.Log` nor `logs.Span` knows. */
export const unknownField: fc.Arbitrary<number[]> = fc.letrec<{ field: number[]; group: number[] }>((tie) => ({
  field: fc.oneof({ depthSize: 'small' }, scalar(unknownNumber), tie('group')),
  group: fc
    .tuple(unknownNumber, fc.array(tie('field'), { maxLength: 3 }))
    .map(([number, fields]) => [...tag(number, 3), ...fields.flat(), ...tag(number, 4)]),
})).field;

/** A known field's number with a wire type that is not the field's: to every reader an unknown field. */
const otherWireType = fc.oneof(
  fc.tuple(fc.constantFrom(...TEXT_FIELDS, ATTRIBUTES), anyVarint).map(([field, value]) => [...tag(field, 0), ...varint(value)]),
  fc.tuple(fc.constantFrom(...NUMBER_FIELDS), utf8).map(([field, bytes]) => lengthField(field, bytes)),
);

const entryKey = utf8
  .filter((bytes) => Buffer.from(bytes).toString('utf8') !== '__proto__')
  .map((bytes) => lengthField(1, bytes));
const entryValue = utf8.map((bytes) => lengthField(2, bytes));
const entryUnknown = scalar(fc.integer({ min: 3, max: 40 }));
const attribute = fc
  .tuple(fc.array(fc.oneof(entryKey, entryValue, entryValue, entryUnknown), { maxLength: 4 }), padding)
  .map(([parts, pad]) => lengthField(ATTRIBUTES, parts.flat(), pad));

/** Valid bytes of a `logs.Log`; most would not pass the contract. */
export const arbitraryLogBytes: fc.Arbitrary<Buffer> = fc
  .array(
    fc.oneof(
      { weight: 6, arbitrary: textField },
      { weight: 2, arbitrary: numberField },
      { weight: 3, arbitrary: attribute },
      { weight: 2, arbitrary: unknownField },
      { weight: 1, arbitrary: otherWireType },
    ),
    { maxLength: 14 },
  )
  .map((parts) => Buffer.from(parts.flat()));
