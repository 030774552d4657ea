import fc from 'fast-check';
import { compareInstants, formatInstant, levelOfSeverity, matcherOf, type LogRecord } from '#domain';
import { TestPartition, bytesOf, storeGood, storeSome, valueOf, valueOfBytes } from './batches.js';
import type { LogSearchUnderTest } from './log-search.js';
import { filterOf } from './log-search-suite.js';
import { readNewest } from './read-all.js';
import { searchAll } from './search-all.js';

const START = Date.UTC(2026, 0, 1) / 1000;
const HOUR = 3_600;
const never = new AbortController().signal;

/** Bunches of records, hours of nothing, edges of ten seconds. */
const arbitraryLog = fc.record({
  service: fc.constantFrom('pay', 'shop', 'a"b\\c', 'ä{,}', 'NULL'),
  severityNumber: fc.constantFrom(1, 9, 10, 13, 17, 24),
  timestamp: fc
    .record({
      hour: fc.integer({ min: -1, max: 13 }),
      second: fc.constantFrom(0, 9, 10, 11, 19, 20, 3_599),
      nanos: fc.constantFrom(0, 1, 500_000_000, 999_999_999),
    })
    .map(({ hour, second, nanos }) => formatInstant({ seconds: START + hour * HOUR + second, nanos })),
});
const arbitraryQuery = fc.constantFrom(
  ...[
    '',
    'service:pay',
    '-service:pay',
    'level>=warn',
    'service:pay level:error',
    'service:p* OR level:trace',
    'service:nowhere',
  ],
);
const arbitraryEdge = fc.record({
  seconds: fc.integer({ min: START, max: START + 12 * HOUR }),
  nanos: fc.constantFrom(0, 1, 999_999_999),
});

type Tally = ReadonlyMap<string, number>;

function tally(keys: readonly string[]): Tally {
  const counts = new Map<string, number>();
  for (const key of keys) counts.set(key, (counts.get(key) ?? 0) + 1);
  return counts;
}

/** Whatever is counted beforehand, and whether it is summed up yet, answers are those of the records. */
export function logCountsSuite(store: () => LogSearchUnderTest): void {
  it('gives the counts of the records, before and after they are summed up, wherever the range begins and ends', async () => {
    const { writer, reader, search, upkeep } = store();
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.array(arbitraryLog, { minLength: 1, maxLength: 15 }), fc.boolean()), { minLength: 1, maxLength: 4 }),
        arbitraryQuery,
        fc.tuple(arbitraryEdge, arbitraryEdge).filter(([a, b]) => compareInstants(a, b) !== 0),
        fc.constantFrom(10, 60, 600, 7, 3_600),
        fc.boolean(),
        async (batches, query, edges, step, isRound) => {
          const partition = new TestPartition();
          const { tenant } = partition;
          for (const [logs, folded] of batches) {
            await storeGood(writer, partition.batchOf(...logs));
            if (folded) await upkeep.run(never);
          }
          const [from, to] = compareInstants(edges[0], edges[1]) < 0 ? edges : [edges[1], edges[0]];
          const filter = { ...filterOf(query), from, to };
          const matches = matcherOf(filter, () => () => false);
          const records = (await readNewest(reader, tenant)).filter(matches);

          const firstBucket = isRound ? { seconds: Math.floor(from.seconds / step) * step, nanos: 0 } : from;
          const bucketOf = ({ time }: LogRecord): number =>
            Math.floor(((time.seconds - firstBucket.seconds) * 1e9 + (time.nanos - firstBucket.nanos)) / (step * 1e9));
          for (const by of ['level', 'service'] as const) {
            const keyOf = (record: LogRecord): string => (by === 'level' ? levelOfSeverity(record.severity) : record.service);
            const answer = await search.histogram({ tenant, filter, by, stepMs: step * 1000, firstBucket });
            expect([answer.partial, answer.countedFrom]).toEqual([false, from]);
            const found = answer.series.flatMap(({ key, counts }) =>
              counts.flatMap((count, bucket) => new Array<string>(count).fill(`${key} ${bucket}`)),
            );
            // Columns keep microseconds: what a nanosecond parts may be counted in the bucket before.
            const exact = firstBucket.nanos % 1000 === 0;
            if (exact) expect(tally(found)).toEqual(tally(records.map((record) => `${keyOf(record)} ${bucketOf(record)}`)));
            else expect(found).toHaveLength(records.length);
            const { values } = await search.fieldValues({ tenant, filter, field: { kind: by }, prefix: '', limit: 100 });
            expect(new Map(values.map(({ value, count }) => [value, count]))).toEqual(tally(records.map(keyOf)));
          }
        },
      ),
      { numRuns: 60 },
    );
  }, 240_000);

  it('finds every record however much time a search leaps over', async () => {
    const { writer, reader, search, upkeep } = store();
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.array(arbitraryLog, { minLength: 1, maxLength: 15 }), fc.boolean()), { minLength: 1, maxLength: 4 }),
        fc.array(arbitraryQuery, { minLength: 3, maxLength: 3 }),
        fc.option(arbitraryEdge),
        fc.constantFrom(1, 3, 10_000),
        async (batches, queries, from, limit) => {
          const partition = new TestPartition();
          const { tenant } = partition;
          for (const [logs, folded] of batches) {
            await storeGood(writer, partition.batchOf(...logs));
            if (folded) await upkeep.run(never);
          }
          const all = await readNewest(reader, tenant);
          for (const query of queries) {
            const filter = { ...filterOf(query), from };
            const expected = all.filter(matcherOf(filter, () => () => false)).map(({ id }) => id);
            expect(await searchAll(search, tenant, filter, 'newest-first', { limit })).toEqual(expected);
          }
        },
      ),
      { numRuns: 40 },
    );
  }, 240_000);

  it('counts no record that was not stored, and none of another tenant', async () => {
    const { writer, search } = store();
    const partition = new TestPartition();
    const other = new TestPartition();
    const timestamp = '2026-01-01T00:00:05Z';
    const mixed = valueOfBytes([
      bytesOf({ timestamp, service: 'kept' }),
      bytesOf({ timestamp, service: 'refused', attributesJson: '[1]' }),
      bytesOf({ timestamp, service: 'nul', message: 'a\0' }),
    ]);
    const cut = valueOf([{ timestamp, service: 'cut' }]).subarray(0, -1);
    const slices = [{ value: mixed }, { value: cut }, { logs: [{ timestamp, service: 'next' }] }];
    const { letters } = await storeSome(writer, partition.batch(...slices, { tenant: other.tenant, logs: [{ timestamp }] }));
    expect(letters).toHaveLength(3);
    const range = { from: { seconds: START, nanos: 0 }, to: { seconds: START + HOUR, nanos: 0 } };
    const filter = { ...filterOf(''), ...range };
    const { values } = await search.fieldValues({
      tenant: partition.tenant,
      filter,
      field: { kind: 'service' },
      prefix: '',
      limit: 10,
    });
    expect(values).toEqual([
      { value: 'kept', count: 1 },
      { value: 'next', count: 1 },
    ]);
  });

  it('counts right while writers store, some of it twice, and others sum up', async () => {
    const { writer, reader, search, upkeep } = store();
    const { tenant } = new TestPartition();
    const timestamp = '2026-01-01T00:00:05Z';
    const range = { from: { seconds: START, nanos: 0 }, to: { seconds: START + HOUR, nanos: 0 } };
    const request = { tenant, filter: { ...filterOf(''), ...range }, field: { kind: 'service' }, prefix: '', limit: 10 } as const;
    const count = async (): Promise<number> => (await search.fieldValues(request)).values[0]?.count ?? 0;
    let stored = 0;
    const write = async (number: number): Promise<void> => {
      const partition = new TestPartition(tenant, number);
      for (let i = 0; i < 30; i++) {
        // Each message but those of the first partition comes again by another partition, at about the same time.
        const retryKey = { batchKey: `${Math.floor(number / 2)} ${i}`, digest: 'a'.repeat(32), slice: 0, sliceCount: 1 };
        const keyed = { logs: [{ timestamp }, { timestamp }], ...(number > 0 && { retryKey }) };
        const outcome = await storeGood(writer, partition.batch(keyed, { logs: [{ timestamp }] }));
        if (outcome.kind === 'stored') stored += outcome.records;
      }
    };
    let writing = true;
    const fold = async (): Promise<void> => {
      while (writing) await upkeep.run(never);
    };
    const look = async (): Promise<void> => {
      while (writing) {
        const before = stored;
        expect(await count()).toBeGreaterThanOrEqual(before);
      }
    };
    const others = [fold(), fold(), look()];
    await Promise.all([write(0), write(2), write(3), write(4), write(5)]).finally(() => (writing = false));
    await Promise.all(others);
    expect([stored, await count(), (await readNewest(reader, tenant)).length]).toEqual([330, 330, 330]);
  }, 120_000);
}
