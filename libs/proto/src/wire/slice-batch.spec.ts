import fc from 'fast-check';
import { lengthField, logBytes } from '../conformance/arbitrary-log.js';
import { Log, LogBatch } from '../generated/log.js';
import { partitionOf } from './murmur2.js';
import { DEFAULT_RECORD_LIMITS } from './record-limits.js';
import { sliceBatch, type BatchSlice, type SliceOptions } from './slice-batch.js';
import { wrapLog } from './wrap-log.js';

const OPTIONS: SliceOptions = { partitions: 4, limits: DEFAULT_RECORD_LIMITS, requireTrace: false, sliceBytes: 200 };

interface TestRecord {
  readonly traceId: string;
  readonly good: boolean;
  /** One serialized Log, which carries its number so that no two are equal. */
  readonly bytes: Buffer;
}

function record(number: number, traceId: string, good = true, size = 5): TestRecord {
  const log = { traceId, spanId: `s${number}`, service: good ? 'shop' : '', message: 'm'.repeat(size) };
  return { traceId, good, bytes: logBytes(log) };
}

const arbitraryRecords = fc
  .array(
    fc.record({
      traceId: fc.constantFrom('', 'a', 'b', 'c', 'trace-4', 'ü'),
      good: fc.oneof({ weight: 4, arbitrary: fc.constant(true) }, { weight: 1, arbitrary: fc.constant(false) }),
      size: fc.oneof(fc.nat({ max: 40 }), fc.nat({ max: 400 })),
    }),
    { maxLength: 60 },
  )
  .map((all) => all.map(({ traceId, good, size }, number) => record(number, traceId, good, size)));

/** A batch with the records in their order; unknown fields and a batch_id may stand between them. */
function batchOf(records: readonly TestRecord[], between: readonly number[] = []): Buffer {
  return Buffer.concat(records.flatMap(({ bytes }) => [wrapLog(bytes), Buffer.from(between)]));
}

function sliced(body: Buffer, options: Partial<SliceOptions> = {}) {
  const result = sliceBatch(body, { ...OPTIONS, ...options });
  if (result.kind !== 'sliced') throw new Error(`the batch is ${result.kind}`);
  return result;
}

/** The records of a slice, each as its bytes with tag and length. */
function recordsOf(slice: BatchSlice): Buffer[] {
  return LogBatch.decode(slice.value).logs.map((log) => wrapLog(Buffer.from(Log.encode(log).finish())));
}

describe('The number of partitions that a cut depends on', () => {
  const cutFor = (...traceIds: readonly string[]): number =>
    sliced(batchOf(traceIds.map((traceId, number) => record(number, traceId)))).cutFor;

  it('is 1 where all records are of one trace, however many slices they fill', () => {
    expect(cutFor('a')).toBe(1);
    expect(cutFor(...Array<string>(40).fill('a'))).toBe(1);
  });

  it("is the topic's otherwise, also where all records went into one slice", () => {
    expect(cutFor('a', 'b')).toBe(OPTIONS.partitions);
    expect(cutFor('')).toBe(OPTIONS.partitions);
  });
});

describe('sliceBatch', () => {
  it('puts every good record into exactly one slice, byte for byte, in order within its partition', () => {
    fc.assert(
      fc.property(arbitraryRecords, fc.integer({ min: 1, max: 9 }), (records, partitions) => {
        const { slices, accepted } = sliced(batchOf(records, [0x22, 0x01, 0x00]), { partitions });
        const good = records.filter((each) => each.good).map(({ bytes }) => wrapLog(bytes).toString('hex'));
        expect(accepted).toBe(good.length);
        const found = slices.flatMap((slice) => recordsOf(slice).map((bytes) => bytes.toString('hex')));
        expect([...found].sort()).toEqual([...good].sort());
        expect(slices.reduce((sum, { value }) => sum + value.length, 0)).toBe(good.join('').length / 2);
        for (let partition = 0; partition < partitions; partition++) {
          const inOrder = slices.filter((slice) => slice.partition === partition).flatMap(recordsOf);
          const places = inOrder.map((bytes) => good.indexOf(bytes.toString('hex')));
          expect(places).toEqual([...places].sort((a, b) => a - b));
        }
      }),
    );
  });

  it("puts a trace's records into the partition that Kafka's default partitioner gives to the trace id", () => {
    fc.assert(
      fc.property(arbitraryRecords, fc.integer({ min: 1, max: 9 }), (records, partitions) => {
        for (const slice of sliced(batchOf(records), { partitions }).slices) {
          for (const { traceId } of LogBatch.decode(slice.value).logs) {
            const key = Buffer.from(traceId, 'utf8');
            if (traceId !== '') expect(slice.partition).toBe(partitionOf(key, 0, key.length, partitions));
          }
        }
      }),
    );
  });

  it('cuts the same bytes the same way again', () => {
    fc.assert(
      fc.property(arbitraryRecords, (records) => {
        const body = batchOf(records);
        expect(sliced(body)).toEqual(sliced(Buffer.from(body)));
      }),
    );
  });

  it('cuts a slice before it grows past the size; a larger record travels alone', () => {
    fc.assert(
      fc.property(arbitraryRecords, fc.integer({ min: 1, max: 500 }), (records, sliceBytes) => {
        const { slices } = sliced(batchOf(records), { sliceBytes });
        for (const slice of slices) {
          if (slice.value.length > sliceBytes) expect(recordsOf(slice)).toHaveLength(1);
        }
      }),
    );
    const two = [record(1, 'a'), record(2, 'a')];
    const size = batchOf(two).length;
    expect(sliced(batchOf(two), { sliceBytes: size }).slices).toHaveLength(1);
    expect(sliced(batchOf(two), { sliceBytes: size - 1 }).slices).toHaveLength(2);
  });

  it('gives a message key only where all records of the slice are of one trace', () => {
    fc.assert(
      fc.property(arbitraryRecords, fc.integer({ min: 1, max: 3 }), (records, partitions) => {
        for (const slice of sliced(batchOf(records), { partitions }).slices) {
          const traces = new Set(LogBatch.decode(slice.value).logs.map((log) => log.traceId));
          const [only = ''] = traces;
          expect(slice.messageKey?.toString('utf8')).toBe(traces.size === 1 && only !== '' ? only : undefined);
        }
      }),
    );
  });

  it('spreads records without a trace over the partitions, within a call and over small calls', () => {
    const one = sliced(batchOf(Array.from({ length: 1_000 }, (_, i) => record(i, ''))), { sliceBytes: 1_000_000 });
    expect(new Set(one.slices.map(({ partition }) => partition)).size).toBe(4);
    const calls = Array.from({ length: 200 }, (_, i) => sliced(batchOf([record(i, '')])).slices[0]?.partition);
    expect(new Set(calls).size).toBe(4);
  });

  it('names index and field of every bad record and keeps the others', () => {
    fc.assert(
      fc.property(arbitraryRecords, (records) => {
        const { rejected, accepted } = sliced(batchOf(records));
        const bad = records.flatMap(({ good }, index) => (good ? [] : [index]));
        expect(rejected.map(({ index, field, kind }) => ({ index, field, kind }))).toEqual(
          bad.map((index) => ({ index, field: 'service', kind: 'invalid' })),
        );
        expect(accepted + rejected.length).toBe(records.length);
      }),
    );
  });

  it('asks for trace and span where it is told to', () => {
    const body = batchOf([record(1, ''), record(2, 'a')]);
    const { rejected, accepted } = sliced(body, { requireTrace: true });
    expect([accepted, rejected.map(({ index, field }) => [index, field])]).toEqual([1, [[0, 'trace_id']]]);
  });

  it('takes a record at the limit and rejects one just above it as too large', () => {
    const limits = { ...DEFAULT_RECORD_LIMITS, messageBytes: 10 };
    const { rejected, accepted } = sliced(batchOf([record(1, 'a', true, 10), record(2, 'a', true, 11)]), { limits });
    expect([accepted, rejected.map(({ index, field, kind }) => [index, field, kind])]).toEqual([
      1,
      [[1, 'message', 'too-large']],
    ]);
  });

  it('reads batch_id wherever it stands; the last one wins', () => {
    const body = Buffer.concat([Buffer.from(lengthField(2, Buffer.from('first'))), batchOf([record(1, 'a')])]);
    expect(sliced(body).batchId).toBe('first');
    expect(sliced(Buffer.concat([body, Buffer.from(lengthField(2, Buffer.from('käse')))])).batchId).toBe('käse');
    expect(sliced(batchOf([record(1, 'a')])).batchId).toBe('');
    expect(sliced(Buffer.alloc(0))).toMatchObject({ accepted: 0, rejected: [], slices: [], batchId: '' });
  });

  it.each([
    ['too long', Buffer.alloc(257, 'x'), 'too-large'],
    ['not UTF-8', Buffer.from([0xff]), 'invalid'],
    ['with U+0000', Buffer.from('a\0'), 'invalid'],
  ])('refuses a batch_id that is %s', (_, id, kind) => {
    const body = Buffer.concat([batchOf([record(1, 'a')]), Buffer.from(lengthField(2, id))]);
    expect(sliceBatch(body, OPTIONS)).toMatchObject({ kind: 'bad-batch-id', fault: { kind, field: 'batch_id' } });
  });

  it.each([
    ['a cut record', batchOf([record(1, 'a')]).subarray(0, -1)],
    ['a record that is no Log', Buffer.from(lengthField(1, [0x0a, 0x05, 0x61]))],
    ['tag 0', Buffer.from([0, 0])],
    ['a cut batch_id', Buffer.from([0x12, 0x05, 0x61])],
    ['wire type 7', Buffer.from([0x0f])],
    ['the end of a group', Buffer.from([0x0c])],
  ])('says malformed of %s', (_, body) => {
    expect(sliceBatch(body, OPTIONS).kind).toBe('malformed');
    const behindGood = Buffer.concat([batchOf([record(7, 'a')]), body]);
    expect(sliceBatch(behindGood, OPTIONS).kind).toBe('malformed');
  });

  it('keeps records whose tag and length are longer than they need be', () => {
    const { bytes } = record(1, 'a');
    const odd = Buffer.concat([Buffer.from([0x8a, 0x00, bytes.length | 0x80, 0x00]), bytes]);
    const { slices, accepted } = sliced(Buffer.concat([odd, batchOf([record(2, 'a')])]));
    expect(accepted).toBe(2);
    expect(slices.map(({ value }) => value)).toEqual([Buffer.concat([odd, batchOf([record(2, 'a')])])]);
  });

  it('answers any bytes without throwing', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 80 }), (noise) => {
        expect(['sliced', 'malformed', 'bad-batch-id']).toContain(sliceBatch(Buffer.from(noise), OPTIONS).kind);
      }),
      { numRuns: 2_000 },
    );
  });

  it('has room for many records', () => {
    const body = batchOf(Array.from({ length: 5_000 }, (_, i) => record(i, `t${i % 100}`)));
    const { slices, accepted } = sliced(body, { sliceBytes: 10_000 });
    expect(accepted).toBe(5_000);
    expect(slices.reduce((sum, { value }) => sum + value.length, 0)).toBe(body.length);
  });
});
