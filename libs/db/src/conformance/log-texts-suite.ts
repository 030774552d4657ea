import fc from 'fast-check';
import { formatInstant, joined, matcherOf, printFilter, type Condition } from '#domain';
import { TestPartition, storeGood } from './batches.js';
import type { LogSearchUnderTest } from './log-search.js';
import { compile, filterOf } from './log-search-suite.js';
import { readNewest } from './read-all.js';
import { searchAll } from './search-all.js';

const START = Date.UTC(2026, 0, 1) / 1000;
const HOUR = 3_600;
const never = new AbortController().signal;

/** What messages and texts are made of: shared beginnings, wildcards of SQL, letters that fold in their own way. */
const WORDS = [
  'product:48213',
  'product:48214',
  'Timeout',
  'tim',
  'out',
  'a_b%c',
  'C:\\temp',
  '  ',
  '10.0.3.7',
  'k',
  '\u212a',
  'Grün',
  'grÜ',
  'ſ',
  '\n',
];
const arbitraryMessage = fc.array(fc.constantFrom(...WORDS), { maxLength: 5 }).map((words) => words.join(''));
/** Bunches of records within a cell, hours of nothing, edges of ten seconds. */
const arbitraryLog = fc.record({
  service: fc.constantFrom('pay', 'shop'),
  severityNumber: fc.constantFrom(9, 17),
  message: arbitraryMessage,
  timestamp: fc
    .record({
      hour: fc.integer({ min: 0, max: 3 }),
      second: fc.constantFrom(0, 1, 5, 9, 10, 19, 3_599),
      nanos: fc.constantFrom(0, 1, 1_000, 500_000_000, 999_999_999),
    })
    .map(({ hour, second, nanos }) => formatInstant({ seconds: START + hour * HOUR + second, nanos })),
});

/** Parts of messages, in another letter case. */
const arbitraryText = fc
  .tuple(arbitraryMessage, fc.nat(8), fc.integer({ min: 1, max: 14 }), fc.constantFrom('as it is', 'upper', 'lower'))
  .map(([message, from, length, letterCase]) => {
    const part = message.slice(from, from + length);
    return letterCase === 'as it is' ? part : letterCase === 'upper' ? part.toUpperCase() : part.toLowerCase();
  })
  .filter((text) => text !== '');

const arbitraryCondition: fc.Arbitrary<Condition> = fc.letrec<{ condition: Condition }>((tie) => ({
  condition: fc.oneof(
    { maxDepth: 3, depthSize: 'small' },
    { weight: 4, arbitrary: arbitraryText.map((text): Condition => ({ kind: 'text', text })) },
    { weight: 1, arbitrary: fc.constant<Condition>({ kind: 'name', field: 'service', patterns: [['pay']] }) },
    { weight: 1, arbitrary: fc.constant<Condition>({ kind: 'level', levels: ['error'] }) },
    {
      weight: 4,
      arbitrary: fc
        .tuple(fc.constantFrom('all-of' as const, 'any-of' as const), fc.array(tie('condition'), { minLength: 2, maxLength: 3 }))
        .map(([kind, conditions]) => joined(kind, conditions)),
    },
    { weight: 1, arbitrary: tie('condition').map((condition): Condition => ({ kind: 'not', condition })) },
  ),
})).condition;

/** Searches leap over the time that has none of their texts: whatever was told of it beforehand, answers are those of the records. */
export function logTextsSuite(store: () => LogSearchUnderTest): void {
  it('finds every record with its texts, whatever came after the upkeep', async () => {
    const { writer, reader, search, upkeep, eagerUpkeep } = store();
    let signed = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.array(
          fc.tuple(fc.array(arbitraryLog, { minLength: 1, maxLength: 20 }), fc.constantFrom('none', 'usual', 'eager', 'eager')),
          { minLength: 1, maxLength: 4 },
        ),
        fc.array(arbitraryCondition, { minLength: 10, maxLength: 10 }),
        fc.constantFrom(1, 3, 10_000),
        async (batches, conditions, limit) => {
          const partition = new TestPartition();
          const { tenant } = partition;
          for (const [logs, kind] of batches) {
            await storeGood(writer, partition.batchOf(...logs));
            if (kind === 'usual') await upkeep.run(never);
            if (kind === 'eager') signed += (await eagerUpkeep.run(never)).signedCells;
          }
          const all = await readNewest(reader, tenant);
          for (const condition of conditions) {
            const filter = { ...filterOf(''), condition };
            const expected = all.filter(matcherOf(filter, compile)).map(({ id }) => id);
            const found = await searchAll(search, tenant, filter, 'newest-first', { limit });
            if (found.join() !== expected.join())
              throw new Error(`${printFilter(filter)}: ${found.length} of ${expected.length}`);
          }
        },
      ),
      { numRuns: 60 },
    );
    expect(signed).toBeGreaterThan(0);
  }, 240_000);

  it('finds what was stored before it began, while writers store and others sum up', async () => {
    const { writer, search, eagerUpkeep } = store();
    const { tenant } = new TestPartition();
    const filter = filterOf('"needle:48213"');
    let stored = 0;
    let writing = true;
    const write = async (number: number): Promise<void> => {
      const partition = new TestPartition(tenant, number);
      for (let i = 0; i < 20; i++) {
        const timestamp = formatInstant({ seconds: START + (i % 3) * 10 + number, nanos: i * 1_000_000 });
        await storeGood(writer, partition.batchOf({ timestamp, message: 'Needle:48213 here' }, { timestamp, message: 'hay' }));
        stored++;
      }
    };
    const sumUp = async (): Promise<void> => {
      while (writing) await eagerUpkeep.run(never);
    };
    const look = async (): Promise<void> => {
      while (writing) {
        const before = stored;
        const found = await searchAll(search, tenant, filter, 'newest-first');
        expect(new Set(found).size).toBe(found.length);
        expect(found.length).toBeGreaterThanOrEqual(before);
      }
    };
    const others = [sumUp(), sumUp(), look(), look()];
    await Promise.all([write(0), write(1), write(2)]).finally(() => (writing = false));
    await Promise.all(others);
    await eagerUpkeep.run(never);
    expect(await searchAll(search, tenant, filter, 'newest-first')).toHaveLength(60);
  }, 120_000);
}
