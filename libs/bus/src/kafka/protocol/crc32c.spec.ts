import fc from 'fast-check';
import crc32CByteByByte from 'kafkajs/src/protocol/recordBatch/crc32C/index.js';
import { crc32c } from './crc32c.js';

describe('crc32c', () => {
  it.each([
    ['nothing', Buffer.alloc(0), 0],
    ['the check value of the CRC catalogue', Buffer.from('123456789'), 0xe3069283],
    ['32 zeros (RFC 3720, B.4)', Buffer.alloc(32), 0x8a9136aa],
    ['32 times 0xff', Buffer.alloc(32, 0xff), 0x62a8ab43],
    ['0 to 31', Buffer.from(Array.from({ length: 32 }, (_, i) => i)), 0x46dd794e],
    ['31 to 0', Buffer.from(Array.from({ length: 32 }, (_, i) => 31 - i)), 0x113fdb5c],
  ])('knows %s', (_name, bytes, expected) => {
    expect(crc32c(bytes)).toBe(expected);
  });

  it('is the same wherever the bytes lie in memory and however they are cut into parts', () => {
    const bytes = fc.uint8Array({ maxLength: 300 });
    fc.assert(
      fc.property(bytes, fc.nat(7), fc.array(fc.nat(300), { maxLength: 4 }), (plain, shift, cuts) => {
        const shifted = Buffer.concat([Buffer.alloc(shift), plain]).subarray(shift);
        const ends = [...cuts.map((cut) => Math.min(cut, plain.length)).sort((a, b) => a - b), plain.length];
        const parts = ends.map((end, i) => shifted.subarray(ends[i - 1] ?? 0, end));
        expect(crc32c(...parts)).toBe(crc32CByteByByte(plain));
      }),
    );
  });
});
