import crc32C from 'kafkajs/src/protocol/recordBatch/crc32C/index.js';
import fc from 'fast-check';
import { compressLz4 } from './codecs/lz4.js';
import type { FetchAnswer } from './protocol/fetch-call.js';
import { RecordCursor } from './record-cursor.js';

interface BatchSpec {
  readonly baseOffset: number;
  readonly values: readonly string[];
  readonly attributes?: number;
  readonly producerId?: number;
  /** Replaces the records' bytes. */
  readonly garbage?: Buffer;
}

describe('the record cursor', () => {
  it('gives every record from the position on once, in order, whatever the runs are bounded by', async () => {
    const specs = fc.array(fc.tuple(fc.integer({ min: 1, max: 6 }), fc.integer({ min: 0, max: 3 }), fc.boolean()), {
      minLength: 1,
      maxLength: 8,
    });
    await fc.assert(
      fc.asyncProperty(specs, fc.nat(20), fc.integer({ min: 1, max: 20 }), async (shapes, position, maxRecords) => {
        let offset = 0;
        const expected: [bigint, string][] = [];
        const batches: Buffer[] = [];
        for (const [count, gap, isCompressed] of shapes) {
          const values = Array.from({ length: count }, (_, i) => `value ${offset + i}`);
          values.forEach((value, i) => expected.push([BigInt(offset + i), value]));
          batches.push(await encodeBatch({ baseOffset: offset, values, attributes: isCompressed ? 3 : 0 }));
          offset += count + gap;
        }
        const cursor = new RecordCursor(answerOf(batches), BigInt(position));
        const seen: [bigint, string][] = [];
        let next = BigInt(position);
        for (let run = await cursor.next(1_000_000, maxRecords); run; run = await cursor.next(1_000_000, maxRecords)) {
          expect(run.undecodable).toEqual([]);
          for (const record of run.records) {
            expect(record.offset).toBeGreaterThanOrEqual(next);
            expect(record.offset).toBeLessThan(run.next);
            seen.push([record.offset, String(record.value)]);
          }
          next = run.next;
        }
        expect(seen).toEqual(expected.filter(([at]) => at >= BigInt(position)));
      }),
    );
  });

  it('reads keys, headers and timestamps', async () => {
    const cursor = new RecordCursor(answerOf([await encodeBatch({ baseOffset: 5, values: ['a', 'b'] })]), 5n);
    const run = await cursor.next(1, 1);
    expect(run?.next).toBe(7n);
    expect(run?.records[1]).toMatchObject({ offset: 6n, timestamp: 1_790_000_000_001, key: null });
    expect(run?.records[1]?.headers.get('name')?.toString()).toBe('content of b');
  });

  it('steps over a batch that is cut off at the end, and over none before it', async () => {
    const whole = await encodeBatch({ baseOffset: 0, values: ['a'] });
    const cut = (await encodeBatch({ baseOffset: 1, values: ['b'] })).subarray(0, 70);
    const cursor = new RecordCursor(answerOf([whole, cut]), 0n);
    expect((await cursor.next(1_000, 1_000))?.next).toBe(1n);
    expect(await cursor.next(1_000, 1_000)).toBeNull();
  });

  it.each<[string, Omit<BatchSpec, 'baseOffset'>, RegExp]>([
    ['an unknown codec', { values: ['x', 'y'], attributes: 5 }, /codec 5 is not known/],
    ['garbage that claims Snappy', { values: ['x', 'y'], attributes: 2, garbage: Buffer.from('garbage garbage') }, /./],
    ['garbage that claims LZ4', { values: ['x', 'y'], attributes: 3, garbage: Buffer.from('garbage garbage') }, /./],
    ['records that end too early', { values: ['x', 'y'], garbage: Buffer.from([20, 0, 0]) }, /bytes end/],
  ])('steps over a batch with %s, naming its offsets, and goes on behind it', async (_what, spec, reason) => {
    const batches = [
      await encodeBatch({ baseOffset: 0, values: ['before'] }),
      await encodeBatch({ ...spec, baseOffset: 1 }),
      await encodeBatch({ baseOffset: 3, values: ['after'] }),
    ];
    const cursor = new RecordCursor(answerOf(batches), 0n);
    const first = await cursor.next(1_000, 1_000);
    expect(first?.records.map(({ value }) => String(value))).toEqual(['before']);
    expect(first?.undecodable).toEqual([expect.objectContaining({ firstOffset: 1n, lastOffset: 2n, bytes: batches[1] })]);
    expect(first?.undecodable[0]?.reason).toMatch(reason);
    expect(first?.next).toBe(3n);
    expect((await cursor.next(1_000, 1_000))?.records.map(({ value }) => String(value))).toEqual(['after']);
  });

  it('notices every damaged byte behind the checksum', async () => {
    const batch = await encodeBatch({ baseOffset: 0, values: ['some value'] });
    for (let at = 21; at < batch.length; at++) {
      // Offsets 23 to 26 are the last offset delta: the position moves by it, so only the verdict is looked at.
      const damaged = Buffer.from(batch);
      damaged[at] = (damaged[at] ?? 0) ^ 0x40;
      const run = await new RecordCursor(answerOf([damaged]), 0n).next(1_000, 1_000);
      expect(run?.records ?? []).toEqual([]);
    }
  });

  it('leaves out aborted transactions, per producer, until their marker', async () => {
    const transactional = 0x10;
    const marker = async (baseOffset: number, producerId: number, type: number): Promise<Buffer> =>
      encodeBatch({ baseOffset, producerId, values: ['marker'], attributes: 0x30, garbage: controlRecord(type) });
    const batches = [
      await encodeBatch({ baseOffset: 0, values: ['aborted'], attributes: transactional, producerId: 1 }),
      await encodeBatch({ baseOffset: 1, values: ['of another'], attributes: transactional, producerId: 2 }),
      await encodeBatch({ baseOffset: 2, values: ['plain'] }),
      await marker(3, 1, 0),
      await encodeBatch({ baseOffset: 4, values: ['second try'], attributes: transactional, producerId: 1 }),
      await marker(5, 1, 1),
      await marker(6, 2, 1),
    ];
    const answer = { ...answerOf(batches), aborted: [{ producerId: 1n, firstOffset: 0n }] };
    const run = await new RecordCursor(answer, 0n).next(1_000, 1_000);
    expect(run?.records.map(({ value }) => String(value))).toEqual(['of another', 'plain', 'second try']);
    expect(run?.next).toBe(7n);
  });
});

function answerOf(batches: readonly Buffer[]): FetchAnswer {
  return { errorCode: 0, highWatermark: 100n, logStartOffset: 0n, aborted: [], records: Buffer.concat(batches) };
}

/** An encoder of the test's own, after https://kafka.apache.org/documentation/#recordbatch. */
async function encodeBatch({ baseOffset, values, attributes = 0, producerId = -1, garbage }: BatchSpec): Promise<Buffer> {
  const plain = Buffer.concat(values.map(encodeRecord));
  const isLz4 = (attributes & 7) === 3;
  const records = garbage ?? (isLz4 ? await compressLz4(plain) : plain);
  const body = Buffer.alloc(40);
  body.writeInt16BE(attributes, 0);
  body.writeInt32BE(values.length - 1, 2);
  body.writeBigInt64BE(1_790_000_000_000n, 6);
  body.writeBigInt64BE(1_790_000_000_000n, 14);
  body.writeBigInt64BE(BigInt(producerId), 22);
  body.writeInt32BE(values.length, 36);
  const covered = Buffer.concat([body, records]);
  const head = Buffer.alloc(21);
  head.writeBigInt64BE(BigInt(baseOffset), 0);
  head.writeInt32BE(9 + covered.length, 8);
  head.writeInt8(2, 16);
  head.writeUInt32BE(crc32C(covered), 17);
  return Buffer.concat([head, covered]);
}

function encodeRecord(value: string, index: number): Buffer {
  const header = Buffer.concat([varint(4), Buffer.from('name'), sized(`content of ${value}`)]);
  const fields = [Buffer.from([0]), varint(index), varint(index), varint(-1), sized(value), varint(1), header];
  const body = Buffer.concat(fields);
  return Buffer.concat([varint(body.length), body]);
}

function controlRecord(type: number): Buffer {
  const key = Buffer.from([0, 0, 0, type]);
  const body = Buffer.concat([Buffer.from([0]), varint(0), varint(0), varint(4), key, varint(6), Buffer.alloc(6), varint(0)]);
  return Buffer.concat([varint(body.length), body]);
}

function sized(text: string): Buffer {
  return Buffer.concat([varint(Buffer.byteLength(text)), Buffer.from(text)]);
}

function varint(value: number): Buffer {
  const bytes: number[] = [];
  let rest = ((value << 1) ^ (value >> 31)) >>> 0;
  while (rest > 0x7f) {
    bytes.push((rest & 0x7f) | 0x80);
    rest >>>= 7;
  }
  return Buffer.from([...bytes, rest]);
}
