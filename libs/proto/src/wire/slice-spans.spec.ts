import fc from 'fast-check';
import { lengthField, logBytes } from '../conformance/arbitrary-log.js';
import { spanBytes, wrapSpan } from '../conformance/arbitrary-span.js';
import { Log, LogBatch, Span } from '../generated/log.js';
import { holdsSpans } from './holds-spans.js';
import { partitionOf } from './murmur2.js';
import { DEFAULT_RECORD_LIMITS } from './record-limits.js';
import { sliceBatch, type BatchSlice, type SliceOptions } from './slice-batch.js';
import { wrapLog } from './wrap-log.js';

const OPTIONS: SliceOptions = { partitions: 4, limits: DEFAULT_RECORD_LIMITS, requireTrace: false, sliceBytes: 200 };

interface TestItem {
  readonly isSpan: boolean;
  readonly traceId: string;
  readonly good: boolean;
  /** As an entry of the batch; carries its number, so that no two are equal. */
  readonly bytes: Buffer;
}

function item(number: number, isSpan: boolean, traceId: string, good = true): TestItem {
  const fields = { traceId, spanId: `s${number}`, service: good ? 'shop' : '' };
  return { isSpan, traceId, good, bytes: isSpan ? wrapSpan(spanBytes(fields)) : wrapLog(logBytes(fields)) };
}

const arbitraryItems = fc
  .array(fc.tuple(fc.boolean(), fc.constantFrom('a', 'b', 'c', 'trace-4', 'ü'), fc.nat({ max: 4 })), { maxLength: 60 })
  .map((all) => all.map(([isSpan, traceId, luck], number) => item(number, isSpan, traceId, luck > 0)));

function sliced(items: readonly TestItem[], options: Partial<SliceOptions> = {}) {
  const result = sliceBatch(Buffer.concat(items.map(({ bytes }) => bytes)), { ...OPTIONS, ...options });
  if (result.kind !== 'sliced') throw new Error(`the batch is ${result.kind}`);
  return result;
}

function itemsOf(slice: BatchSlice): Buffer[] {
  const { logs, spans } = LogBatch.decode(slice.value);
  return [
    ...logs.map((log) => wrapLog(Buffer.from(Log.encode(log).finish()))),
    ...spans.map((span) => wrapSpan(Buffer.from(Span.encode(span).finish()))),
  ];
}

describe('sliceBatch, of spans beside logs', () => {
  it('puts every good one into exactly one slice, by trace, byte for byte and in order', () => {
    fc.assert(
      fc.property(arbitraryItems, fc.integer({ min: 1, max: 9 }), (items, partitions) => {
        const { slices, accepted } = sliced(items, { partitions });
        const good = items.filter(({ good: isGood }) => isGood);
        expect(accepted).toBe(good.length);
        expect(slices.reduce((sum, { value }) => sum + value.length, 0)).toBe(
          good.reduce((sum, { bytes }) => sum + bytes.length, 0),
        );
        for (let partition = 0; partition < partitions; partition++) {
          const expected = good.filter(({ traceId }) => {
            const key = Buffer.from(traceId, 'utf8');
            return partitionOf(key, 0, key.length, partitions) === partition;
          });
          const found = Buffer.concat(slices.filter((slice) => slice.partition === partition).map(({ value }) => value));
          expect(found.equals(Buffer.concat(expected.map(({ bytes }) => bytes)))).toBe(true);
        }
        const all = slices.flatMap(itemsOf).map((bytes) => bytes.toString('hex'));
        expect(all.sort()).toEqual(good.map(({ bytes }) => bytes.toString('hex')).sort());
      }),
    );
  });

  it('counts spans after the logs in a rejection, wherever they stand in the bytes', () => {
    fc.assert(
      fc.property(arbitraryItems, (items) => {
        const { rejected, accepted } = sliced(items);
        const counted = [...items.filter(({ isSpan }) => !isSpan), ...items.filter(({ isSpan }) => isSpan)];
        const bad = counted.flatMap(({ good }, index) => (good ? [] : [index]));
        expect(rejected.map(({ index, field, kind }) => [index, field, kind])).toEqual(
          bad.map((index) => [index, 'service', 'invalid']),
        );
        expect(accepted + rejected.length).toBe(items.length);
      }),
    );
  });

  it('gives a slice of one trace its id as key, and depends on no number of partitions then', () => {
    const { slices, cutFor } = sliced([item(1, true, 'a'), item(2, false, 'a'), item(3, true, 'a')]);
    expect(slices.map(({ messageKey }) => messageKey?.toString())).toEqual(['a']);
    expect(cutFor).toBe(1);
    expect(sliced([item(1, true, 'a'), item(2, false, 'b')], { partitions: 1 }).slices[0]?.messageKey).toBeUndefined();
  });

  it('asks spans for a trace, a span and a service whatever the protocol asks of logs', () => {
    const span = (fields: Partial<Span>) => ({ ...item(0, true, 'a'), bytes: wrapSpan(spanBytes({ service: 's', ...fields })) });
    const { rejected } = sliced([span({ spanId: 's' }), span({ traceId: 't' }), span({ traceId: 't', spanId: 's' })]);
    expect(rejected.map(({ index, field }) => [index, field])).toEqual([
      [0, 'trace_id'],
      [1, 'span_id'],
    ]);
  });

  it.each([
    ['a cut span', Buffer.from([0x1a, 0x05, 0x61]), /past the end/],
    ['a span that is none', Buffer.from(lengthField(3, [0x0a, 0x05, 0x61])), /^spans\[1\]: /],
  ])('says malformed of %s', (_, bytes, reason) => {
    const body = Buffer.concat([item(1, true, 'a').bytes, item(2, false, 'a').bytes, bytes]);
    const result = sliceBatch(body, OPTIONS);
    expect(result).toMatchObject({ kind: 'malformed', reason: expect.stringMatching(reason) });
  });
});

describe('holdsSpans', () => {
  it('finds a span wherever it stands', () => {
    fc.assert(
      fc.property(arbitraryItems, (items) => {
        const body = Buffer.concat(items.map(({ bytes }) => bytes));
        expect(holdsSpans(body)).toBe(items.some(({ isSpan }) => isSpan));
      }),
    );
  });

  it('answers any bytes without throwing', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 60 }), (noise) => expect(typeof holdsSpans(noise)).toBe('boolean')));
  });
});
