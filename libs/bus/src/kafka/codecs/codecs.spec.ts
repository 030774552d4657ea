import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { decompress } from './codecs.js';
import { canCompressLz4, compressLz4, decompressLz4 } from './lz4.js';
import { decompressLz4Frame, mostOfLz4Frame } from './lz4-frame.js';
import { compressSnappy, decompressSnappy } from './snappy.js';
import { decompressZstdFrames } from './zstd.js';

/** Bytes with repetitions, long ones too, as compressors like them. */
const bytes = fc
  .array(fc.tuple(fc.uint8Array({ maxLength: 40 }), fc.integer({ min: 1, max: 5_000 })), { maxLength: 12 })
  .map((parts) =>
    Buffer.concat(parts.flatMap(([part, times]) => Array.from({ length: Math.min(times, 2_000) }, () => Buffer.from(part)))),
  );

/** A frame of blocks that say 1,024 times `a` each. */
function zstdFrame(window: Buffer, blocks: number): Buffer {
  const RLE = 2;
  const parts = Array.from({ length: blocks }, (_, i) => {
    const block = Buffer.alloc(4, 'a');
    block.writeUIntLE((1_024 << 3) | RLE | (i === blocks - 1 ? 1 : 0), 0, 3);
    return block;
  });
  return Buffer.concat([Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0]), window, ...parts]);
}

describe('codecs', () => {
  it('the LZ4 decoder in JavaScript reads what the native module writes', async () => {
    expect(canCompressLz4).toBe(true);
    await fc.assert(
      fc.asyncProperty(bytes, async (plain) => {
        const frame = await compressLz4(plain);
        expect(decompressLz4Frame(frame, 1e9).equals(plain)).toBe(true);
        expect((await decompressLz4(frame, 1e9)).equals(plain)).toBe(true);
      }),
    );
  });

  it('the LZ4 decoder reads frames that follow one another, and blocks that were not compressed', async () => {
    const noise = Buffer.from(Array.from({ length: 300 }, (_, i) => (i * 7_919) % 256));
    const frames = Buffer.concat([await compressLz4(noise), await compressLz4(Buffer.from('second'))]);
    expect(decompressLz4Frame(frames, 1e9).equals(Buffer.concat([noise, Buffer.from('second')]))).toBe(true);
  });

  it('the LZ4 decoder throws on damaged frames and never hangs', async () => {
    const frame = await compressLz4(Buffer.from('abc'.repeat(1_000)));
    fc.assert(
      fc.property(fc.integer({ min: 0, max: frame.length - 1 }), fc.integer({ min: 1, max: 255 }), (at, flip) => {
        const damaged = Buffer.from(frame);
        damaged[at] = (damaged[at] ?? 0) ^ flip;
        try {
          decompressLz4Frame(damaged, 1e9);
        } catch (error) {
          expect(String(error)).toContain('Error');
        }
      }),
    );
    expect(() => decompressLz4Frame(frame.subarray(0, frame.length - 10), 1e9)).toThrow();
  });

  it('LZ4 that inflates beyond the bound is refused, with the native module and without', async () => {
    const frame = await compressLz4(Buffer.alloc(3_000_000));
    expect(mostOfLz4Frame(frame)).toBeGreaterThanOrEqual(3_000_000);
    for (const max of [1_000, 2_999_999]) {
      await expect(decompressLz4(frame, max)).rejects.toThrow(`more than ${max} bytes`);
      expect(() => decompressLz4Frame(frame, max)).toThrow(`more than ${max} bytes`);
    }
    expect(await decompressLz4(frame, 3_000_000)).toHaveLength(3_000_000);
  });

  it('Zstandard that inflates beyond the bound is refused, and so is a window that nobody needs', () => {
    const ofRle = (blocks: number): Buffer => zstdFrame(Buffer.of(0), blocks);
    expect(decompressZstdFrames(ofRle(3), 3 * 1024)).toEqual(Buffer.alloc(3 * 1024, 'a'));
    expect(decompressZstdFrames(Buffer.concat([ofRle(1), ofRle(2)]), 3 * 1024)).toHaveLength(3 * 1024);
    expect(() => decompressZstdFrames(ofRle(4), 3 * 1024)).toThrow('more than 3072 bytes');
    expect(() => decompressZstdFrames(zstdFrame(Buffer.of(0xff), 1), 1e9)).toThrow('asks for a window of');
  });

  it('Snappy is read bare', () => {
    fc.assert(fc.property(bytes, (plain) => decompressSnappy(compressSnappy(plain), 1e9).equals(plain)));
  });

  it('Snappy that inflates beyond the bound is refused', () => {
    expect(() => decompressSnappy(compressSnappy(Buffer.alloc(2_000)), 1_000)).toThrow();
  });

  it('gzip is read', async () => {
    expect((await decompress(1, gzipSync('text'))).toString()).toBe('text');
  });

  it.each([1, 2, 3, 4])('codec %i rejects garbage', async (codec) => {
    await expect(decompress(codec, Buffer.from('garbage that no codec wrote, of some length'))).rejects.toThrow();
  });

  it('an unknown codec is named', async () => {
    await expect(decompress(6, Buffer.alloc(4))).rejects.toThrow('codec 6 is not known');
  });
});
