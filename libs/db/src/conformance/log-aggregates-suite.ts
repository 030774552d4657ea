import fc from 'fast-check';
import { formatInstant, levelOfSeverity, splitJsonObject, type LogRecord } from '#domain';
import { TestPartition, storeGood } from './batches.js';
import type { LogSearchUnderTest } from './log-search.js';
import { filterOf } from './log-search-suite.js';
import { readNewest } from './read-all.js';

const START = Date.UTC(2026, 0, 1) / 1000;
const RANGE = { from: { seconds: START, nanos: 0 }, to: { seconds: START + 100, nanos: 500_000_000 } };

const arbitraryLog = fc.record({
  service: fc.constantFrom('pay', 'Pay', 'shop', 'a%b'),
  severityNumber: fc.integer({ min: 1, max: 24 }),
  message: fc.constantFrom('x', 'y'),
  attributesJson: fc.constantFrom(
    '',
    '{"user":"ann"}',
    '{"user":"Bob","n":1}',
    '{"n":1.5,"o":{"user":"x"}}',
    '{"o.user":true,"l":[1]}',
  ),
  timestamp: fc
    .record({ seconds: fc.integer({ min: START - 5, max: START + 105 }), nanos: fc.constantFrom(0, 1, 499_999_999, 500_000_000) })
    .map(formatInstant),
});

function tally(values: readonly string[]): { value: string; count: number }[] {
  const counts = new Map<string, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  const all = [...counts].map(([value, count]) => ({ value, count }));
  return all.sort((a, b) => b.count - a.count || (a.value < b.value ? -1 : 1));
}

const inRange = ({ time }: LogRecord): boolean =>
  time.seconds >= START && (time.seconds < START + 100 || (time.seconds === START + 100 && time.nanos < 500_000_000));

function attribute(record: LogRecord, name: string): string[] {
  if (record.attributes === '') return [];
  const value = (JSON.parse(record.attributes) as Record<string, unknown>)[name];
  return value === undefined || typeof value === 'object' ? [] : [String(value)];
}

/** Counts over time and by value. */
export function logAggregatesSuite(store: () => LogSearchUnderTest): void {
  it('counts what is stored, whatever the buckets and the field', async () => {
    const { writer, reader, search } = store();
    await fc.assert(
      fc.asyncProperty(
        fc.array(arbitraryLog, { minLength: 1, maxLength: 40 }),
        fc.constantFrom(1_000, 7_000, 33, 500_000),
        fc.constantFrom('level', 'service'),
        async (logs, stepMs, by) => {
          const partition = new TestPartition();
          const { tenant } = partition;
          await storeGood(writer, partition.batchOf(...logs));
          const records = (await readNewest(reader, tenant)).filter(inRange).filter(({ message }) => message === 'x');
          const request = { tenant, filter: { ...filterOf('x'), ...RANGE } };
          const keyOf = (record: LogRecord): string => (by === 'level' ? levelOfSeverity(record.severity) : record.service);
          const histogram = await search.histogram({ ...request, by, stepMs });
          expect(histogram).toMatchObject({ partial: false, countedFrom: RANGE.from });
          const expected = new Map<string, number[]>();
          for (const record of records) {
            const at = Math.floor(((record.time.seconds - START) * 1000 + record.time.nanos / 1_000_000) / stepMs);
            const counts = expected.get(keyOf(record)) ?? new Array<number>(Math.ceil(100_500 / stepMs)).fill(0);
            counts[at] = (counts[at] ?? 0) + 1;
            expected.set(keyOf(record), counts);
          }
          expect(new Map(histogram.series.map(({ key, counts }) => [key, counts]))).toEqual(expected);

          const ask = async (field: Parameters<typeof search.fieldValues>[0]['field'], prefix = '') =>
            (await search.fieldValues({ ...request, field, prefix, limit: 100 })).values;
          expect(await ask({ kind: 'service' })).toEqual(tally(records.map(({ service }) => service)));
          const paying = records.map(({ service }) => service).filter((name) => name.toLowerCase().startsWith('pa'));
          expect(await ask({ kind: 'service' }, 'PA')).toEqual(tally(paying));
          const levels = records.map(({ severity }) => levelOfSeverity(severity));
          expect(await ask({ kind: 'level' })).toEqual(tally(levels));
          expect(await ask({ kind: 'level' }, 'De')).toEqual(tally(levels.filter((level) => level === 'debug')));
          const keys = records.flatMap(({ attributes }) => {
            const { strings, others } = splitJsonObject(attributes === '' ? '{}' : attributes);
            return [...Object.keys(strings), ...(others === '' ? [] : Object.keys(JSON.parse(others) as object))];
          });
          expect(await ask({ kind: 'keys', source: 'attributes' })).toEqual(tally(keys));
          const users = records.flatMap((record) => attribute(record, 'user'));
          expect(await ask({ kind: 'values', source: 'attributes', path: 'user' })).toEqual(tally(users));
          const nested = records.flatMap((record) => {
            if (record.attributes.includes('"o.user"')) return ['true'];
            return record.attributes.includes('"o"') ? ['x'] : [];
          });
          expect(await ask({ kind: 'values', source: 'attributes', path: 'o.user' })).toEqual(tally(nested));
        },
      ),
      { numRuns: 40 },
    );
  }, 240_000);

  it('sums the services beyond the first fifty', async () => {
    const { writer, search } = store();
    const partition = new TestPartition();
    const logs = Array.from({ length: 60 }, (_, i) => ({
      service: `s${String(i).padStart(2, '0')}`,
      timestamp: '2026-01-01T00:00:01Z',
    }));
    await storeGood(writer, partition.batchOf(...logs, { service: 's59', timestamp: '2026-01-01T00:00:01Z' }));
    const { tenant } = partition;
    const { series } = await search.histogram({ tenant, filter: { ...filterOf(''), ...RANGE }, by: 'service', stepMs: 100_500 });
    expect(series).toHaveLength(51);
    expect([series[0], series.at(-1)]).toEqual([
      { key: 's59', counts: [2] },
      { key: '', counts: [10] },
    ]);
  });
}
