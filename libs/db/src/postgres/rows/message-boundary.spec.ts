import fc from 'fast-check';
import { MessageBoundary } from './message-boundary.js';

function message(size: number): Buffer {
  const bytes = Buffer.alloc(5 + size, 0x41);
  bytes.writeUInt32BE(4 + size, 1);
  return bytes;
}

/** The bytes cut into pieces of these sizes, over and over. */
function pieces(bytes: Buffer, sizes: readonly number[]): Buffer[] {
  const cut: Buffer[] = [];
  for (let at = 0, i = 0; at < bytes.length; i++) {
    const size = sizes[i % sizes.length] ?? 1;
    cut.push(bytes.subarray(at, at + size));
    at += size;
  }
  return cut;
}

const sizes = fc.array(fc.nat({ max: 300 }), { minLength: 1, maxLength: 12 });
const cuts = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 5 });

describe('MessageBoundary', () => {
  it('knows after every piece whether a message is under way', () => {
    fc.assert(
      fc.property(sizes, cuts, (contents, cut) => {
        const ends = new Set([0]);
        let end = 0;
        for (const size of contents) ends.add((end += 5 + size));
        const boundary = new MessageBoundary();
        let at = 0;
        for (const piece of pieces(Buffer.concat(contents.map(message)), cut)) {
          boundary.follow(piece);
          at += piece.length;
          expect(boundary.within).toBe(!ends.has(at));
        }
      }),
    );
  });

  it('ends with the message that is under way', () => {
    const boundary = new MessageBoundary();
    const bytes = Buffer.concat([message(10), message(3)]);
    boundary.follow(bytes.subarray(0, 4));
    expect(boundary.finish(bytes.subarray(4))).toBe(11);
    expect(boundary.within).toBe(false);
  });
});
