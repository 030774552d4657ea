/** Page after page: every row once, in order, and no page larger than what clients take (contract section 2). */
import fc from 'fast-check';
import { LogList, type QueryLog } from '#proto';
import { allLogs, allLogsOfTrace, allPages, type ContractClient } from '../support/contract-client.js';
import { at, LogLevel, unique, valid, type Log } from '../support/records.js';
import { useTestBed } from '../support/test-bed.js';
import { waitUntil } from '../support/wait-until.js';

const MIB = 1024 * 1024;
const MAX_PAGE_BYTES = 3 * MIB;
/** What grpcurl and most clients take at most. */
const CLIENT_LIMIT_BYTES = 4 * MIB;

describe('pages', () => {
  const bed = useTestBed();
  let everyone: ContractClient;
  let client: ContractClient;

  beforeAll(async () => {
    everyone = bed.client((await bed.allInOne()).grpc);
  });

  beforeEach(() => {
    client = everyone.as(unique('pages'));
  });

  /** Sends in calls of a size that the contract takes. */
  async function send(logs: readonly Partial<Log>[], recordsACall = 1000): Promise<void> {
    for (let i = 0; i < logs.length; i += recordsACall) {
      const call = logs.slice(i, i + recordsACall);
      expect(await client.sendLogs({ logs: call })).toMatchObject({ status: 'ok', accepted: call.length });
    }
  }

  it('hold 1,000 rows unless another number is asked for, and give every row once', async () => {
    const sent = Array.from({ length: 2500 }, (_, i) => valid({ message: `m${i}`, timestamp: at(i) }));
    await send(sent);
    const inOrder = sent.map((record) => record.message);
    for (const ask of [
      (pageToken: string) => client.getLogsByTraceId({ traceId: 'trace-1', pageToken }),
      (pageToken: string) => client.getLogs({ pageToken }),
    ]) {
      const pages = await allPages(ask);
      expect(pages.map((page) => page.logs.length)).toEqual([1000, 1000, 500]);
    }
    expect((await allLogsOfTrace(client, 'trace-1', 0)).map((record) => record.message)).toEqual(inOrder);
    expect((await allLogs(client, 0)).map((record) => record.message)).toEqual([...inOrder].reverse());
    const { logs } = await client.getLogs({ pageSize: 10_000 });
    expect(logs).toHaveLength(2500);
  });

  it('of any size give every row once and in order, equal times or not', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.nat(4), { minLength: 1, maxLength: 40 }),
        fc.integer({ min: 1, max: 45 }),
        async (seconds, pageSize) => {
          const tenant = everyone.as(unique('sizes'));
          await tenant.sendLogs({ logs: seconds.map((second, i) => valid({ message: `m${i}`, timestamp: at(second) })) });
          const oldestFirst = await allLogsOfTrace(tenant, 'trace-1', pageSize);
          expect(oldestFirst.map((record) => record.message).sort()).toEqual(seconds.map((_, i) => `m${i}`).sort());
          expect(oldestFirst).toEqual([...oldestFirst].sort(byTimeThenId));
          expect(await allLogs(tenant, pageSize)).toEqual([...oldestFirst].reverse());
        },
      ),
      { numRuns: 15 },
    );
  });

  it('tell times apart that differ by a nanosecond', async () => {
    const logs = Array.from({ length: 30 }, (_, i) =>
      valid({ timestamp: `2026-01-01T00:00:00.00000${String(1000 + i)}Z`, message: `m${i}` }),
    );
    await send([...logs].reverse());
    const inOrder = logs.map((record) => record.message);
    expect((await allLogsOfTrace(client, 'trace-1', 7)).map((record) => record.message)).toEqual(inOrder);
    expect((await allLogs(client, 7)).map((record) => record.message)).toEqual([...inOrder].reverse());
  });

  it('lose and repeat nothing of what was there while new records come in', async () => {
    await send(Array.from({ length: 200 }, (_, i) => valid({ message: `old${i}`, timestamp: at(i) })));
    const seen: string[] = [];
    let round = 0;
    await allPages(async (pageToken) => {
      await send([
        valid({ message: `new${round}`, timestamp: at(250 - round) }),
        valid({ message: `older${round}`, timestamp: at(round) }),
      ]);
      round += 1;
      const page = await client.getLogs({ pageSize: 15, pageToken });
      seen.push(...page.logs.map((record) => record.message));
      return page;
    });
    expect(new Set(seen).size).toBe(seen.length);
    expect(seen.filter((message) => message.startsWith('old') && !message.startsWith('older'))).toEqual(
      Array.from({ length: 200 }, (_, i) => `old${199 - i}`),
    );
  });

  describe('stay below what clients take', () => {
    /** A JSON object of ten lists that repeat the number, of about so many bytes in all. */
    const numbers = (bytes: number, number: string) => {
      const list = `[${Array.from({ length: bytes / 10 / (number.length + 1) }, () => number).join()}]`;
      return `{${Array.from({ length: 10 }, (_, i) => `"list-${i}":${list}`).join()}}`;
    };

    it.each<[string, number, number, Partial<Log>]>([
      ['messages of 100 kB', 100, 40, { message: 'x'.repeat(100_000) }],
      ['messages of nearly 1 MiB', 9, 9, { message: 'x'.repeat(MIB - 400) }],
      ['records of 1.6 MiB', 6, 6, { message: 'x'.repeat(MIB), attributesJson: numbers(600_000, '123456789') }],
      ['attributes that grow when they are printed with spaces', 12, 12, { attributesJson: numbers(600_000, '1') }],
      ['resources that grow when they are printed with spaces', 12, 12, { resourceJson: numbers(600_000, '1') }],
      ['numbers that grow when they are printed in full', 80, 80, { attributesJson: numbers(420, '1e1000') }],
    ])('with %s', async (_, count, recordsACall, fields) => {
      const sent = Array.from({ length: count }, (__, i) => valid({ spanId: `s${i}`, timestamp: at(i), ...fields }));
      await send(sent, recordsACall);
      const spans = sent.map((record) => record.spanId);
      const newest = await allPages((pageToken) => client.getLogs({ pageToken }));
      const ofTrace = await allPages((pageToken) => client.getLogsByTraceId({ traceId: 'trace-1', pageToken }));
      expect(newest.flatMap((page) => page.logs.map((record) => record.spanId))).toEqual([...spans].reverse());
      expect(ofTrace.flatMap((page) => page.logs.map((record) => record.spanId))).toEqual(spans);
      for (const page of [...newest, ...ofTrace]) {
        const bytes = LogList.encode(page).finish().length;
        expect(bytes).toBeLessThan(CLIENT_LIMIT_BYTES);
        if (page.logs.length > 1) expect(bytes).toBeLessThanOrEqual(MAX_PAGE_BYTES);
      }
    });
  });

  it('of DAGs give every failed trace once, the newest first', async () => {
    const sent = Array.from({ length: 40 }, (_, i) =>
      valid({ traceId: `t${String(i).padStart(2, '0')}`, level: LogLevel.ERROR, timestamp: at(Math.floor(i / 4)) }),
    );
    await send(sent);
    await waitUntil(async () => (await client.getDags()).dags.length === sent.length, 'every failed trace has a DAG');
    for (const pageSize of [1, 7, 40, 0]) {
      const pages = await allPages((pageToken) => client.getDags({ pageSize, pageToken }));
      const dags = pages.flatMap((page) => page.dags);
      expect(dags.map((dag) => dag.traceId).sort()).toEqual(sent.map((record) => record.traceId));
      expect(dags.map((dag) => dag.firstTime)).toEqual([...sent].reverse().map((record) => record.timestamp));
      if (pageSize > 0) expect(Math.max(...pages.map((page) => page.dags.length))).toBeLessThanOrEqual(pageSize);
    }
  });
});

/** Here all times lie within one day and have the same number of digits. */
function byTimeThenId(a: QueryLog, b: QueryLog): number {
  return a.timestamp === b.timestamp ? compare(a.id, b.id) : compare(a.timestamp, b.timestamp);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
