import { malformed } from '#platform';
import { WireCursor } from '#proto';

/** A tag is field number * 8 + wire type; 2 stands for bytes, 0 for a number. */
export const bytesTag = (number: number): number => (number << 3) | 2;
export const varintTag = (number: number): number => number << 3;

/** Where bytes lie in a body. */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
}

/** A field of a message: its tag, and where its bytes lie or what number it holds. */
export type ProtoField = readonly [tag: number, value: ByteRange & { readonly number: number }];

/** The fields of the protobuf message that lies there, unknown ones too. @throws RootspanError 400 where it is none */
export function* protoFields(body: Buffer, { start, end }: ByteRange): Generator<ProtoField, void> {
  const cursor = new WireCursor();
  cursor.open(body, start, end);
  while (cursor.pos < cursor.end) {
    const tag = cursor.tag();
    let number = 0;
    let from = cursor.pos;
    if ((tag & 7) === 0 && cursor.fault === null) {
      const low = cursor.varint();
      number = (cursor.varintHigh | 0) * 2 ** 32 + low;
    } else if ((tag & 7) === 2) {
      const to = cursor.lengthEnd();
      from = cursor.pos;
      cursor.pos = to;
    } else if (cursor.fault === null) cursor.skip(tag);
    if (cursor.fault !== null) throw malformed(`The body is not the protobuf message that it should be: ${cursor.fault}.`);
    yield [tag, { start: from, end: cursor.pos, number }];
  }
}
