import fc from 'fast-check';
import { codecNumber, type Compression } from '../codecs/codecs.js';
import { compress } from '../codecs/compress.js';
import { recordBatchHead } from './record-batch-head.js';
import { decodeRecords, readBatchHeader } from './record-batch.js';
import { type HeaderValue, type OutgoingMessage, RecordWriter } from './record-writer.js';

const NOW = 1_790_000_000_123;
const COMPRESSIONS: readonly Compression[] = ['none', 'gzip', 'snappy', 'lz4'];

/** Short and long, with and without repetitions. */
const bytes = fc.oneof(
  fc.uint8Array({ maxLength: 100 }).map((part) => Buffer.from(part)),
  fc.tuple(fc.uint8Array({ minLength: 1, maxLength: 20 }), fc.integer({ min: 1, max: 5_000 })).map(([part, times]) => {
    return Buffer.alloc(part.length * times, Buffer.from(part));
  }),
);
const text = fc.string({ unit: 'grapheme', maxLength: 30 });
const messages = fc.array(
  fc.record({
    key: fc.option(fc.oneof(bytes, text)),
    value: fc.option(fc.oneof(bytes, text)),
    headers: fc.dictionary(text, fc.oneof(bytes, text), { maxKeys: 4 }),
  }),
  { minLength: 1, maxLength: 8 },
);

async function batchOf(writer: RecordWriter, outgoing: readonly OutgoingMessage[], compression: Compression): Promise<Buffer> {
  const records = await compress(compression, writer.write(outgoing));
  const producer = { producerId: 7n, producerEpoch: 1, baseSequence: 5 };
  const codec = codecNumber(compression);
  const head = recordBatchHead({ recordCount: outgoing.length, records, codec, timestamp: NOW, ...producer });
  return Buffer.concat([head, ...records]);
}

describe('the writer of record batches', () => {
  it.each(COMPRESSIONS)('writes with %s what our reader reads', async (compression) => {
    const writer = new RecordWriter();
    await fc.assert(
      fc.asyncProperty(messages, async (outgoing) => {
        writer.clear();
        const batch = await batchOf(writer, outgoing, compression);
        const header = readBatchHeader(batch, 0);
        expect(header).toMatchObject({ size: batch.length, recordCount: outgoing.length, producerId: 7n });
        expect(header).toMatchObject({ lastOffset: BigInt(outgoing.length - 1), isTransactional: false, isControl: false });
        const read = header ? await decodeRecords(batch, 0, header) : [];
        expect(read.map(({ offset, timestamp }) => [offset, timestamp])).toEqual(outgoing.map((_, i) => [BigInt(i), NOW]));
        expect(read.map(textsOf)).toEqual(
          outgoing.map(({ key, value, headers }) => textsOf({ key, value, headers: new Map(Object.entries(headers)) })),
        );
      }),
    );
  });

  it('keeps the records of all partitions of a request until it is cleared, though its memory grows', async () => {
    const writer = new RecordWriter();
    const large = (fill: string): OutgoingMessage => ({ value: Buffer.alloc(900_000, fill) });
    const written = ['a', 'b', 'c', 'd'].map((fill) => writer.write([large(fill)]));
    for (const [i, fill] of ['a', 'b', 'c', 'd'].entries()) {
      expect(written[i]?.equals(new RecordWriter().write([large(fill)]))).toBe(true);
    }
  });

  it('writes a header that holds several values several times, and none for undefined', () => {
    const write = (headers: OutgoingMessage['headers']): Buffer => new RecordWriter().write([{ value: 'v', headers }]);
    const several = write({ a: ['x', Buffer.from('y')], b: undefined });
    expect(several.toString('latin1')).toContain('\u0004\u0002a\u0002x\u0002a\u0002y');
  });
});

interface Parts {
  readonly key?: HeaderValue | null;
  readonly value: HeaderValue | null;
  readonly headers: ReadonlyMap<string, HeaderValue>;
}

/** As text, a character a byte, which is compared faster than bytes. */
function textsOf({ key, value, headers }: Parts): readonly (string | null)[] {
  const text = (part: HeaderValue | null | undefined): string | null =>
    part === null || part === undefined ? null : Buffer.from(part).toString('latin1');
  return [text(key), text(value), ...[...headers].flatMap(([name, held]) => [name, text(held)])];
}
