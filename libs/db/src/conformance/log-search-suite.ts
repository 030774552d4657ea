import fc from 'fast-check';
import { RE2JS } from 're2js';
import { EVERYTHING, matcherOf, parseQuery, printFilter, type CompileRegex, type LogFilter } from '#domain';
import { arbitraryFilter } from './arbitrary-filter.js';
import { SECONDS, arbitraryLog } from './arbitrary-records.js';
import { TestPartition, storeGood } from './batches.js';
import type { LogSearchUnderTest } from './log-search.js';
import { readNewest } from './read-all.js';
import { searchAll, searchPage, type KeptPage } from './search-all.js';

export const compile: CompileRegex = (re2) => {
  const expression = RE2JS.compile(re2);
  return (text) => expression.matcher(text).find();
};

export function filterOf(query: string): LogFilter {
  const outcome = parseQuery(query, { seconds: Math.floor(Date.now() / 1000), nanos: 0 });
  if (!outcome.ok) throw new Error(`${query}: column ${outcome.column}: ${outcome.reason}`);
  return outcome.filter;
}

/** Which records are found, in what order, in which pages. */
export function logSearchSuite(store: () => LogSearchUnderTest): void {
  it('finds the very records of which the matcher is true, whatever the filter', async () => {
    const { writer, reader, search } = store();
    await fc.assert(
      fc.asyncProperty(
        fc.array(arbitraryLog, { minLength: 1, maxLength: 30 }),
        fc.array(arbitraryFilter(SECONDS), { minLength: 12, maxLength: 12 }),
        async (logs, filters) => {
          const partition = new TestPartition();
          await storeGood(writer, partition.batchOf(...logs));
          const all = await readNewest(reader, partition.tenant);
          for (const filter of filters) {
            const matches = matcherOf(filter, compile);
            const expected = all.filter(matches).map(({ id }) => id);
            const found = await searchAll(search, partition.tenant, filter, 'newest-first');
            if (found.join() !== expected.join())
              throw new Error(`${printFilter(filter)}: ${found.length} of ${expected.length}`);
          }
        },
      ),
      { numRuns: 80 },
    );
  }, 240_000);

  it('gives every match once and in order, whatever the order, the page size and the bytes', async () => {
    const { writer, reader, search } = store();
    await fc.assert(
      fc.asyncProperty(
        fc.array(arbitraryLog, { minLength: 1, maxLength: 25 }),
        arbitraryFilter(SECONDS),
        fc.integer({ min: 1, max: 12 }),
        fc.constantFrom(1, 600, 3_000, 1_000_000),
        async (logs, filter, limit, maxBytes) => {
          const partition = new TestPartition();
          const { tenant } = partition;
          await storeGood(writer, partition.batchOf(...logs));
          const expected = (await readNewest(reader, tenant)).filter(matcherOf(filter, compile)).map(({ id }) => id);
          const check = ({ ids, partial, total }: KeptPage): void => {
            expect(ids.length).toBeLessThanOrEqual(limit);
            expect([partial, total]).toEqual([false, null]);
          };
          const size = { limit, maxBytes };
          expect(await searchAll(search, tenant, filter, 'newest-first', size, check)).toEqual(expected);
          expect(await searchAll(search, tenant, filter, 'oldest-first', size, check)).toEqual([...expected].reverse());
        },
      ),
      { numRuns: 40 },
    );
  }, 240_000);

  it('counts exactly where it can, on the first page and on a later one', async () => {
    const { writer, search } = store();
    const partition = new TestPartition();
    const { tenant } = partition;
    const logs = Array.from({ length: 20 }, (_, i) => ({ message: i % 2 === 0 ? 'even' : 'odd', traceId: 't' }));
    await storeGood(writer, partition.batchOf(...logs));
    const request = { tenant, filter: filterOf('even'), order: 'newest-first', count: true } as const;
    const { total, next } = await searchPage(search, { ...request, limit: 4 });
    expect(total).toEqual({ count: 10, exact: true });
    const after = next ?? undefined;
    expect(await searchPage(search, { ...request, limit: 10, after })).toMatchObject({
      next: null,
      total: { count: 10, exact: true },
    });
    expect((await searchPage(search, request)).total).toEqual({ count: 10, exact: true });
    expect((await searchPage(search, { ...request, filter: filterOf('neither') })).total).toEqual({ count: 0, exact: true });
  });

  it.each(['newest-first', 'oldest-first'] as const)('keeps pages apart while records come in, %s', async (order) => {
    const { writer, reader, search } = store();
    const partition = new TestPartition();
    const { tenant } = partition;
    await storeGood(writer, partition.batchOf(...Array.from({ length: 10 }, (_, i) => ({ message: `old ${i}` }))));
    const before = (await readNewest(reader, tenant)).map(({ id }) => id);
    const found = await searchAll(search, tenant, EVERYTHING, order, { limit: 3 }, async () => {
      const [early, late] = ['0001-01-01T00:00:00Z', '9999-01-01T00:00:00Z'];
      await storeGood(writer, partition.batchOf({ timestamp: order === 'newest-first' ? late : early }));
    });
    expect(found).toEqual(order === 'newest-first' ? before : before.reverse());
  });

  it('finds the records of a trace however far apart they lie', async () => {
    const { writer, search } = store();
    const partition = new TestPartition();
    const times = ['0001-01-01T00:00:00Z', '1999-01-01T00:00:00Z', '', '9999-12-31T23:59:59.999999999Z'];
    const logs = times.flatMap((timestamp) => ['a', 'b'].map((traceId) => ({ timestamp, traceId })));
    await storeGood(writer, partition.batchOf(...logs));
    for (const [query, count] of [
      ['trace:a', 4],
      ['trace:a,b', 8],
      ['trace:a from:2000-01-01', 2],
      ['trace:a or trace:b', 8],
      ['-trace:a', 4],
    ] as const) {
      const found = await searchAll(search, partition.tenant, filterOf(query), 'oldest-first', { limit: 3 });
      expect([query, new Set(found).size, found.length]).toEqual([query, count, count]);
    }
  });

  it('keeps tenants apart', async () => {
    const { writer, search } = store();
    const [mine, other] = [new TestPartition(), new TestPartition()];
    for (const { tenant, batch } of [mine, other].map((p) => ({
      tenant: p.tenant,
      batch: p.batchOf({ traceId: 't', message: 'm' }),
    }))) {
      expect(tenant).not.toBe('');
      await storeGood(writer, batch);
    }
    for (const query of ['', 'm', 'trace:t', 'service:shop or -m']) {
      expect(await searchAll(search, mine.tenant, filterOf(query), 'newest-first')).toHaveLength(1);
    }
  });

  it('rejects with the reason of a signal that is aborted already', async () => {
    const reason = new Error('the caller went away');
    const request = { tenant: 'x', filter: EVERYTHING, order: 'newest-first', signal: AbortSignal.abort(reason) } as const;
    await expect(searchPage(store().search, request)).rejects.toBe(reason);
  });
}
