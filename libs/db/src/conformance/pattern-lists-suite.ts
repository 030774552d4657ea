import type { Instant } from '#domain';
import type { PatternCursor, StoredPattern } from '../api/pattern-store.js';
import { at, HOUR, NOON, pattern, type PatternBed } from './pattern-store-under-test.js';

/** Lists of patterns, of their traces and of their hours. */
export function describePatternLists(openBed: () => PatternBed): void {
  let bed: PatternBed;
  beforeEach(() => {
    bed = openBed();
    bed.renew();
  });

  it('lists by state, service and time', async () => {
    await bed.put(
      bed.dagOf('a', pattern('one', 'stock'), 10),
      bed.dagOf('b', pattern('two', 'cart'), 20),
      bed.dagOf('c', pattern('three', 'stock'), 30),
    );
    await bed.store.states.setState(bed.tenant, pattern('one', 'stock').id, 'ignored');
    expect(await bed.titles()).toEqual(['stock: three', 'cart: two', 'stock: one']);
    expect(await bed.titles({ state: 'ignored' })).toEqual(['stock: one']);
    expect(await bed.titles({ state: 'open' })).toEqual(['stock: three', 'cart: two']);
    expect(await bed.titles({ service: 'stock' })).toEqual(['stock: three', 'stock: one']);
    expect(await bed.titles({ service: 'api-gateway' })).toHaveLength(3);
    expect(await bed.titles({ service: 'nobody' })).toEqual([]);
    expect(await bed.titles({ from: at(20) })).toEqual(['stock: three', 'cart: two']);
    expect(await bed.titles({ to: at(20) })).toEqual(['stock: one']);
    expect(await bed.titles({ from: at(15), to: at(25), state: 'open', service: 'cart' })).toEqual(['cart: two']);
  });

  it('gives every pattern once in each order, whatever the page', async () => {
    const kinds = Array.from({ length: 9 }, (_, i) => pattern(`failure ${'abcdefghi'.charAt(i)}`));
    await bed.put(
      ...kinds.flatMap((kind, i) =>
        Array.from({ length: (i % 3) + 1 }, (_, j) => bed.dagOf(`t${i}-${j}`, kind, ((i * 4) % 9) * 60 + j * 7_000)),
      ),
    );
    const keys = {
      last_seen: ({ lastSeen }: StoredPattern) => lastSeen.seconds,
      count: ({ traceCount }: StoredPattern) => traceCount,
      new: ({ firstSeen }: StoredPattern) => firstSeen.seconds,
    };
    for (const order of ['last_seen', 'count', 'new'] as const) {
      for (const size of [
        { limit: 1 },
        { limit: 4 },
        { limit: 9 },
        { limit: 100, maxBytes: 1 },
        { limit: 100, maxBytes: 1_200 },
      ]) {
        const all: StoredPattern[] = [];
        let after: PatternCursor | undefined;
        do {
          const page = await bed.store.reader.list({ tenant: bed.tenant, order, maxBytes: 1e9, ...size, after });
          expect(page.patterns.length).toBeLessThanOrEqual(size.limit);
          all.push(...page.patterns);
          after = page.next ?? undefined;
        } while (after !== undefined);
        expect(new Set(all.map(({ id }) => id)).size).toBe(9);
        expect(all).toHaveLength(9);
        expect(all.map(keys[order])).toEqual(all.map(keys[order]).sort((a, b) => b - a));
      }
    }
  });

  it('gives the traces of a pattern page by page, the newest first', async () => {
    const lock = pattern('stock is locked');
    await bed.put(
      ...Array.from({ length: 10 }, (_, i) => bed.dagOf(`t${i}`, lock, Math.floor(i / 3))),
      bed.dagOf('other', pattern('other')),
    );
    const all: string[] = [];
    for (let after: { firstErrorTime: Instant; traceId: string } | undefined; ;) {
      const page = await bed.store.reader.traces({ tenant: bed.tenant, id: lock.id, limit: 3, after });
      all.push(...page.traces.map(({ traceId }) => traceId));
      after = page.traces.at(-1);
      if (!page.more) break;
    }
    expect(all).toEqual(['t9', 't8', 't7', 't6', 't5', 't4', 't3', 't2', 't1', 't0']);
    const [newest] = (await bed.store.reader.traces({ tenant: bed.tenant, id: lock.id, limit: 1 })).traces;
    expect(newest).toEqual({ traceId: 't9', firstErrorTime: at(3), rootSpanId: 's', errorCount: 1, spanCount: 2 });
  });

  it('gives the newest hours of a range', async () => {
    const lock = pattern('stock is locked');
    await bed.put(...Array.from({ length: 6 }, (_, i) => bed.dagOf(`t${i}`, lock, i * HOUR + 60)));
    const starts = async (request: { from?: Instant; to?: Instant; limit: number }) =>
      (await bed.store.reader.timeline({ tenant: bed.tenant, id: lock.id, ...request })).map(
        ({ start }) => (start.seconds - NOON) / HOUR,
      );
    expect(await starts({ limit: 100 })).toEqual([0, 1, 2, 3, 4, 5]);
    expect(await starts({ limit: 2 })).toEqual([4, 5]);
    expect(await starts({ from: at(HOUR), to: at(3 * HOUR), limit: 100 })).toEqual([1, 2]);
  });

  it('rejects with the reason of a signal that is aborted already', async () => {
    const reason = new Error('the caller went away');
    const signal = AbortSignal.abort(reason);
    const request = { tenant: bed.tenant, id: 'x', limit: 1, signal };
    await expect(bed.store.reader.list({ ...request, order: 'count', maxBytes: 1 })).rejects.toBe(reason);
    await expect(bed.store.reader.byId(bed.tenant, 'x', signal)).rejects.toBe(reason);
    await expect(bed.store.reader.traces(request)).rejects.toBe(reason);
    await expect(bed.store.reader.timeline(request)).rejects.toBe(reason);
    await expect(bed.store.states.setState(bed.tenant, 'x', 'open', signal)).rejects.toBe(reason);
  });
}
