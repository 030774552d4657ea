import { formatInstant } from '#domain';
import type { LogWriter } from '../api/log-writer.js';
import type { StoreStatusReader } from '../api/store-status.js';
import { MAX_SUMMARY_SERVICES, type TraceSummaryReader } from '../api/trace-summary.js';
import { TestPartition, freshName, storeGood } from './batches.js';
import { waitUntil } from './wait-until.js';

/** A real, empty store with what looks at it as a whole. */
export interface StoreLooksUnderTest {
  readonly writer: LogWriter;
  readonly summaries: TraceSummaryReader;
  readonly status: StoreStatusReader;
  close(): Promise<void>;
}

/** The contracts of TraceSummaryReader and StoreStatusReader, for every adapter; on the real thing. */
export function describeStoreLooks(name: string, make: () => Promise<StoreLooksUnderTest>): void {
  describe(`Looks at the store: ${name}`, () => {
    let store: StoreLooksUnderTest;
    beforeAll(async () => {
      store = await make();
    }, 60_000);
    afterAll(() => store.close(), 60_000);

    it('know an empty store', async () => {
      const { logs, spans, dags } = await store.status.read();
      expect([logs.rows, logs.oldestReceivedAt, dags.rows, dags.pending]).toEqual([0, null, 0, 0]);
      expect(spans).toEqual({ rows: 0, bytes: 0 });
    });

    it('sum a trace up, to the nanosecond', async () => {
      const partition = new TestPartition();
      const time = (nanos: number) => `2025-04-16T14:30:00.${String(nanos).padStart(9, '0')}Z`;
      await storeGood(
        store.writer,
        partition.batchOf(
          { traceId: 't', spanId: 'a', service: 'pay', level: 3, timestamp: time(2_999) },
          { traceId: 't', spanId: 'a', service: 'api', level: 4, timestamp: time(2_001) },
          { traceId: 't', spanId: 'b', service: 'Zoo', timestamp: time(7_500) },
          { traceId: 't', spanId: '', service: 'pay', timestamp: time(7_003) },
          { traceId: 'u', spanId: 'c', service: 'other' },
        ),
      );
      const summary = await store.summaries.summary(partition.tenant, 't');
      expect(summary).toMatchObject({
        logCount: 4,
        errorLogCount: 2,
        spanCount: 2,
        services: ['Zoo', 'api', 'pay'],
        truncated: false,
      });
      expect(summary && [formatInstant(summary.firstTime), formatInstant(summary.lastTime)]).toEqual([time(2_001), time(7_500)]);
      expect(await store.summaries.summary(partition.tenant, 'x')).toBeNull();
      expect(await store.summaries.summary(freshName('nobody'), 't')).toBeNull();
    });

    it('count the spans of a trace beside its records', async () => {
      const partition = new TestPartition();
      const time = (nanos: number) => `2025-04-16T14:30:00.${String(nanos).padStart(9, '0')}Z`;
      const spans = [
        { spanId: 'a', service: 'api', status: 2, startTimestamp: time(1_002), endTimestamp: time(9_004) },
        { spanId: 'c', service: 'db', startTimestamp: time(1_005), endTimestamp: time(500) },
      ];
      const logs = [
        { traceId: 't', spanId: 'a', timestamp: time(2_000) },
        { traceId: 't', spanId: 'b', timestamp: time(3_000) },
      ];
      await storeGood(store.writer, partition.batch({ logs, spans }));
      const summary = await store.summaries.summary(partition.tenant, 't');
      expect(summary).toMatchObject({ logCount: 2, errorLogCount: 0, spanCount: 3, storedSpanCount: 2, errorSpanCount: 1 });
      expect(summary).toMatchObject({ services: ['api', 'db', 'shop'], truncated: false });
      expect(summary && [formatInstant(summary.firstTime), formatInstant(summary.lastTime)]).toEqual([time(1_002), time(9_004)]);
      await storeGood(
        store.writer,
        partition.batch({ spans: [{ traceId: 'u', startTimestamp: time(5), endTimestamp: time(3) }] }),
      );
      const alone = await store.summaries.summary(partition.tenant, 'u');
      expect(alone).toMatchObject({ logCount: 0, spanCount: 1, storedSpanCount: 1, services: ['shop'] });
      expect(alone && [formatInstant(alone.firstTime), formatInstant(alone.lastTime)]).toEqual([time(5), time(5)]);
    });

    it('list so many services of a trace and say that there are more', async () => {
      const partition = new TestPartition();
      const logs = Array.from({ length: MAX_SUMMARY_SERVICES + 1 }, (_, i) => ({ traceId: 't', service: `s${i}` }));
      await storeGood(store.writer, partition.batchOf(...logs));
      const summary = await store.summaries.summary(partition.tenant, 't');
      expect([summary?.services.length, summary?.truncated, summary?.logCount]).toEqual([
        MAX_SUMMARY_SERVICES,
        true,
        logs.length,
      ]);
    });

    it('know about how much is stored, since when, and which DAGs are due', async () => {
      const before = await store.status.read();
      const partition = new TestPartition();
      const failed = { traceId: 't', level: 3 };
      const from = Math.floor(Date.now() / 1_000) - 60;
      const logs = [failed, ...Array.from({ length: 99 }, () => ({ traceId: 'u' }))];
      await storeGood(store.writer, partition.batch({ logs, spans: Array.from({ length: 50 }, () => ({ traceId: 'u' })) }));
      // PostgreSQL counts with a delay.
      let after = before;
      await waitUntil('the rows are counted', async () => {
        after = await store.status.read();
        return after.logs.rows >= before.logs.rows + 100 && after.spans.rows >= before.spans.rows + 50;
      });
      expect(after.logs.bytes).toBeGreaterThan(0);
      expect(after.spans.bytes).toBeGreaterThan(0);
      expect(after.logs.partitions).toBeGreaterThan(0);
      expect(after.dags.pending).toBe(before.dags.pending + 1);
      expect(after.logs.oldestReceivedAt?.seconds).toBeGreaterThan(from);
    });

    it('reject with the reason of a signal that is aborted already', async () => {
      const reason = new Error('the caller went away');
      await expect(store.summaries.summary('x', 'x', AbortSignal.abort(reason))).rejects.toBe(reason);
      await expect(store.status.read(AbortSignal.abort(reason))).rejects.toBe(reason);
    });
  });
}
