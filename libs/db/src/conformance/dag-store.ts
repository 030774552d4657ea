import fc from 'fast-check';
import { compareInstants, FIRST_SECOND, LAST_SECOND, type ErrorDag, type Instant } from '#domain';
import type { DagCursor, DagPageRequest, DagReader, DagWriter, StoredDag } from '../api/dag-store.js';
import { freshName } from './batches.js';
import { sharedStore } from './shared-store.js';

/** An adapter on a real, empty store. */
export interface DagStoreUnderTest {
  readonly writer: DagWriter;
  readonly reader: DagReader;
  close(): Promise<void>;
}

const text = fc.string({ unit: 'binary', maxLength: 12 }).map((some) => some.replaceAll('\0', ''));
const instant = fc.record({
  seconds: fc.oneof(fc.integer({ min: FIRST_SECOND, max: LAST_SECOND }), fc.constantFrom(0, -1)),
  nanos: fc.oneof(fc.nat({ max: 999_999_999 }), fc.constantFrom(0, 1, 999, 1000, 999_999_999)),
});
const count = fc.nat({ max: 1_000_000 });
const ROLES = ['', 'origin', 'propagated', 'suspect'] as const;
const arbitraryDag: fc.Arbitrary<ErrorDag> = fc.record({
  rootSpanId: text,
  nodes: fc.array(
    fc.record({
      id: text,
      parentId: text,
      service: text,
      level: fc.constantFrom('trace', 'debug', 'info', 'warn', 'error', 'fatal'),
      firstTime: instant,
      lastTime: instant,
      logCount: count,
      errorCount: count,
      role: fc.constantFrom(...ROLES),
      orphan: fc.boolean(),
      synthetic: fc.boolean(),
    }),
    { maxLength: 4 },
  ),
  edges: fc.array(fc.record({ source: text, target: text, kind: fc.constantFrom('parent', 'link') }), { maxLength: 4 }),
  rootCauses: fc.array(
    fc.record({
      spanId: text,
      service: text,
      role: fc.constantFrom(...ROLES),
      rule: fc.constantFrom('gave-up', 'deepest-error'),
      evidence: text,
      evidenceSpanIds: fc.array(text, { maxLength: 3 }),
      logId: text,
    }),
    { maxLength: 3 },
  ),
  errorCount: count,
  spanCount: count,
  logCount: count,
  services: fc.array(fc.oneof(text, fc.constantFrom('NULL', '{}', '"', '\\', ',', '')), { maxLength: 4 }),
  firstTime: instant,
  lastTime: instant,
  firstErrorTime: instant,
  warnings: fc.array(text, { maxLength: 3 }),
  truncated: fc.boolean(),
});

const PLAIN: ErrorDag = {
  rootSpanId: 's',
  nodes: [],
  edges: [],
  rootCauses: [],
  errorCount: 1,
  spanCount: 1,
  logCount: 1,
  services: ['shop'],
  firstTime: { seconds: 0, nanos: 0 },
  lastTime: { seconds: 0, nanos: 0 },
  firstErrorTime: { seconds: 0, nanos: 0 },
  warnings: [],
  truncated: false,
};

function newestFirst(a: StoredDag, b: StoredDag): number {
  return compareInstants(b.dag.firstErrorTime, a.dag.firstErrorTime);
}

/** The contract of DagWriter and DagReader, for every adapter; on the real thing. */
export function describeDagStore(name: string, makeStore: () => Promise<DagStoreUnderTest>): void {
  describe(`DagStore: ${name}`, () => {
    const store = sharedStore(makeStore);

    async function readAll(tenant: string, size: Partial<DagPageRequest> = {}, onPage?: (rows: number) => void) {
      const all: StoredDag[] = [];
      for (let after: DagCursor | undefined; ;) {
        const page = await store().reader.newest({ tenant, limit: 1_000, maxBytes: 1e9, ...size, ...(after && { after }) });
        onPage?.(page.dags.length);
        all.push(...page.dags);
        const last = page.dags.at(-1);
        if (!page.more) return all;
        if (last === undefined) throw new Error('a page without a DAG says that more follow');
        after = { firstErrorTime: last.dag.firstErrorTime, traceId: last.traceId };
      }
    }
    async function putAll(tenant: string, dags: readonly (Partial<ErrorDag> & { readonly traceId: string })[]): Promise<void> {
      for (const { traceId, ...dag } of dags)
        await store().writer.put([{ tenant, traceId, version: 1n, dag: { ...PLAIN, ...dag } }]);
    }

    it('gives a DAG back as it was put, every instant to the nanosecond', async () => {
      await fc.assert(
        fc.asyncProperty(arbitraryDag, text, fc.bigInt({ min: 1n, max: 2n ** 63n - 1n }), async (dag, traceId, version) => {
          const tenant = freshName('tenant');
          const before = Date.now();
          expect(await store().writer.put([{ tenant, traceId, version, dag }])).toEqual(['written']);
          const stored = await store().reader.byTrace(tenant, traceId);
          expect(stored).toEqual({ tenant, traceId, version, dag, updatedAt: expect.anything() });
          expect(Math.abs((stored?.updatedAt.seconds ?? 0) * 1000 - before)).toBeLessThan(60_000);
          expect((await store().reader.newest({ tenant, limit: 1, maxBytes: 1 })).dags).toEqual([stored]);
        }),
        { numRuns: 60 },
      );
    }, 120_000);

    it('replaces a DAG by a newer version only', async () => {
      const tenant = freshName('tenant');
      const put = async (version: bigint, rootSpanId: string) =>
        (await store().writer.put([{ tenant, traceId: 't', version, dag: { ...PLAIN, rootSpanId } }]))[0];
      expect(await put(5n, 'first')).toBe('written');
      expect(await put(5n, 'same')).toBe('older');
      expect(await put(4n, 'older')).toBe('older');
      expect(await store().reader.byTrace(tenant, 't')).toMatchObject({ version: 5n, dag: { rootSpanId: 'first' } });
      expect(await put(6n, 'newer')).toBe('written');
      expect(await store().reader.byTrace(tenant, 't')).toMatchObject({ version: 6n, dag: { rootSpanId: 'newer' } });
      expect(await readAll(tenant)).toHaveLength(1);
    });

    it('writes several DAGs at once, and says of each whether a newer one was there', async () => {
      const tenant = freshName('tenant');
      const some = (traceId: string, version: bigint) => ({
        tenant,
        traceId,
        version,
        dag: { ...PLAIN, rootSpanId: `${version}` },
      });
      expect(await store().writer.put([])).toEqual([]);
      expect(await store().writer.put([some('b', 2n), some('a', 2n)])).toEqual(['written', 'written']);
      expect(await store().writer.put([some('c', 1n), some('b', 1n), some('a', 3n)])).toEqual(['written', 'older', 'written']);
      const roots = await Promise.all(['a', 'b', 'c'].map((traceId) => store().reader.byTrace(tenant, traceId)));
      expect(roots.map((stored) => stored?.dag.rootSpanId)).toEqual(['3', '2', '1']);
    });

    it('ends with the newest version, whatever the order in which builders write', async () => {
      const tenant = freshName('tenant');
      const versions = Array.from({ length: 20 }, (_, i) => BigInt((i * 7) % 20) + 1n);
      await Promise.all(versions.map((version) => store().writer.put([{ tenant, traceId: 't', version, dag: PLAIN }])));
      expect(await store().reader.byTrace(tenant, 't')).toMatchObject({ version: 20n });
    });

    it('keeps tenants apart and knows what it does not have', async () => {
      const [mine, other] = [freshName('tenant'), freshName('tenant')];
      await putAll(mine, [{ traceId: 't' }]);
      expect(await store().reader.byTrace(other, 't')).toBeNull();
      expect(await store().reader.byTrace(mine, 'u')).toBeNull();
      expect(await store().reader.newest({ tenant: other, limit: 10, maxBytes: 1_000 })).toEqual({ dags: [], more: false });
    });

    it('gives every DAG once, newest first error first, whatever the page', async () => {
      const times: Instant[] = [FIRST_SECOND, -1, 0, 1_744_813_800, LAST_SECOND].flatMap((seconds) =>
        [0, 1, 1_000, 999_999_999].map((nanos) => ({ seconds, nanos })),
      );
      const arbitrary = fc.array(
        fc.record({
          firstErrorTime: fc.constantFrom(...times),
          traceId: fc.string({ unit: fc.constantFrom('a', 'B', 'ä', 'Z', '_', '-'), minLength: 1, maxLength: 3 }),
          warnings: fc.constant([]),
        }),
        { maxLength: 20 },
      );
      await fc.assert(
        fc.asyncProperty(
          arbitrary,
          fc.integer({ min: 1, max: 8 }),
          fc.constantFrom(1, 300, 1e6),
          async (dags, limit, maxBytes) => {
            const tenant = freshName('tenant');
            await putAll(tenant, dags);
            const traces = new Set(dags.map(({ traceId }) => traceId));
            const onPage = (rows: number): void => expect(rows).toBeLessThanOrEqual(limit);
            const found = await readAll(tenant, { limit, maxBytes }, onPage);
            expect(new Set(found.map(({ traceId }) => traceId))).toEqual(traces);
            expect(found).toHaveLength(traces.size);
            expect(found).toEqual([...found].sort(newestFirst));
            expect(found).toEqual(await readAll(tenant));
          },
        ),
        { numRuns: 40 },
      );
    }, 120_000);

    it('cuts a page by its bytes and gives the first DAG whatever its size', async () => {
      const tenant = freshName('tenant');
      const node = { parentId: '', service: 'x'.repeat(1_000), level: 'error', logCount: 1, errorCount: 1, role: '' } as const;
      const nodes = [{ ...node, id: 's', firstTime: PLAIN.firstTime, lastTime: PLAIN.lastTime, orphan: false, synthetic: false }];
      await putAll(
        tenant,
        ['a', 'b', 'c'].map((traceId) => ({ traceId, nodes })),
      );
      const sizes: number[] = [];
      await readAll(tenant, { maxBytes: 1 }, (rows) => sizes.push(rows));
      expect(sizes).toEqual([1, 1, 1]);
      const page = await store().reader.newest({ tenant, limit: 10, maxBytes: 1e6 });
      expect([page.dags.length, page.more]).toEqual([3, false]);
    });

    it('rejects with the reason of a signal that is aborted already', async () => {
      const reason = new Error('the caller went away');
      const signal = AbortSignal.abort(reason);
      await expect(store().reader.newest({ tenant: 'x', limit: 1, maxBytes: 1, signal })).rejects.toBe(reason);
      await expect(store().reader.byTrace('x', 'x', signal)).rejects.toBe(reason);
    });
  });
}
