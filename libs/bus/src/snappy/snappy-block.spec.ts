import fc from 'fast-check';
import snappy from 'snappyjs';
import { inflateSnappyBlock } from './snappy-block.js';

const LIMIT = 1 << 20;

describe('A Snappy block', () => {
  it('is inflated as another implementation compressed it', () => {
    const texts = fc
      .array(fc.constantFrom('abcd', 'a', 'xyz'.repeat(30), '\0'), { maxLength: 300 })
      .map((parts) => Buffer.from(parts.join('')));
    const bytes = fc.uint8Array({ maxLength: 3_000 }).map((array) => Buffer.from(array));
    fc.assert(
      fc.property(fc.oneof(texts, bytes), (plain) => {
        expect(inflateSnappyBlock(Buffer.from(snappy.compress(plain)), plain.length).equals(plain)).toBe(true);
      }),
    );
    const long = Buffer.alloc(200_000, 'long literal of random look? no: repeats');
    expect(inflateSnappyBlock(Buffer.from(snappy.compress(long)), long.length).equals(long)).toBe(true);
  });

  it('that declares more than the limit is refused before anything is allocated', () => {
    const block = Buffer.from([0xff, 0xff, 0xff, 0xff, 0x0f, 0]);
    expect(() => inflateSnappyBlock(block, LIMIT)).toThrow(expect.objectContaining({ isTooLarge: true }));
  });

  it('of whatever bytes ends, within the declared size, or is refused', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), fc.integer({ min: 0, max: 127 }), (tail, size) => {
        try {
          expect(inflateSnappyBlock(Buffer.from([size, ...tail]), LIMIT)).toHaveLength(size);
        } catch (error) {
          expect(error).toMatchObject({ name: 'SnappyError', isTooLarge: false });
        }
      }),
      { numRuns: 5_000 },
    );
    // A length that reads as negative in 32 bits once sent a decoder back for ever.
    expect(() => inflateSnappyBlock(Buffer.from([10, 0xfc, 0xf0, 0xff, 0xff, 0xff, 0, 0, 0, 0]), LIMIT)).toThrow(
      'reaches past the end',
    );
  });
});
