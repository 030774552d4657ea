/** Bytes of protobuf that no generated encoder would write. Source: protobuf.dev/programming-guides/encoding */

/** An unsigned varint of at most 32 bits. */
export function varint(value: number): Buffer {
  const bytes: number[] = [];
  let rest = value;
  for (; rest >= 0x80; rest = Math.floor(rest / 128)) bytes.push((rest % 128) | 0x80);
  bytes.push(rest);
  return Buffer.from(bytes);
}

/** A field of wire type LEN with any bytes. */
export function field(number: number, bytes: Uint8Array): Buffer {
  return Buffer.concat([varint(number * 8 + 2), varint(bytes.length), bytes]);
}

/** A field of wire type VARINT. */
export function numberField(number: number, value: number): Buffer {
  return Buffer.concat([varint(number * 8), varint(value)]);
}

/** Texts that no record may hold, by what is wrong with them. */
export const BAD_TEXTS: Readonly<Record<string, Buffer>> = {
  'U+0000': Buffer.from('a\0b'),
  'a lone continuation byte': Buffer.from([0x61, 0x80]),
  'a byte that UTF-8 never has': Buffer.from([0x61, 0xff, 0x62]),
  'an overlong form': Buffer.from([0xc0, 0xaf]),
  'a surrogate': Buffer.from([0xed, 0xa0, 0x80]),
  'a sequence that is cut off': Buffer.from([0x61, 0xe2, 0x82]),
  'a code point beyond U+10FFFF': Buffer.from([0xf4, 0x90, 0x80, 0x80]),
};
