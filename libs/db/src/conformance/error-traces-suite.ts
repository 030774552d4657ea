import { TestPartition, storeGood } from './batches.js';
import type { LogStoreUnderTest } from './log-store-under-test.js';

const ERROR = 3;
const FATAL = 4;

/** Which traces a stored batch raises for the DAG builder; each test starts with an empty queue. */
export function errorTracesSuite(store: () => LogStoreUnderTest): void {
  /** Claims whatever is due and says that it is built. */
  async function drain(): Promise<readonly { traceId: string; version: bigint; first: boolean; firstErrorReceivedAt: number }[]> {
    const { queue } = store();
    const claimed = await queue.claim('drain', 10_000, 60_000);
    for (const trace of claimed) await queue.built('drain', [trace], 0);
    return claimed;
  }
  beforeEach(async () => {
    await store().passTime(1_000_000);
    await drain();
  });

  it('raises a trace with an error or a fatal record, and no healthy one', async () => {
    const partition = new TestPartition();
    const logs = [0, 1, 2, ERROR, FATAL, 5].map((level) => ({ traceId: `t${level}`, level }));
    const outcome = await storeGood(
      store().writer,
      partition.batchOf(...logs, { level: ERROR }, { traceId: 'n', severityNumber: 16 }),
    );
    expect(outcome).toMatchObject({ errorTraces: true });
    expect((await drain()).map(({ traceId }) => traceId).sort()).toEqual(['t3', 't4']);
  });

  it('goes by the severity number where one is sent', async () => {
    const partition = new TestPartition();
    const logs = [
      { traceId: 'worse', level: 0, severityNumber: 17 },
      { traceId: 'milder', level: ERROR, severityNumber: 16 },
    ];
    await storeGood(store().writer, partition.batchOf(...logs));
    expect((await drain()).map(({ traceId }) => traceId)).toEqual(['worse']);
  });

  it('says nothing of a batch without errors', async () => {
    const partition = new TestPartition();
    expect(await storeGood(store().writer, partition.batchOf({ traceId: 't' }))).toMatchObject({ errorTraces: false });
    expect(await drain()).toEqual([]);
    expect(await store().queue.nextDueInMs()).toBeNull();
  });

  it('raises a trace again for every later record, whatever its level and writer', async () => {
    const { writer, otherWriter } = store();
    const partition = new TestPartition();
    const receivedAt = Date.now() - 5_000;
    await storeGood(writer, partition.batch({ logs: [{ traceId: 't', level: ERROR }], receivedAt }));
    expect(await drain()).toMatchObject([{ version: 1n, first: true, firstErrorReceivedAt: receivedAt }]);
    const elsewhere = new TestPartition(partition.tenant, 1, partition.source);
    expect(await storeGood(otherWriter, elsewhere.batchOf({ traceId: 't' }))).toMatchObject({ errorTraces: true });
    expect(await drain()).toMatchObject([{ version: 2n, first: false, firstErrorReceivedAt: receivedAt }]);
    expect(await storeGood(writer, partition.batchOf({ traceId: 'u' }))).toMatchObject({ errorTraces: false });
    expect(await drain()).toEqual([]);
  });

  it('keeps the time of the earliest error', async () => {
    const { writer } = store();
    const partition = new TestPartition();
    const logs = [{ traceId: 't', level: ERROR }];
    const times = [3_000, 9_000, 6_000].map((age) => Date.now() - age);
    await storeGood(writer, partition.batch(...times.map((receivedAt) => ({ logs, receivedAt }))));
    expect(await drain()).toMatchObject([{ firstErrorReceivedAt: times[1] }]);
  });

  it('raises the trace of each tenant apart', async () => {
    const { writer, queue } = store();
    const [mine, other] = [new TestPartition(), new TestPartition()];
    await storeGood(writer, mine.batchOf({ traceId: 't', level: ERROR }));
    await storeGood(writer, other.batchOf({ traceId: 't' }));
    expect(await queue.claim('owner', 10, 60_000)).toMatchObject([{ tenant: mine.tenant, traceId: 't' }]);
  });

  it('raises nothing for a batch that is fenced, fails or is a duplicate', async () => {
    const { writer } = store();
    const partition = new TestPartition();
    const retryKey = { batchKey: 'b', digest: 'a'.repeat(32), slice: 0, sliceCount: 1 };
    const batch = partition.batch({ logs: [{ traceId: 't', level: ERROR }], retryKey }, { logs: [{ service: '' }] });
    await expect(writer.store(batch, async () => Promise.reject(new Error('away')))).rejects.toThrow('away');
    expect(await drain()).toEqual([]);
    await writer.store(batch, async () => undefined);
    expect(await drain()).toHaveLength(1);
    expect(await storeGood(writer, batch)).toMatchObject({ kind: 'fenced' });
    expect(await storeGood(writer, partition.batch({ logs: [{ traceId: 't', level: ERROR }], retryKey }))).toMatchObject({
      duplicates: [true],
      errorTraces: false,
    });
    expect(await drain()).toEqual([]);
  });

  it('raises every trace that two writers touch at once, in any order', async () => {
    const { writer, otherWriter } = store();
    const tenant = new TestPartition().tenant;
    const logs = Array.from({ length: 300 }, (_, i) => ({ traceId: `t${i}`, level: ERROR }));
    await Promise.all([
      storeGood(writer, new TestPartition(tenant).batchOf(...logs)),
      storeGood(otherWriter, new TestPartition(tenant).batchOf(...[...logs].reverse())),
    ]);
    const raised = await drain();
    expect(new Set(raised.map(({ traceId }) => traceId)).size).toBe(300);
    expect(new Set(raised.map(({ version }) => version))).toEqual(new Set([2n]));
  });

  it('raises nothing for a message that is cut behind its error record', async () => {
    const partition = new TestPartition();
    const whole = partition.batchOf({ traceId: 't', level: ERROR }, { traceId: 't' });
    const cut = whole.slices.map((slice) => ({ ...slice, value: slice.value.subarray(0, -1) }));
    await store().writer.store({ ...whole, slices: cut }, async () => undefined);
    expect(await drain()).toEqual([]);
  });
}
