import fc from 'fast-check';
import type { RetryKey } from '#domain';
import { TestPartition, bytesOf, bytesOfSpan, freshName, storeGood, storeSome, valueOfBytes } from './batches.js';
import { KeptPartition } from './kept-partition.js';
import type { LogStoreUnderTest } from './log-store-under-test.js';
import { readNewest, readSpans } from './read-all.js';

const ERROR = 2;
const LARGE = { limit: 10_000, maxBytes: 1_000_000_000 };
const START = '2026-01-01T00:00:0';

function at(tenth: number): string {
  return `${START}${Math.floor(tenth / 10)}.${tenth % 10}Z`;
}

/** Name of the case, the bytes of the span, what the reason says. */
const BAD: readonly (readonly [string, Buffer, RegExp])[] = [
  ['that is cut', bytesOfSpan({ name: 'cut' }).subarray(0, -1), /no Span/],
  ['without a trace', bytesOfSpan({ traceId: '' }), /trace_id/],
  ['without an id', bytesOfSpan({ spanId: '' }), /span_id/],
  ['without a service', bytesOfSpan({ service: '' }), /service/],
  ['with a bad start', bytesOfSpan({ startTimestamp: 'yesterday' }), /start_timestamp/],
  ['with a bad end', bytesOfSpan({ endTimestamp: '1' }), /end_timestamp/],
  ['with a bad time of an event', bytesOfSpan({ events: [{ timestamp: 'x', name: '', attributesJson: '' }] }), /events\[0\]/],
  ['of an unknown kind', Buffer.concat([bytesOfSpan({}), Buffer.from([0x30, 9])]), /kind 9/],
  ['of an unknown status', Buffer.concat([bytesOfSpan({}), Buffer.from([0x48, 3])]), /status 3/],
  ...[1, 2, 3, 4, 5, 10, 13, 15].flatMap((field): (readonly [string, Buffer, RegExp])[] => [
    [`whose text ${field} is not UTF-8`, Buffer.concat([bytesOfSpan({}), Buffer.from([field * 8 + 2, 2, 0x61, 0xff])]), /UTF-8/],
    [
      `whose text ${field} holds U+0000`,
      Buffer.concat([bytesOfSpan({}), Buffer.from([field * 8 + 2, 2, 0x61, 0x00])]),
      /U\+0000/,
    ],
  ]),
  ...['[1]', '12', '{"a":1', '{"a":"\\u0000"}', '{"a":1},{"b":2}', '{"a":1},"spanId":{"b":2}'].flatMap(
    (json): (readonly [string, Buffer, RegExp])[] => [
      [`with attributes_json ${json}`, bytesOfSpan({ attributesJson: json }), /attributes_json/],
      [`with resource_json ${json}`, bytesOfSpan({ resourceJson: json }), /resource_json/],
      [`with a link of ${json}`, bytesOfSpan({ links: [{ traceId: '', spanId: '', attributesJson: json }] }), /links\[0\]/],
      [`with an event of ${json}`, bytesOfSpan({ events: [{ timestamp: '', name: '', attributesJson: json }] }), /events\[0\]/],
    ],
  ),
];

/** Spans are stored as records are: exactly once, with their neighbours, and raise the traces that they are of. */
export function spansSuite(store: () => LogStoreUnderTest): void {
  async function names(tenant: string, traceId = 't'): Promise<string[]> {
    return (await readSpans(store().spans, tenant, traceId)).map(({ name }) => name);
  }

  it('are given by start, page by page, each once', async () => {
    const { writer, spans } = store();
    const tenths = fc.array(fc.nat({ max: 30 }), { minLength: 1, maxLength: 25 });
    await fc.assert(
      fc.asyncProperty(
        tenths,
        fc.integer({ min: 1, max: 30 }),
        fc.constantFrom(1, 700, 3_000_000),
        async (all, limit, maxBytes) => {
          const partition = new TestPartition();
          const sent = all.map((tenth, i) => ({ name: String(i), startTimestamp: at(tenth), spanId: `s${i}` }));
          await storeGood(writer, partition.batch({ spans: sent }, { spans: [{ traceId: 'another' }] }));
          let pages = 0;
          const found = await readSpans(spans, partition.tenant, 't', { limit, maxBytes }, (page) => {
            pages++;
            expect(page.spans.length).toBeLessThanOrEqual(limit);
          });
          const expected = all.map((tenth, i) => ({ tenth, i })).sort((a, b) => a.tenth - b.tenth || a.i - b.i);
          expect(found.map(({ name }) => name)).toEqual(expected.map(({ i }) => String(i)));
          expect(pages).toBeGreaterThanOrEqual(maxBytes === 1 ? all.length : Math.ceil(all.length / limit));
        },
      ),
      { numRuns: 40 },
    );
  }, 120_000);

  it('belong to their tenant and their trace', async () => {
    const { writer, spans } = store();
    const partition = new TestPartition();
    const other = freshName('tenant');
    await storeGood(writer, partition.batch({ spans: [{ name: 'own' }] }, { spans: [{ name: 'foreign' }], tenant: other }));
    expect([await names(partition.tenant), await names(other)]).toEqual([['own'], ['foreign']]);
    expect(await spans.byTrace({ tenant: partition.tenant, traceId: 'unknown', ...LARGE })).toEqual({ spans: [], more: false });
    expect(await store().reader.worstSeverity(partition.tenant, 'unknown')).toBeNull();
  });

  it('raise a trace by status error, and by any later span of one that was raised', async () => {
    const { writer, queue, passTime, reader } = store();
    const partition = new TestPartition();
    const due = async (): Promise<string[]> => {
      await passTime(1_000_000);
      const claimed = (await queue.claim('builder', 10_000, 60_000)).filter(({ tenant }) => tenant === partition.tenant);
      await queue.built('builder', claimed, 0);
      return claimed.map(({ traceId, version, first }) => `${traceId} ${version} ${first}`).sort();
    };
    const healthy = { traceId: 'healthy', status: 1 };
    const failed = { traceId: 'failed', status: ERROR };
    expect(await storeGood(writer, partition.batch({ spans: [healthy] }))).toMatchObject({ errorTraces: false });
    expect(await due()).toEqual([]);
    expect(await storeGood(writer, partition.batch({ spans: [healthy, failed] }))).toMatchObject({ errorTraces: true });
    expect(await due()).toEqual(['failed 1 true']);
    expect(await storeGood(writer, partition.batch({ spans: [{ traceId: 'failed' }, healthy] }))).toMatchObject({
      errorTraces: true,
    });
    expect(await due()).toEqual(['failed 2 false']);
    const severities = ['healthy', 'failed'].map((traceId) => reader.worstSeverity(partition.tenant, traceId));
    expect(await Promise.all(severities)).toEqual([9, 17]);
  });

  it('are stored once however often their message is handed over, also where it holds nothing else', async () => {
    const { writer, otherWriter, mishaps, reader } = store();
    const retryKey: RetryKey = { batchKey: 'k', digest: 'a'.repeat(32), slice: 0, sliceCount: 1 };
    const bus = new KeptPartition(new TestPartition()).write(
      { spans: [{ name: 'alone' }] },
      { logs: [{ message: 'log', traceId: 't' }], spans: [{ name: 'beside' }] },
      { spans: [{ name: 'keyed' }], retryKey },
    );
    await bus.deliver(writer, 2);
    expect(await storeGood(otherWriter, bus.batch(0n, 2))).toEqual({ kind: 'fenced', position: 2n });
    await bus.deliver(writer);
    const expected = ['alone', 'beside', 'keyed'];
    for (const each of [writer, otherWriter]) {
      await mishaps.wipePositions(bus.at.source, [0]);
      bus.position = 0n;
      expect(await bus.deliver(each)).toMatchObject({ records: 0, duplicates: [true, true, true] });
      expect((await names(bus.at.tenant)).sort()).toEqual(expected);
    }
    await mishaps.deleteRecords(bus.at.tenant, ['alone']);
    expect(await mishaps.putBack(bus.at.source, 0, 0n)).toBe(true);
    bus.position = 0n;
    expect(await bus.deliver(writer)).toMatchObject({ records: 1, duplicates: [false, true, true] });
    bus.write({ spans: [{ name: 'retry' }], retryKey: { ...retryKey } });
    expect(await bus.deliver(writer)).toMatchObject({ records: 0, duplicates: [true] });
    expect((await names(bus.at.tenant)).sort()).toEqual(expected);
    expect((await readNewest(reader, bus.at.tenant)).map(({ message }) => message)).toEqual(['log']);
  });

  it.each(BAD)('hand over one %s and store its neighbours', async (_, bad, reason) => {
    const { writer, reader } = store();
    const partition = new TestPartition();
    const spans = [bytesOfSpan({ name: 'before' }), bad, bytesOfSpan({ name: 'after' })];
    const value = Buffer.concat([valueOfBytes([bytesOf({ message: 'log' })]), valueOfBytes(spans, 'spans')]);
    const { outcome, letters } = await storeSome(writer, partition.batch({ value }, { spans: [{ name: 'next' }] }));
    expect(outcome).toMatchObject({ kind: 'stored', records: 4, duplicates: [false, false] });
    expect(letters).toMatchObject([{ offset: 0n, index: 2, bytes: bad, reason: expect.stringMatching(/^span: /) }]);
    expect(letters[0]?.reason).toMatch(reason);
    expect((await names(partition.tenant)).sort()).toEqual(['after', 'before', 'next']);
    expect((await readNewest(reader, partition.tenant)).map(({ message }) => message)).toEqual(['log']);
  });

  it('go with their message where it can not be read', async () => {
    const { writer, reader } = store();
    const partition = new TestPartition();
    const whole = Buffer.concat([valueOfBytes([bytesOf({})]), valueOfBytes([bytesOfSpan({ status: ERROR })], 'spans')]);
    const { outcome, letters } = await storeSome(
      writer,
      partition.batch({ value: Buffer.concat([whole, Buffer.from([0x1a, 9])]) }),
    );
    expect([outcome, letters.map(({ index }) => index)]).toMatchObject([{ records: 0, errorTraces: false }, [-1]]);
    expect([await names(partition.tenant), await readNewest(reader, partition.tenant)]).toEqual([[], []]);
  });

  it('raise nothing where they could not be stored', async () => {
    const { writer, queue, passTime } = store();
    const partition = new TestPartition();
    const spans = [{ traceId: 'good', status: ERROR }, { traceId: 'bad', status: ERROR, name: 'a\0' }, { traceId: 'fine' }];
    const logs = [
      { traceId: 'logged', level: 3 },
      { traceId: 'not logged', level: 3, message: '\0' },
    ];
    const { outcome } = await storeSome(writer, partition.batch({ logs, spans }));
    expect(outcome).toMatchObject({ records: 3, errorTraces: true });
    await passTime(1_000_000);
    const claimed = (await queue.claim('owner', 1_000, 60_000)).filter(({ tenant }) => tenant === partition.tenant);
    expect(claimed.map(({ traceId }) => traceId).sort()).toEqual(['good', 'logged']);
  });

  it('are read for a DAG with their times, ends and links, failed ones first, up to a cap', async () => {
    const { writer, spans } = store();
    const partition = new TestPartition();
    const { tenant } = partition;
    const sent = Array.from({ length: 6 }, (_, i) => ({ spanId: `s${i}`, startTimestamp: at(i), status: i === 4 ? ERROR : 0 }));
    const link = (spanId: string, traceId = 't') => ({ traceId, spanId, attributesJson: '{"a":1}' });
    const links = Array.from({ length: 200 }, (_, i) => [link(`l${i}`), link(`x${i}`, 'another')]).flat();
    const rich = { spanId: 's6', parentId: 's0', name: 'n', kind: 4, startTimestamp: at(6), endTimestamp: at(9), links };
    await storeGood(writer, partition.batch({ spans: [...sent, rich] }));
    const all = await spans.traceSpans(tenant, 't', 7);
    expect([all.truncated, all.spans.map(({ spanId }) => spanId)]).toEqual([false, ['s4', 's0', 's1', 's2', 's3', 's5', 's6']]);
    const last = all.spans.at(-1);
    expect(last).toMatchObject({ parentId: 's0', service: 'shop', name: 'n', kind: 'producer', status: 'unset' });
    expect(last?.links).toEqual(Array.from({ length: 128 }, (_, i) => ({ traceId: 't', spanId: `l${i}` })));
    expect((last?.end.nanos ?? 0) - (last?.start.nanos ?? 0)).toBe(300_000_000);
    expect(all.spans[0]?.kind).toBe('internal');
    const cut = await spans.traceSpans(tenant, 't', 2);
    expect([cut.truncated, cut.spans.map(({ spanId }) => spanId)]).toEqual([true, ['s4', 's0']]);
  });

  it('are read of several traces at once where each is small', async () => {
    const { writer, spans } = store();
    const partition = new TestPartition();
    const { tenant } = partition;
    const links = (count: number) =>
      Array.from({ length: count }, (_, i) => ({ traceId: 'some', spanId: `l${i}`, attributesJson: '' }));
    const some = [{ links: links(16) }, { links: [] }, { status: ERROR }].map((each, i) => ({
      ...each,
      traceId: 'some',
      spanId: `s${i}`,
    }));
    await storeGood(writer, partition.batch({ spans: [...some, { traceId: 'other' }] }));
    const keys = ['unknown', 'some', 'other'].map((traceId) => ({ tenant, traceId }));
    const [ofSome, ofOther] = [await spans.traceSpans(tenant, 'some', 3), await spans.traceSpans(tenant, 'other', 3)];
    expect(await spans.smallTraces(keys, 3)).toEqual([[], ofSome.spans, ofOther.spans]);
    expect(await spans.smallTraces(keys, 2)).toEqual([[], null, ofOther.spans]);
    await storeGood(
      writer,
      partition.batch({ spans: [{ traceId: 'other', links: links(20).map((link) => ({ ...link, traceId: 'other' })) }] }),
    );
    expect(await spans.smallTraces(keys, 3)).toEqual([[], ofSome.spans, null]);
  });

  it('are found among many, in a batch of several messages and kinds', async () => {
    const { writer } = store();
    const partition = new TestPartition();
    const slices = Array.from({ length: 10 }, (_, i) => ({
      logs: Array.from({ length: 300 }, (_unused, j) => ({ message: `${i}/${j}` })),
      spans: Array.from({ length: 600 }, (_unused, j) => ({ name: j % 97 === 5 ? 'a\0' : `${i}/${j}` })),
    }));
    const { outcome, letters } = await storeSome(writer, partition.batch(...slices));
    const bad = Array.from({ length: 600 }, (_, j) => j).filter((j) => j % 97 === 5);
    expect(outcome).toMatchObject({ records: 9_000 - 10 * bad.length });
    expect(letters.slice(0, bad.length).map(({ index }) => index)).toEqual(bad.map((j) => 300 + j));
    expect(new Set(await names(partition.tenant)).size).toBe(6_000 - 10 * bad.length);
  }, 60_000);
}
