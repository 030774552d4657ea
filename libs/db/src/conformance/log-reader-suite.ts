import fc from 'fast-check';
import { FIRST_SECOND, LAST_SECOND, compareInstants, formatInstant, type LogRecord } from '#domain';
import type { LogPage, RecordPage } from '../api/log-reader.js';
import { TestPartition, freshName, storeGood } from './batches.js';
import type { LogStoreUnderTest } from './log-store-under-test.js';
import { readNewest, readTrace } from './read-all.js';

const NOW = Math.floor(Date.now() / 1000);
/** Few instants, so that many records tie: near now, far in the past and in the future, a nanosecond apart. */
const SECONDS = [NOW, NOW - 5, NOW - 11, NOW - 3_000, NOW - 10 ** 6, NOW + 3_600, NOW + 10 ** 9, FIRST_SECOND, LAST_SECOND, 0];
const arbitraryLog = fc.record({
  traceId: fc.constantFrom('a', 'b', ''),
  time: fc.record({ seconds: fc.constantFrom(...SECONDS), nanos: fc.constantFrom(0, 1, 999, 1_000, 999_999_999) }),
  message: fc.oneof(fc.constant('m'), fc.string({ maxLength: 300 })),
});

function oldestFirst(a: LogRecord, b: LogRecord): number {
  return compareInstants(a.time, b.time) || (a.id < b.id ? -1 : 1);
}

async function threeRecords(store: LogStoreUnderTest, size: number): Promise<TestPartition> {
  const partition = new TestPartition();
  const logs = [1, 2, 3].map((i) => ({ traceId: 'a', message: String(i).repeat(size) }));
  await storeGood(store.writer, partition.batchOf(...logs));
  return partition;
}

/** Paging, order and tenants. */
export function logReaderSuite(store: () => LogStoreUnderTest): void {
  it('gives every row once and in order, whatever the times, the page size and the bytes', async () => {
    const { writer, reader } = store();
    await fc.assert(
      fc.asyncProperty(
        fc.array(arbitraryLog, { minLength: 1, maxLength: 25 }),
        fc.integer({ min: 1, max: 12 }),
        fc.constantFrom(1, 300, 1_500, 1_000_000),
        async (logs, limit, maxBytes) => {
          const partition = new TestPartition();
          await storeGood(
            writer,
            partition.batchOf(...logs.map(({ time, ...log }) => ({ ...log, timestamp: formatInstant(time) }))),
          );
          const check = ({ records }: LogPage): void => expect(records.length).toBeLessThanOrEqual(limit);
          const newest = await readNewest(reader, partition.tenant, { limit, maxBytes }, check);
          expect(newest).toHaveLength(logs.length);
          expect(newest).toEqual([...newest].sort(oldestFirst).reverse());
          expect(new Set(newest.map(({ id }) => id)).size).toBe(logs.length);
          for (const traceId of ['a', 'b']) {
            const trace = await readTrace(reader, partition.tenant, traceId, { limit, maxBytes }, check);
            expect(trace).toEqual(newest.filter((record) => record.traceId === traceId).reverse());
          }
        },
      ),
      { numRuns: 50 },
    );
  }, 120_000);

  it('says that rows follow exactly where they do', async () => {
    const { reader } = store();
    const { tenant } = await threeRecords(store(), 10);
    const large = { tenant, maxBytes: 1_000_000 };
    const counts = [];
    for (const limit of [1, 2, 3, 4]) {
      const pages = [await reader.newest({ ...large, limit }), await reader.byTrace({ ...large, limit, traceId: 'a' })];
      counts.push(pages.map(({ records, more }) => [records.length, more]));
    }
    const expected = [
      [1, true],
      [2, true],
      [3, false],
      [3, false],
    ].map((one) => [one, one]);
    expect(counts).toEqual(expected);
  });

  it('cuts a page by its bytes and gives the first row whatever its size', async () => {
    const { reader } = store();
    const { tenant } = await threeRecords(store(), 10_000);
    for (const [maxBytes, rows] of [
      [1, 1],
      [25_000, 2],
      [1_000_000, 3],
    ] as const) {
      const sizes: number[] = [];
      const onPage = ({ records }: LogPage): void => void sizes.push(records.length);
      await readNewest(reader, tenant, { maxBytes }, onPage);
      await readTrace(reader, tenant, 'a', { maxBytes }, onPage);
      expect(Math.max(...sizes)).toBe(rows);
      expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(6);
    }
  });

  it('gives records that come in between pages no chance to shift the others', async () => {
    const { writer, reader } = store();
    const partition = await threeRecords(store(), 10);
    const first = await reader.newest({ tenant: partition.tenant, limit: 2, maxBytes: 1_000_000 });
    await storeGood(writer, partition.batchOf({ message: 'later', timestamp: '9999-01-01T00:00:00Z' }));
    const last = first.records[1];
    if (last === undefined) throw new Error('a row is missing');
    const second = await reader.newest({ tenant: partition.tenant, limit: 2, maxBytes: 1_000_000, after: last });
    expect([...first.records, ...second.records].map(({ message }) => message[0])).toEqual(['3', '2', '1']);
  });

  it('gives pages as bytes to a function, whose result or error is the answer', async () => {
    const { reader } = store();
    const { tenant } = await threeRecords(store(), 10);
    const request = { tenant, limit: 2, maxBytes: 1_000_000, traceId: 'a' };
    const seen = (page: RecordPage) => {
      const ids: string[] = [];
      page.forEach((view) => ids.push(`${view.id} ${view.text(view.messageStart, view.messageEnd)}`));
      return { ids, count: page.count, more: page.more };
    };
    const idsOf = ({ records }: LogPage) => records.map(({ id, message }) => `${id} ${message}`);
    const newest = idsOf(await reader.newest(request));
    expect(await reader.readNewest(request, seen)).toEqual({ ids: newest, count: 2, more: true });
    const oldest = idsOf(await reader.byTrace(request));
    expect(await reader.readTrace(request, seen)).toEqual({ ids: oldest, count: 2, more: true });
    const fault = new Error('no such page');
    const refuse = (): never => {
      throw fault;
    };
    await expect(reader.readNewest(request, refuse)).rejects.toBe(fault);
    await expect(reader.readTrace(request, refuse)).rejects.toBe(fault);
  });

  it('keeps tenants apart', async () => {
    const { writer, reader } = store();
    const [mine, other] = [new TestPartition(), new TestPartition()];
    await storeGood(writer, mine.batchOf({ traceId: 't', message: 'mine', level: 1 }));
    await storeGood(writer, other.batchOf({ traceId: 't', message: 'other', level: 4 }));
    for (const records of [await readNewest(reader, mine.tenant), await readTrace(reader, mine.tenant, 't')]) {
      expect(records.map(({ message }) => message)).toEqual(['mine']);
    }
    expect(await reader.worstSeverity(mine.tenant, 't')).toBe(5);
    expect((await reader.traceRecords(mine.tenant, 't', 10)).records.map(({ message }) => message)).toEqual(['mine']);
  });

  it('answers an unknown trace and tenant with nothing', async () => {
    const { reader } = store();
    const tenant = freshName('nobody');
    const request = { tenant, limit: 10, maxBytes: 1_000 };
    expect(await reader.newest(request)).toEqual({ records: [], more: false });
    expect(await reader.byTrace({ ...request, traceId: 'x' })).toEqual({ records: [], more: false });
    expect(await reader.worstSeverity(tenant, 'x')).toBeNull();
    expect(await reader.traceRecords(tenant, 'x', 10)).toEqual({ records: [], truncated: false });
  });

  it('knows the worst severity of a trace', async () => {
    const { writer, reader } = store();
    const partition = new TestPartition();
    await storeGood(
      writer,
      partition.batchOf({ traceId: 't', level: 5 }, { traceId: 't', level: 2 }, { traceId: 'u', level: 4 }),
    );
    expect(await reader.worstSeverity(partition.tenant, 't')).toBe(13);
    await storeGood(writer, partition.batchOf({ traceId: 't', severityNumber: 18 }));
    expect(await reader.worstSeverity(partition.tenant, 't')).toBe(18);
  });

  it('gives the DAG builder what it needs, to the nanosecond', async () => {
    const { writer, reader } = store();
    const partition = new TestPartition();
    const log = { traceId: 't', spanId: 's', parentId: 'p', service: 'pay', message: 'm', level: 3 };
    await storeGood(writer, partition.batchOf({ ...log, timestamp: '0001-01-01T00:00:00.000000001Z' }));
    const [stored] = await readTrace(reader, partition.tenant, 't');
    expect(await reader.traceRecords(partition.tenant, 't', 10)).toEqual({
      records: [
        {
          id: stored?.id,
          spanId: 's',
          parentId: 'p',
          service: 'pay',
          message: 'm',
          severity: 17,
          time: { seconds: FIRST_SECOND, nanos: 1 },
        },
      ],
      truncated: false,
    });
  });

  it('gives the DAG builder the attributes of errors, and none that are longer than it reads', async () => {
    const { writer, reader } = store();
    const partition = new TestPartition();
    const log = (message: string, level: number, value: string) => ({ traceId: 't', message, level, attributes: { key: value } });
    const long = 'x'.repeat(5_000);
    await storeGood(writer, partition.batchOf(log('info', 0, 'v'), log('error', 3, 'v'), log('long', 3, long)));
    const { records } = await reader.traceRecords(partition.tenant, 't', 10);
    const read = Object.fromEntries(records.map(({ message, attributes }) => [message, attributes]));
    expect(read).toEqual({ info: undefined, error: '{"key": "v"}', long: undefined });
  });

  it('gives the DAG builder whole messages of a thousand records of a large trace, and the beginning of the others', async () => {
    const { writer, reader } = store();
    const partition = new TestPartition();
    const logs = Array.from({ length: 1_100 }, (_, i) => ({
      traceId: 't',
      message: `m${i} `.repeat(200),
      level: i % 2 === 0 ? 3 : 0,
    }));
    await storeGood(writer, partition.batchOf(...logs));
    const { records } = await reader.traceRecords(partition.tenant, 't', 2_000);
    expect(records.map(({ message }) => message.length > 256).lastIndexOf(true)).toBe(999);
    expect(records.slice(1_000).every(({ message }) => message.length === 256)).toBe(true);
    expect(records.slice(0, 550).every(({ severity }) => severity === 17)).toBe(true);
  });

  it('gives errors first where the cap leaves records out', async () => {
    const { writer, reader } = store();
    const partition = new TestPartition();
    const logs = Array.from({ length: 20 }, (_, i) => ({ traceId: 't', message: `m${i}`, level: i >= 16 ? 3 : 0 }));
    await storeGood(writer, partition.batchOf(...logs));
    const capped = await reader.traceRecords(partition.tenant, 't', 6);
    expect(capped.truncated).toBe(true);
    expect(capped.records.map(({ message }) => message)).toEqual(['m16', 'm17', 'm18', 'm19', 'm0', 'm1']);
    const exact = await reader.traceRecords(partition.tenant, 't', 20);
    expect([exact.truncated, exact.records.length]).toEqual([false, 20]);
  });

  it('gives several small traces at once as it gives each alone, and none that is larger', async () => {
    const { writer, reader } = store();
    const partition = new TestPartition();
    const { tenant } = partition;
    const logs = ['a', 'b', 'a', 'large', 'b', 'large', 'large'].map((traceId, i) => ({
      traceId,
      message: `${i}`,
      level: i % 4,
    }));
    await storeGood(writer, partition.batchOf(...logs));
    const names = ['b', 'unknown', 'large', 'a'];
    const alone = await Promise.all(names.map((traceId) => reader.traceRecords(tenant, traceId, 2)));
    const together = await reader.smallTraces(
      [...names, 'a'].map((traceId, i) => ({ tenant: i < names.length ? tenant : `${tenant}-other`, traceId })),
      2,
    );
    expect(alone.map(({ truncated }) => truncated)).toEqual([false, false, true, false]);
    expect(together).toEqual([...alone.map(({ records, truncated }) => (truncated ? null : records)), []]);
  });

  it('rejects with the reason of a signal that is aborted already', async () => {
    const { reader } = store();
    const reason = new Error('the caller went away');
    const request = { tenant: 'x', limit: 1, maxBytes: 1, signal: AbortSignal.abort(reason) };
    await expect(reader.newest(request)).rejects.toBe(reason);
    await expect(reader.byTrace({ ...request, traceId: 'x' })).rejects.toBe(reason);
    await expect(reader.worstSeverity('x', 'x', request.signal)).rejects.toBe(reason);
  });
}
