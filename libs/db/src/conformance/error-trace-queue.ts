import type { ClaimedTrace } from '../api/error-trace-queue.js';
import { TestPartition, storeGood } from './batches.js';
import type { MakeLogStore } from './log-store-under-test.js';
import { sharedStore } from './shared-store.js';

const LEASE_MS = 60_000;
const ERROR = 3;

/** The contract of ErrorTraceQueue, for every adapter; on the real thing. */
export function describeErrorTraceQueue(name: string, makeStore: MakeLogStore): void {
  describe(`ErrorTraceQueue: ${name}`, () => {
    const store = sharedStore(makeStore);
    let partition = new TestPartition();

    /** Stores an error record of each trace, one after another. */
    async function raise(...traceIds: readonly string[]): Promise<void> {
      for (const traceId of traceIds) await storeGood(store().writer, partition.batchOf({ traceId, level: ERROR }));
    }
    async function claim(owner = 'a', limit = 100): Promise<readonly ClaimedTrace[]> {
      return store().queue.claim(owner, limit, LEASE_MS);
    }
    async function claimOne(owner = 'a'): Promise<ClaimedTrace> {
      const [trace, ...others] = await claim(owner);
      if (trace === undefined || others.length > 0) throw new Error(`claimed ${others.length} traces beside ${trace?.traceId}`);
      return trace;
    }

    beforeEach(async () => {
      await store().passTime(1_000_000);
      for (const trace of await claim('cleaner', 10_000)) await store().queue.built('cleaner', [trace], 0);
      partition = new TestPartition();
    });

    it('has nothing to claim where nothing failed', async () => {
      expect(await claim()).toEqual([]);
      expect(await store().queue.nextDueInMs()).toBeNull();
    });

    it('says all that a builder needs of a trace', async () => {
      const receivedAt = Date.now() - 1_234;
      const batch = partition.batch({ logs: [{ traceId: 'ü"\\', level: ERROR }], receivedAt });
      await storeGood(store().writer, batch);
      expect(await claim()).toEqual([
        { tenant: partition.tenant, traceId: 'ü"\\', version: 1n, attempts: 1, first: true, firstErrorReceivedAt: receivedAt },
      ]);
    });

    it('gives the traces that are due longest first, no more than asked for', async () => {
      await raise('t1', 't2', 't3', 't4', 't5');
      expect((await claim('a', 2)).map(({ traceId }) => traceId)).toEqual(['t1', 't2']);
      expect((await claim('a', 2)).map(({ traceId }) => traceId)).toEqual(['t3', 't4']);
      expect((await claim('a', 2)).map(({ traceId }) => traceId)).toEqual(['t5']);
    });

    it('gives traces of one batch in the order of their first errors', async () => {
      const order = [5, 3, 9, 1, 7];
      const slices = order.map((age) => ({
        logs: [{ traceId: `age${age}`, level: ERROR }],
        receivedAt: Date.now() - age * 1_000,
      }));
      await storeGood(store().writer, partition.batch(...slices));
      expect((await claim()).map(({ traceId }) => traceId)).toEqual(['age9', 'age7', 'age5', 'age3', 'age1']);
    });

    it('never gives a trace to two builders', async () => {
      const traces = Array.from({ length: 200 }, (_, i) => ({ traceId: `t${i}`, level: ERROR }));
      await storeGood(store().writer, partition.batchOf(...traces));
      const claims = await Promise.all(Array.from({ length: 12 }, (_, i) => claim(`owner${i}`, 30)));
      const given = claims.flat().map(({ traceId }) => traceId);
      expect(new Set(given).size).toBe(given.length);
      expect(Math.max(...claims.map(({ length }) => length))).toBeLessThanOrEqual(30);
      expect(given.length + (await claim('last', 1_000)).length).toBe(200);
    });

    it('does not give a built trace again until its records move on', async () => {
      const { queue } = store();
      await raise('t');
      await queue.built('a', [await claimOne()], 0);
      expect(await claim()).toEqual([]);
      expect(await queue.nextDueInMs()).toBeNull();
      await raise('t');
      expect(await claimOne()).toMatchObject({ version: 2n, attempts: 1, first: false });
    });

    it('gives a trace again whose records moved on while it was built, after its rest', async () => {
      const { queue, passTime } = store();
      await raise('t');
      const claimed = await claimOne();
      await raise('t');
      expect(await claim('b')).toEqual([]);
      await queue.built('a', [claimed], 30_000);
      expect(await claim('b')).toEqual([]);
      const due = await queue.nextDueInMs();
      expect(due).toBeGreaterThan(0);
      expect(due).toBeLessThanOrEqual(30_000);
      await passTime(30_000);
      expect(await claimOne('b')).toMatchObject({ version: 2n, attempts: 1, first: false });
    });

    it('lets a trace rest that was built, also where its records move on later', async () => {
      const { queue, passTime } = store();
      await raise('t');
      await queue.built('a', [await claimOne()], 30_000);
      await raise('t');
      expect(await claim()).toEqual([]);
      await passTime(30_000);
      expect(await claim()).toHaveLength(1);
    });

    it('gives a trace to another builder once its lease ran out, and then only hears that one', async () => {
      const { queue, passTime } = store();
      await raise('t');
      const frozen = await claimOne('frozen');
      expect(await claim('next')).toEqual([]);
      expect(await queue.nextDueInMs()).toBeGreaterThan(0);
      await passTime(LEASE_MS);
      const next = await claimOne('next');
      expect(next.attempts).toBe(2);
      await queue.failed('frozen', frozen, 'too late', 1);
      await queue.postponed('frozen', frozen, 0);
      await queue.built('frozen', [frozen], 0);
      expect(await claim('third')).toEqual([]);
      await queue.built('next', [next], 0);
      await passTime(LEASE_MS);
      expect(await claim('third')).toEqual([]);
    });

    it('pauses longer after each failure, counts attempts, and parks the trace after the last', async () => {
      const { queue, passTime } = store();
      await raise('t');
      const pauses: number[] = [];
      for (let attempt = 1; attempt <= 4; attempt++) {
        const trace = await claimOne();
        expect(trace.attempts).toBe(attempt);
        await queue.failed('a', trace, 'it\0 broke', 5);
        expect(await claim()).toEqual([]);
        pauses.push((await queue.nextDueInMs()) ?? 0);
        await passTime(1_000_000);
      }
      expect(pauses.every((pause, i) => pause > (pauses[i - 1] ?? 0))).toBe(true);
      await queue.failed('a', await claimOne(), 'it broke for good', 5);
      await passTime(1_000_000);
      expect(await claim()).toEqual([]);
      expect(await queue.nextDueInMs()).toBeNull();
    });

    it('gives a parked trace a new chance where its records move on', async () => {
      const { queue, passTime } = store();
      await raise('t');
      await queue.failed('a', await claimOne(), 'broke', 1);
      await raise('t');
      await passTime(1_000_000);
      expect(await claimOne()).toMatchObject({ version: 2n, attempts: 1, first: true });
    });

    it('does not count a postponed build as an attempt', async () => {
      const { queue, passTime } = store();
      await raise('t');
      for (let i = 0; i < 3; i++) {
        const trace = await claimOne();
        expect(trace.attempts).toBe(1);
        await queue.postponed('a', trace, 5_000);
        expect(await claim()).toEqual([]);
        await passTime(5_000);
      }
    });

    it('starts counting attempts anew once a trace is built', async () => {
      const { queue, passTime } = store();
      await raise('t');
      await queue.failed('a', await claimOne(), 'broke', 5);
      await passTime(1_000_000);
      const second = await claimOne();
      expect(second.attempts).toBe(2);
      await queue.built('a', [second], 0);
      await raise('t');
      expect((await claimOne()).attempts).toBe(1);
    });

    it('takes a reason of any length', async () => {
      const { queue } = store();
      await raise('t');
      await queue.failed('a', await claimOne(), '\ud83d\ude00'.repeat(10_000), 1);
      expect(await claim()).toEqual([]);
    });
  });
}
