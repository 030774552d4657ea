import { createHash } from 'node:crypto';
import { TestPartition, bytesOf, storeSome, valueOf, valueOfBytes } from './batches.js';
import type { LogStoreUnderTest } from './log-store-under-test.js';
import { inBusOrder, readNewest } from './read-all.js';

/** A text field of `logs.Log` as bytes, for what no encoder would write. */
function textField(field: number, ...bytes: readonly number[]): Buffer {
  return Buffer.from([field * 8 + 2, bytes.length, ...bytes]);
}

const GOOD = bytesOf({ traceId: 't', message: 'good' });
const NOT_UTF8 = [0x61, 0xff];
const NUL = [0x61, 0x00];

/** Name of the case, the bytes of the record, what the reason says. */
const BAD: readonly (readonly [string, Buffer, RegExp])[] = [
  ['that is cut', GOOD.subarray(0, -1), /no Log/],
  ['with tag 0', Buffer.concat([GOOD, Buffer.from([0, 0])]), /no Log/],
  ['without a service', bytesOf({ service: '' }), /service/],
  ['with a bad timestamp', bytesOf({ timestamp: 'yesterday' }), /^timestamp/],
  ['with an unknown level', Buffer.concat([GOOD, Buffer.from([0x30, 0x09])]), /level 9/],
  ['with an unknown level beside a severity', Buffer.concat([GOOD, Buffer.from([0x30, 0x09, 0x70, 0x09])]), /level 9/],
  ['with an unknown severity', Buffer.concat([GOOD, Buffer.from([0x70, 0x19])]), /severity_number 25/],
  ...[1, 2, 3, 4, 5, 9, 12, 13, 15].map((field): readonly [string, Buffer, RegExp] => [
    `whose text field ${field} is not UTF-8`,
    Buffer.concat([GOOD, textField(field, ...NOT_UTF8)]),
    /UTF-8/,
  ]),
  ...[1, 2, 3, 4, 5, 9, 12, 13, 15].map((field): readonly [string, Buffer, RegExp] => [
    `whose text field ${field} holds U+0000`,
    Buffer.concat([GOOD, textField(field, ...NUL)]),
    /U\+0000/,
  ]),
  ['with U+0000 in an attribute', bytesOf({ attributes: { k: 'a\0' } }), /attributes\["k"\]/],
  ...['[1]', '12', '"x"', 'xx', '[]', '{"a":1', '{"a":"\\u0000"}', '{"a":1},{"b":2}', '{,"a":1}'].flatMap(
    (json): (readonly [string, Buffer, RegExp])[] => [
      [`with attributes_json ${json}`, bytesOf({ attributesJson: json }), /^attributes_json/],
      [`with resource_json ${json}`, bytesOf({ resourceJson: json }), /^resource_json/],
    ],
  ),
];

/** Records that can't be stored are handed over one by one, and their neighbours are stored. */
export function unstorableSuite(store: () => LogStoreUnderTest): void {
  it.each(BAD)('hands over a record %s and stores its neighbours', async (_, bad, reason) => {
    const { writer, reader } = store();
    const partition = new TestPartition();
    const value = valueOfBytes([bytesOf({ message: 'before' }), bad, bytesOf({ message: 'after' })]);
    const { outcome, letters } = await storeSome(writer, partition.batch({ value }, { logs: [{ message: 'next' }] }));
    expect(outcome).toMatchObject({ kind: 'stored', records: 3, duplicates: [false, false] });
    expect(letters).toEqual([
      {
        tenant: partition.tenant,
        topic: partition.source.topic,
        partition: 0,
        offset: 0n,
        index: 1,
        reason: expect.stringMatching(reason),
        bytes: bad,
      },
    ]);
    const stored = inBusOrder(await readNewest(reader, partition.tenant));
    expect(stored.map(({ message }) => message)).toEqual(['before', 'after', 'next']);
    expect((await writer.readPositions(partition.source, [0])).get(0)?.next).toBe(2n);
  });

  it.each([
    ['is cut', valueOf([{ message: 'lost' }]).subarray(0, -1)],
    ['holds a cut record behind a good one', Buffer.concat([valueOf([{ message: 'lost' }]), Buffer.from([0x0a, 0x05, 0x61])])],
    ['is a text', Buffer.from('hello there')],
  ])('hands over a whole message that %s, with index -1', async (_, value) => {
    const { writer, reader } = store();
    const partition = new TestPartition();
    const slices = [{ logs: [{ message: 'before' }] }, { value }, { logs: [{ message: 'after' }] }];
    const { outcome, letters } = await storeSome(writer, partition.batch(...slices));
    expect(outcome).toMatchObject({ kind: 'stored', records: 2 });
    expect(letters).toMatchObject([{ offset: 1n, index: -1, bytes: value, reason: expect.stringMatching(/no LogBatch/) }]);
    const stored = inBusOrder(await readNewest(reader, partition.tenant));
    expect(stored.map(({ message }) => message)).toEqual(['before', 'after']);
  });

  it('finds many bad records among 5,000, of every kind', async () => {
    const { writer, reader } = store();
    const partition = new TestPartition();
    const isBad = (i: number): boolean => i % 61 === 7 || i === 4_999;
    const records = Array.from({ length: 5_000 }, (_, i) =>
      isBad(i) ? (BAD[i % BAD.length]?.[1] ?? GOOD) : bytesOf({ message: `m${i}` }),
    );
    const slices = Array.from({ length: 10 }, (_, i) => ({ value: valueOfBytes(records.slice(i * 500, (i + 1) * 500)) }));
    const { outcome, letters } = await storeSome(writer, partition.batch(...slices));
    const bad = records.flatMap((_, i) => (isBad(i) ? [i] : []));
    expect(letters.map(({ offset, index }) => Number(offset) * 500 + index)).toEqual(bad);
    expect(outcome).toMatchObject({ kind: 'stored', records: 5_000 - bad.length });
    const stored = await readNewest(reader, partition.tenant);
    expect(new Set(stored.map(({ message }) => message)).size).toBe(5_000 - bad.length);
  }, 120_000);

  it('stores a record that ingest takes with wider limits beside one that the store refuses', async () => {
    const { writer } = store();
    const partition = new TestPartition();
    const wide = bytesOf({ message: 'm'.repeat(1_500_000), scope: 's'.repeat(1_000) });
    const value = valueOfBytes([wide, Buffer.concat([GOOD, textField(5, ...NUL)])]);
    const { outcome, letters } = await storeSome(writer, partition.batch({ value }));
    expect([outcome.kind === 'stored' && outcome.records, letters.map(({ index }) => index)]).toEqual([1, [1]]);
  });

  it('is not stopped by an error record whose trace id is too long for any index', async () => {
    const { writer } = store();
    const partition = new TestPartition();
    const traceId = Array.from({ length: 300 }, (_, i) => createHash('sha256').update(String(i)).digest('hex')).join('');
    const { outcome, letters } = await storeSome(writer, partition.batchOf({ traceId, level: 3 }, { message: 'neighbour' }));
    expect(outcome).toMatchObject({ kind: 'stored' });
    expect(letters.map(({ reason }) => reason)).toEqual([expect.stringMatching(/^trace_id/)]);
  });

  it('does not raise the trace of an error record that it could not store', async () => {
    const { writer, queue } = store();
    const partition = new TestPartition();
    const records = [bytesOf({ traceId: 'good', level: 3 }), bytesOf({ traceId: 'bad', level: 3, message: 'a\0' })];
    const { outcome } = await storeSome(writer, partition.batch({ value: valueOfBytes(records) }));
    expect(outcome).toMatchObject({ records: 1, errorTraces: true });
    const claimed = await queue.claim('owner', 1_000, 60_000);
    const own = claimed.filter(({ tenant }) => tenant === partition.tenant);
    expect(own.map(({ traceId }) => traceId)).toEqual(['good']);
  });
}
