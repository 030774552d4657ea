import fc from 'fast-check';
import { StorePosition } from '#domain';
import { arbitraryLog } from '../../conformance/arbitrary-records.js';
import { TestPartition, storeGood } from '../../conformance/batches.js';
import { startPostgresUnderTest, type PostgresUnderTest } from '../../conformance/postgres-under-test.js';
import { PostgresLogTail } from '../postgres-log-tail.js';
import { PostgresLogWriter } from '../postgres-log-writer.js';
import { queryRows } from '../rows/query-rows.js';
import { rowBytes, type Rows } from '../rows/reply.js';
import { recentStatement } from '../sql/read-tail-page.js';
import { RecentBatches, joinedRows } from './recent-batches.js';
import { sortedById, stretchesBetween } from './tail-pages.js';
import { ANY_TIME, type Stretch } from './tail-parts.js';

let postgres: PostgresUnderTest;
beforeAll(async () => (postgres = await startPostgresUnderTest('log-ingestion')), 60_000);
afterAll(async () => postgres.close(), 60_000);

const noRows = (): Iterable<Buffer> => [];

const linesOf = ({ bytes, starts }: Rows): string[] =>
  starts.map((start) => bytes.toString('hex', start - 2, start + rowBytes(bytes, start)));

async function storedRows(stretches: readonly Stretch[]): Promise<Rows> {
  const { statement, values } = recentStatement(stretches, ANY_TIME);
  return sortedById(await postgres.database.withClient((client) => queryRows(client, statement, values)));
}

describe('what a process has stored last', () => {
  it('is the same to the byte as what the server gives, whatever it is', async () => {
    const recent = new RecentBatches();
    const writer = new PostgresLogWriter(postgres.database, { recent });
    const tail = new PostgresLogTail(postgres.database, recent);
    const retryKey = fc
      .constantFrom('k1', 'k2')
      .map((batchKey) => ({ batchKey, digest: 'a'.repeat(32), slice: 0, sliceCount: 1 }));
    const slice = fc.record(
      {
        logs: fc.array(arbitraryLog, { minLength: 1, maxLength: 5 }),
        retryKey,
        spans: fc.array(fc.record({ name: fc.string() })),
      },
      { requiredKeys: ['logs'] },
    );
    const batches = fc.array(fc.array(slice, { minLength: 1, maxLength: 3 }), { minLength: 1, maxLength: 5 });
    let kept = 0;
    await fc.assert(
      fc.asyncProperty(batches, async (all) => {
        const partition = new TestPartition();
        // The first one goes the long way, which makes the position.
        await storeGood(writer, partition.batchOf({}));
        for (const slices of all) {
          const from = await tail.head();
          await storeGood(writer, partition.batch(...slices));
          const stretches = stretchesBetween(from, await tail.head());
          const found = await recent.take(stretches);
          if (found === null) continue;
          kept++;
          expect(linesOf(joinedRows(found))).toEqual(linesOf(await storedRows(stretches)));
        }
      }),
      { numRuns: 200 },
    );
    // Those in which all is known, or one key comes twice, go the long way.
    expect(kept).toBeGreaterThan(200);
  });

  it('is kept only while it is asked for', async () => {
    const recent = new RecentBatches();
    const writer = new PostgresLogWriter(postgres.database, { recent });
    const tail = new PostgresLogTail(postgres.database);
    const partition = new TestPartition();
    await storeGood(writer, partition.batchOf({}));
    const first = await tail.head();
    await storeGood(writer, partition.batchOf({}));
    const second = await tail.head();
    recent.ask();
    await storeGood(writer, partition.batchOf({}));
    const last = await tail.head();
    expect(await recent.take(stretchesBetween(first, last))).toBeNull();
    expect(await recent.take(stretchesBetween(second, last))).toHaveLength(1);
  });

  it('is forgotten from the oldest on where it is too much', async () => {
    const recent = new RecentBatches(3_000);
    const writer = new PostgresLogWriter(postgres.database, { recent });
    const tail = new PostgresLogTail(postgres.database, recent);
    const partition = new TestPartition();
    await storeGood(writer, partition.batchOf({}));
    const heads = [await tail.head()];
    for (let i = 0; i < 4; i++) {
      await storeGood(writer, partition.batchOf({ message: 'x'.repeat(1_000) }));
      heads.push(await tail.head());
    }
    const last = heads[4] ?? StorePosition.START;
    const kept = await Promise.all(heads.slice(0, 4).map(async (from) => recent.take(stretchesBetween(from, last))));
    expect(kept.map((batches) => batches?.length)).toEqual([undefined, undefined, 2, 1]);
  });

  it('is waited for while it is being stored, and not known where that failed', async () => {
    const recent = new RecentBatches();
    const from = { epoch: 1, partition: 2, offset: 5n, index: 0 };
    const batches = [{ epoch: 1, batch: { partition: 2, from: 5n, next: 7n } }];
    expect(await recent.keep(batches, async () => 'stored', noRows)).toBe('stored');
    expect(await recent.take([{ from, end: 7n }])).toBeNull();
    recent.ask();
    const storing: { readonly end: (failure: Error | null) => void }[] = [];
    const store = (): Promise<string> =>
      new Promise((resolve, reject) => {
        storing.push({ end: (failure) => (failure === null ? resolve('stored') : reject(failure)) });
      });
    const first = recent.keep(batches, store, noRows);
    const asked = recent.take([{ from, end: 7n }]);
    storing[0]?.end(null);
    expect(await first).toBe('stored');
    expect(await asked).toHaveLength(1);
    const second = recent.keep(batches, store, noRows);
    const again = recent.take([{ from, end: 7n }]);
    storing[1]?.end(new Error('away'));
    await expect(second).rejects.toThrow('away');
    expect(await again).toBeNull();
    expect(await recent.take([{ from, end: 7n }])).toBeNull();
  });

  it('is not known of a part of a batch, nor behind a gap', async () => {
    const recent = new RecentBatches();
    recent.ask();
    for (const [start, next] of [
      [0n, 4n],
      [4n, 6n],
      [7n, 9n],
    ] as const) {
      await recent.keep([{ epoch: 0, batch: { partition: 0, from: start, next } }], async () => undefined, noRows);
    }
    const from = { epoch: 0, partition: 0, offset: 0n, index: 0 };
    expect(await recent.take([{ from, end: 6n }])).toHaveLength(2);
    expect(await recent.take([{ from, end: 5n }])).toBeNull();
    expect(await recent.take([{ from: { ...from, index: 1 }, end: 6n }])).toBeNull();
    expect(await recent.take([{ from, end: 9n }])).toBeNull();
    expect(await recent.take([])).toEqual([]);
  });
});
