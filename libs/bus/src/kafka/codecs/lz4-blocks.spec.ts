import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { compressLz4Frame } from './lz4-blocks.js';
import { decompressLz4 } from './lz4.js';
import { decompressLz4Frame } from './lz4-frame.js';

/** Parts that repeat, parts that don't, together up to a few blocks of 64 KiB. */
const bytes = fc
  .array(fc.tuple(fc.uint8Array({ minLength: 1, maxLength: 40 }), fc.integer({ min: 1, max: 3_000 })), { maxLength: 4 })
  .map((parts) => Buffer.concat(parts.map(([part, times]) => Buffer.alloc(part.length * times, Buffer.from(part)))));

describe('LZ4 frames in parts', () => {
  it('are read by the native decoder and by the one in JavaScript', async () => {
    await fc.assert(
      fc.asyncProperty(bytes, async (plain) => {
        const frame = Buffer.concat(await compressLz4Frame(plain));
        expect((await decompressLz4(frame, 1e9)).equals(plain)).toBe(true);
        expect(decompressLz4Frame(frame, 1e9).equals(plain)).toBe(true);
      }),
    );
  });

  it('hold bytes that do not compress as they are, with a few bytes more', async () => {
    for (const bytes of [1, 65_535, 65_536, 65_537, 200_000]) {
      const plain = randomBytes(bytes);
      const frame = Buffer.concat(await compressLz4Frame(plain));
      expect(frame.length).toBeLessThanOrEqual(plain.length + 7 + 4 + 4 * Math.ceil(plain.length / 65_536));
      expect((await decompressLz4(frame, 1e9)).equals(plain)).toBe(true);
      expect(decompressLz4Frame(frame, 1e9).equals(plain)).toBe(true);
    }
  });
});
