import fc from 'fast-check';
import { Span } from '../generated/log.js';
import { anyVarint, lengthField, padding, scalar, tag, unknownField, utf8, varint } from './arbitrary-log.js';

/* Valid protobuf wire format of `logs.Span` as senders that we don't know may write it; see arbitrary-log.ts. */

const TEXT_FIELDS = [1, 2, 3, 4, 5, 7, 8, 10, 11, 12, 13, 15] as const;
const NUMBER_FIELDS = [6, 9, 14] as const;
const PART_FIELDS = [16, 17] as const;

/** A serialized `logs.Span` of these fields. */
export function spanBytes(span: Partial<Span>): Buffer {
  return Buffer.from(Span.encode({ ...Span.decode(new Uint8Array(0)), ...span }).finish());
}

/** A span as an entry of `LogBatch.spans`. */
export function wrapSpan(span: Uint8Array): Buffer {
  return Buffer.from(lengthField(3, span));
}

const textField = fc
  .tuple(fc.constantFrom(...TEXT_FIELDS), utf8, padding)
  .map(([field, bytes, pad]) => lengthField(field, bytes, pad));
const numberField = fc
  .tuple(fc.constantFrom(...NUMBER_FIELDS), anyVarint, padding)
  .map(([field, value, pad]) => [...tag(field, 0, pad), ...varint(value, pad)]);
/** A known field's number with a wire type that is not the field's. */
const otherWireType = fc.oneof(
  fc
    .tuple(fc.constantFrom(...TEXT_FIELDS, ...PART_FIELDS), anyVarint)
    .map(([field, value]) => [...tag(field, 0), ...varint(value)]),
  fc.tuple(fc.constantFrom(...NUMBER_FIELDS), utf8).map(([field, bytes]) => lengthField(field, bytes)),
);

const partText = fc.tuple(fc.constantFrom(1, 2, 3), utf8, padding).map(([field, bytes, pad]) => lengthField(field, bytes, pad));
const partUnknown = scalar(fc.integer({ min: 4, max: 40 }));
const partField = fc
  .tuple(fc.constantFrom(...PART_FIELDS), fc.array(fc.oneof(partText, partText, partUnknown), { maxLength: 5 }), padding)
  .map(([field, parts, pad]) => lengthField(field, parts.flat(), pad));

/** Valid bytes of a `logs.Span`; most would not pass the contract. */
export const arbitrarySpanBytes: fc.Arbitrary<Buffer> = fc
  .array(
    fc.oneof(
      { weight: 6, arbitrary: textField },
      { weight: 2, arbitrary: numberField },
      { weight: 3, arbitrary: partField },
      { weight: 2, arbitrary: unknownField },
      { weight: 1, arbitrary: otherWireType },
    ),
    { maxLength: 14 },
  )
  .map((parts) => Buffer.from(parts.flat()));
