import fc from 'fast-check';
import { CellSignatureBuilder, DEFAULT_PIECES, type CellSignature } from './cell-signature.js';
import { gramsOfText } from './text-grams.js';

/** Microseconds since 1970. */
const START = 1_767_225_600_000_000;

/** The pieces that may hold the text. */
function holding({ pieces, width, bits }: CellSignature, text: string): CellSignature['pieces'] {
  return pieces.filter((_, piece) =>
    gramsOfText(text).every((hash) => {
      const at = (hash & (width - 1)) * pieces.length + piece;
      return (((bits[at >>> 3] ?? 0) >>> (at & 7)) & 1) === 1;
    }),
  );
}

const record = fc.record({
  received: fc.oneof(fc.nat(10_000_000), fc.constantFrom(0, 1, -1e12, 1e15)).map((offset) => START + offset),
  message: fc.oneof(fc.string({ maxLength: 30 }), fc.constantFrom('product:48213', null)),
});

async function signatureOf(
  records: readonly { readonly received: number; readonly message: string | null }[],
  sizes = DEFAULT_PIECES,
  expected = records.length,
): Promise<CellSignature> {
  const builder = new CellSignatureBuilder(expected, sizes);
  for (const { received, message } of records) {
    if (message === null) builder.addUnread(received);
    else builder.add(received, Buffer.from(message), 0, Buffer.byteLength(message));
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
          const { pieces, width } = signature;
          expect(pieces.length).toBeLessThanOrEqual(Math.ceil(records.length / pieceRecords));
          expect(Math.log2(width) % 1).toBe(0);
          expect(signature.bits.length).toBe(Math.ceil((width * pieces.length) / 8));
          for (const { received, message } of records) {
            const found = holding(signature, message ?? 'anything');
            expect(found.some(({ from, to }) => from <= received && received <= to)).toBe(true);
          }
        },
      ),
      { numRuns: 200 },
    );
  });

  it('is small for few words, and cut where much differs', async () => {
    const few = Array.from({ length: 5_000 }, (_, i) => ({ received: START + i, message: `request ${i % 3} done` }));
    const small = await signatureOf(few);
    expect([small.pieces, small.bits.length]).toEqual([[{ from: START, to: START + 4_999 }], 64]);
    const many = few.map(({ received }, i) => ({ received, message: `${(i * 48_271) % 65_537}-${i ** 3}` }));
    const large = await signatureOf(many);
    expect(large.pieces.length).toBeGreaterThan(1);
    // Far from everything is there.
    expect(holding(large, 'unobtainium')).toEqual([]);
  });

  it('finds a text in its own piece only', async () => {
    const noise = (i: number): string => Math.sin(i).toString(36);
    const records = Array.from({ length: 8_000 }, (_, i) => ({ received: START + i, message: noise(i) }));
    records[5_432] = { received: START + 5_432, message: 'a needle:48213' };
    const signature = await signatureOf(records);
    expect(signature.pieces.length).toBeGreaterThan(4);
    const [piece, ...others] = holding(signature, 'needle:48213');
    expect([piece?.from, others]).toEqual([START + 5_000, []]);
  });
});
