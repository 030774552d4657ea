import fc from 'fast-check';
import { CellSignatureBuilder, DEFAULT_PIECES, type CellSignature } from './cell-signature.js';
import { gramsOfText } from './text-grams.js';

const END = 10_000_000;

/** Whether the piece that holds an offset may hold the text. */
function mayHold({ ends, width, bits }: CellSignature, offset: number, text: string): boolean {
  const piece = ends.findIndex((end) => offset < end);
  return gramsOfText(text).every((hash) => {
    const at = (hash & (width - 1)) * ends.length + piece;
    return (((bits[at >>> 3] ?? 0) >>> (at & 7)) & 1) === 1;
  });
}

const record = fc.record({
  offset: fc.oneof(fc.nat(END - 1), fc.constantFrom(0, 1, 4_999_999, 5_000_000, END - 1)),
  message: fc.oneof(fc.string({ maxLength: 30 }), fc.constantFrom('product:48213', null)),
});

async function signatureOf(
  records: readonly { readonly offset: number; readonly message: string | null }[],
  sizes = DEFAULT_PIECES,
  expected = records.length,
): Promise<CellSignature> {
  const builder = new CellSignatureBuilder(expected, sizes);
  for (const { offset, message } of records) {
    if (message === null) builder.addUnread(offset);
    else builder.add(offset, Buffer.from(message), 0, Buffer.byteLength(message));
  }
  return builder.finish();
}

describe("a cell's signature", () => {
  it('tells of every message, and of any text where a message was not read, however the cell is cut', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(record, { minLength: 1, maxLength: 60 }),
        fc.constantFrom(1, 7, 1_000),
        fc.constantFrom(1, 40, 300, 8_192),
        fc.integer({ min: 1, max: 3_000 }),
        async (records, pieceRecords, bits, expected) => {
          const signature = await signatureOf(records, { records: pieceRecords, bits }, expected);
          const { ends, width } = signature;
          expect(ends.at(-1)).toBe(END);
          expect([...ends].sort((a, b) => a - b)).toEqual(ends);
          expect(new Set(ends).size).toBe(ends.length);
          expect(Math.log2(width) % 1).toBe(0);
          expect(signature.bits.length).toBe(Math.ceil((width * ends.length) / 8));
          for (const { offset, message } of records) expect(mayHold(signature, offset, message ?? 'anything')).toBe(true);
        },
      ),
      { numRuns: 200 },
    );
  });

  it('is small for few words, and cut where much differs', async () => {
    const few = Array.from({ length: 5_000 }, (_, i) => ({ offset: i * 2_000, message: `request ${i % 3} done` }));
    const small = await signatureOf(few);
    expect([small.ends.length, small.bits.length]).toEqual([1, 64]);
    const many = Array.from({ length: 5_000 }, (_, i) => ({ offset: i * 2_000, message: `${(i * 48_271) % 65_537}-${i ** 3}` }));
    const large = await signatureOf(many);
    expect(large.ends.length).toBeGreaterThan(1);
    // Far from everything is there.
    const found = large.ends.filter((end) => mayHold(large, end - 1, 'unobtainium')).length;
    expect(found).toBe(0);
  });

  it('finds a text in its own piece only', async () => {
    const noise = (i: number): string => Math.sin(i).toString(36);
    const records = Array.from({ length: 8_000 }, (_, i) => ({ offset: i * 1_250, message: noise(i) }));
    const signature = await signatureOf([...records, { offset: 7_000_001, message: 'a needle:48213' }]);
    const { ends } = signature;
    expect(ends.length).toBeGreaterThan(4);
    const holding = ends.filter((end) => mayHold(signature, end - 1, 'needle:48213'));
    expect(holding).toEqual([ends.find((end) => end > 7_000_001)]);
  });
});
