import fc from 'fast-check';
import { at, HOUR, pattern, type PatternBed } from './pattern-store-under-test.js';

/** Counts of patterns: exact, whatever is rebuilt, moved or written at once. */
export function describePatternCounts(openBed: () => PatternBed): void {
  let bed: PatternBed;
  beforeEach(() => {
    bed = openBed();
    bed.renew();
  });

  it('groups traces by pattern, with first and last seen, hours and the newest traces', async () => {
    const lock = pattern('stock is locked');
    await bed.put(
      bed.dagOf('a', lock, 0),
      bed.dagOf('b', lock, 10),
      bed.dagOf('c', lock, HOUR),
      bed.dagOf('d', lock, 5),
      bed.dagOf('x', null),
    );
    expect(await bed.list()).toEqual([
      {
        tenant: bed.tenant,
        ...lock,
        firstSeen: at(0),
        lastSeen: at(HOUR),
        traceCount: 4,
        state: 'open',
        resolvedAt: null,
        regressedAt: null,
        regressions: 0,
        sampleTraceIds: ['c', 'b', 'd'],
      },
    ]);
    expect(await bed.store.reader.byId(bed.tenant, lock.id)).toEqual((await bed.list())[0]);
    expect(await bed.store.reader.timeline({ tenant: bed.tenant, id: lock.id, limit: 10 })).toEqual([
      { start: at(0), traceCount: 3 },
      { start: at(HOUR), traceCount: 1 },
    ]);
    expect((await bed.store.dags.byTrace(bed.tenant, 'a'))?.patternId).toBe(lock.id);
    expect((await bed.store.dags.byTrace(bed.tenant, 'x'))?.patternId).toBeUndefined();
  });

  it('counts a trace once, however often its DAG is written', async () => {
    const lock = pattern('stock is locked');
    for (const version of [1n, 1n, 2n, 3n, 2n]) await bed.put(bed.dagOf('a', lock, 0, version), bed.dagOf('b', lock, 1, version));
    expect(await bed.list()).toMatchObject([{ traceCount: 2 }]);
    expect(await bed.told()).toEqual(await bed.store.recount(bed.tenant));
  });

  it('moves a rebuilt trace to its new pattern, and hides a pattern that has lost its last trace', async () => {
    const [early, late] = [pattern('request failed', 'api-gateway'), pattern('stock is locked')];
    await bed.put(bed.dagOf('a', early, 100), bed.dagOf('b', early, 50), bed.dagOf('c', late, 7_000));
    await bed.put(bed.dagOf('a', late, 90, 2n));
    expect(await bed.told()).toEqual(await bed.store.recount(bed.tenant));
    expect(await bed.store.reader.byId(bed.tenant, late.id)).toMatchObject({
      traceCount: 2,
      firstSeen: at(90),
      lastSeen: at(7_000),
    });
    expect(await bed.store.reader.byId(bed.tenant, early.id)).toMatchObject({
      traceCount: 1,
      firstSeen: at(50),
      lastSeen: at(50),
    });
    await bed.put(bed.dagOf('b', late, 40, 2n));
    expect(await bed.list()).toMatchObject([{ id: late.id, traceCount: 3 }]);
    expect(await bed.store.reader.byId(bed.tenant, early.id)).toMatchObject({ traceCount: 0, sampleTraceIds: [] });
    await bed.put(bed.dagOf('d', early, 300));
    expect(await bed.store.reader.byId(bed.tenant, early.id)).toMatchObject({
      traceCount: 1,
      firstSeen: at(300),
      lastSeen: at(300),
    });
    expect(await bed.told()).toEqual(await bed.store.recount(bed.tenant));
  });

  it('follows a trace whose first error turns out to be earlier', async () => {
    const lock = pattern('stock is locked');
    await bed.put(bed.dagOf('a', lock, 3 * HOUR), bed.dagOf('b', lock, HOUR));
    await bed.put(bed.dagOf('a', lock, 0, 2n));
    expect(await bed.list()).toMatchObject([{ traceCount: 2, firstSeen: at(0), lastSeen: at(HOUR) }]);
    expect(await bed.told()).toEqual(await bed.store.recount(bed.tenant));
  });

  it('ends with exact counts, whatever several builders write at once', async () => {
    const patterns = [0, 1, 2, 3].map((i) => pattern(`failure of kind ${'abcd'.charAt(i)}`));
    const write = fc.record({
      trace: fc.nat({ max: 11 }),
      kind: fc.option(fc.nat({ max: 3 }), { nil: null }),
      seconds: fc.integer({ min: -3 * HOUR, max: 3 * HOUR }),
      version: fc.bigInt({ min: 1n, max: 9n }),
    });
    const batch = fc.uniqueArray(write, { selector: ({ trace }) => trace, minLength: 1, maxLength: 12 });
    await fc.assert(
      fc.asyncProperty(fc.array(batch, { minLength: 1, maxLength: 16 }), async (batches) => {
        bed.renew();
        const dags = batches.map((writes) =>
          writes.map(({ trace, kind, seconds, version }) =>
            bed.dagOf(`t${trace}`, kind === null ? null : (patterns[kind] ?? null), seconds, version),
          ),
        );
        await Promise.all(dags.map((some, i) => bed.writer(i).put(some)));
        expect(await bed.told()).toEqual(await bed.store.recount(bed.tenant));
      }),
      { numRuns: 40 },
    );
  }, 180_000);

  it('lets builders with overlapping batches in any order all come through', async () => {
    const patterns = Array.from({ length: 20 }, (_, i) => pattern(`failure of ${'abcdefghijklmnopqrst'.charAt(i)}-kind`));
    const order = (round: number) => Array.from({ length: 30 }, (_, i) => (i * 7 + round * 11) % 30);
    const puts = Array.from({ length: 40 }, (_, round) =>
      bed
        .writer(round)
        .put(
          order(round).map((i) =>
            bed.dagOf(`t${i}`, patterns[(i + round) % 20] ?? null, i * 600, BigInt((round * 13) % 40) + 1n),
          ),
        ),
    );
    await Promise.all(puts);
    expect(await bed.told()).toEqual(await bed.store.recount(bed.tenant));
    expect((await bed.list()).reduce((sum, { traceCount }) => sum + traceCount, 0)).toBe(30);
  }, 120_000);

  it('lets builders of other traces of the same patterns all come through, whatever their order', async () => {
    const patterns = Array.from({ length: 20 }, (_, i) => pattern(`failure of ${'abcdefghijklmnopqrst'.charAt(i)}-kind`));
    const puts = Array.from({ length: 60 }, (_, round) => {
      const some = round % 2 === 0 ? patterns : [...patterns].reverse();
      // In the order of their keys, so that only the patterns are met crosswise.
      return bed.writer(round).put(some.map((kind, i) => bed.dagOf(`t${round}-${String(i).padStart(2, '0')}`, kind, i)));
    });
    await Promise.all(puts);
    expect(await bed.told()).toEqual(await bed.store.recount(bed.tenant));
    expect((await bed.list()).map(({ traceCount }) => traceCount)).toEqual(patterns.map(() => 60));
  }, 120_000);
}
