import { BinaryReader } from '@bufbuild/protobuf/wire';
import fc from 'fast-check';
import { WireBuffer } from './wire-buffer.js';

describe('A WireBuffer', () => {
  it('nests messages of any size', () => {
    const size = fc.oneof(
      fc.nat({ max: 300 }),
      fc.integer({ min: 16_300, max: 16_500 }),
      fc.integer({ min: 2_097_100, max: 2_097_200 }),
    );
    fc.assert(
      fc.property(fc.array(size, { minLength: 1, maxLength: 4 }), fc.constantFrom(1, 16), (sizes, field) => {
        const out = new WireBuffer();
        out.reserve(16);
        const from = out.open(field);
        for (const bytes of sizes) {
          const text = Buffer.alloc(bytes, 'x');
          out.reserve(bytes + 16);
          const inner = out.open(2);
          out.raw(text, 0, bytes);
          out.close(inner);
        }
        out.close(from);
        const reader = new BinaryReader(out.take());
        expect(reader.tag()).toEqual([field, 2]);
        const message = new BinaryReader(reader.bytes());
        expect(reader.pos).toBe(reader.len);
        const found: number[] = [];
        while (message.pos < message.len) {
          message.tag();
          found.push(message.bytes().length);
        }
        expect(found).toEqual(sizes);
      }),
      { numRuns: 30 },
    );
  });
});
