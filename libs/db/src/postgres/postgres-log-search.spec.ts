import type { LogFilter } from '#domain';
import pg from 'pg';
import type { MatchCount, TimeSpan } from '../api/log-search.js';
import { TestPartition, storeGood } from '../conformance/batches.js';
import { filterOf } from '../conformance/log-search-suite.js';
import { describeLogSearch } from '../conformance/log-search.js';
import { startPostgresUnderTest, type PostgresUnderTest } from '../conformance/postgres-under-test.js';
import { searchPage } from '../conformance/search-all.js';
import { waitUntil } from '../conformance/wait-until.js';
import { PostgresLogReader } from './postgres-log-reader.js';
import { PostgresLogSearch } from './postgres-log-search.js';
import { PostgresLogWriter } from './postgres-log-writer.js';
import { PostgresSearchUpkeep } from './postgres-search-upkeep.js';

/** No test is to depend on how fast the machine is. */
const AMPLE = { budgetMs: 60_000, countBudgetMs: 60_000 };
/** Each cell is signed at once, in pieces of a record or two. */
const EAGER = { settleMs: 0, runMs: 60_000, minRecords: 1, pieces: { records: 1, bits: 60 } };

describeLogSearch('PostgreSQL', async () => {
  const { database, close } = await startPostgresUnderTest('log-ingestion');
  return {
    writer: new PostgresLogWriter(database),
    reader: new PostgresLogReader(database),
    search: new PostgresLogSearch(database, AMPLE),
    upkeep: new PostgresSearchUpkeep(database),
    eagerUpkeep: new PostgresSearchUpkeep(database, EAGER),
    close,
  };
});

describe('the total beside a page', () => {
  let postgres: PostgresUnderTest;
  let writer: PostgresLogWriter;
  let search: PostgresLogSearch;
  let upkeep: PostgresSearchUpkeep;
  beforeAll(async () => {
    postgres = await startPostgresUnderTest('log-ingestion');
    writer = new PostgresLogWriter(postgres.database);
    upkeep = new PostgresSearchUpkeep(postgres.database);
    search = new PostgresLogSearch(postgres.database, AMPLE);
  }, 60_000);
  afterAll(async () => postgres.close(), 60_000);

  /** What is said of a page of five of the newest records. */
  async function totalOf(tenant: string, query: string, range: Partial<TimeSpan> = {}): Promise<MatchCount | null> {
    const filter = { ...filterOf(query), ...range };
    return (await searchPage(search, { tenant, filter, order: 'newest-first', limit: 5, count: true })).total;
  }
  const second = (seconds: number): { readonly seconds: number; readonly nanos: number } => ({ seconds, nanos: 0 });

  it('is a sum of cells where services and levels are asked for, exact within hours, and else exact for some thousands', async () => {
    const partition = new TestPartition();
    const cell = Math.floor(Date.now() / 10_000) * 10 - 60;
    const logs = (count: number, at: number, service: string) =>
      Array.from({ length: count }, () => ({ service, timestamp: new Date(at * 1000).toISOString(), message: 'same' }));
    await storeGood(writer, partition.batchOf(...logs(6_000, cell, 'shop')));
    expect(await totalOf(partition.tenant, 'service:shop')).toEqual({ count: 6_000, exact: true });
    await storeGood(writer, partition.batchOf(...logs(5_000, cell + 10, 'shop'), ...logs(7, cell + 11, 'mail')));
    // Since ever is longer than what is summed up.
    expect(await totalOf(partition.tenant, 'service:shop')).toEqual({ count: 11_000, exact: false });
    expect(await totalOf(partition.tenant, '')).toEqual({ count: 11_007, exact: false });
    expect(await totalOf(partition.tenant, 'service:mail')).toEqual({ count: 7, exact: true });
    // Records that are looked at one by one are counted no further than that.
    expect(await totalOf(partition.tenant, 'service:shop "same"')).toEqual({ count: 10_000, exact: false });
    const ranges = [
      { from: cell - 3_600, to: null, shop: 11_000, mail: 7 },
      { from: cell - 1, to: cell + 10, shop: 6_000, mail: 0 },
      { from: cell + 1, to: cell + 11, shop: 5_000, mail: 0 },
      { from: cell, to: cell + 12, shop: 11_000, mail: 7 },
      { from: cell + 3, to: cell + 9, shop: 0, mail: 0 },
      { from: cell + 11, to: null, shop: 0, mail: 7 },
    ];
    await upkeep.run(new AbortController().signal);
    for (const { from, to, shop, mail } of ranges) {
      const range = { from: second(from), ...(to !== null && { to: second(to) }) };
      const totals = [
        await totalOf(partition.tenant, 'service:shop', range),
        await totalOf(partition.tenant, 'service:mail', range),
      ];
      expect(totals).toEqual([shop, mail].map((count) => ({ count, exact: true })));
    }
  });
});

describe('a search that has to wait', () => {
  let postgres: PostgresUnderTest;
  let locker: pg.Client;
  let observer: pg.Client;
  beforeAll(async () => {
    postgres = await startPostgresUnderTest('log-ingestion');
    locker = new pg.Client({ connectionString: postgres.url, application_name: 'locker' });
    observer = new pg.Client({ connectionString: postgres.url, application_name: 'observer' });
    await Promise.all([locker.connect(), observer.connect()]);
  }, 60_000);
  afterAll(async () => {
    await Promise.all([locker.end(), observer.end()]);
    await postgres.close();
  }, 60_000);
  beforeEach(async () => {
    await locker.query('BEGIN');
    await locker.query('LOCK TABLE logs IN ACCESS EXCLUSIVE MODE');
  });
  afterEach(async () => {
    await locker.query('ROLLBACK');
  });

  /** How many of our connections are busy, or left within a transaction. */
  async function busy(): Promise<number> {
    const text = `SELECT 1 FROM pg_stat_activity WHERE application_name = 'rootspan test' AND state <> 'idle'`;
    return (await observer.query(text)).rowCount ?? 0;
  }
  const range = { from: { seconds: 1_700_000_000, nanos: 0 }, to: { seconds: 1_700_003_600, nanos: 0 } };
  /** Counts beforehand answer nothing of it. */
  const filter: LogFilter & TimeSpan = { ...range, condition: { kind: 'text', text: 'x' } };

  it('answers what it has when its budget is used up, and where to go on', async () => {
    const search = new PostgresLogSearch(postgres.connect(1), { budgetMs: 300, countBudgetMs: 10 });
    const request = { tenant: 'x', filter, count: true };
    expect(await searchPage(search, { ...request, order: 'newest-first' })).toEqual({
      ids: [],
      next: { time: range.to, id: '' },
      partial: true,
      total: { count: 0, exact: false },
    });
    expect(await searchPage(search, { ...request, order: 'oldest-first' })).toMatchObject({
      next: { time: range.from, id: '' },
      partial: true,
    });
    expect(await search.histogram({ tenant: 'x', filter, by: 'level', stepMs: 60_000 })).toEqual({
      series: [],
      partial: true,
      countedFrom: range.to,
    });
    expect(await search.fieldValues({ tenant: 'x', filter, field: { kind: 'service' }, prefix: '', limit: 10 })).toMatchObject({
      values: [],
      partial: true,
    });
    await waitUntil('nothing runs on', async () => (await busy()) === 0);
    // The connection is as before: its next statement has no bound of time.
    await locker.query('ROLLBACK');
    expect(await searchPage(search, { ...request, order: 'newest-first' })).toMatchObject({ next: null, partial: false });
    await locker.query('BEGIN');
  });

  it('ends with the reason of its signal, and its statement in the server', async () => {
    const search = new PostgresLogSearch(postgres.database, AMPLE);
    const reason = new Error('the caller went away');
    const asks = [
      (signal: AbortSignal) => searchPage(search, { tenant: 'x', filter, order: 'newest-first', signal }),
      (signal: AbortSignal) => search.histogram({ tenant: 'x', filter, by: 'level', stepMs: 60_000, signal }),
      (signal: AbortSignal) =>
        search.fieldValues({ tenant: 'x', filter, field: { kind: 'level' }, prefix: '', limit: 1, signal }),
    ];
    for (const ask of asks) {
      const aborter = new AbortController();
      const asking = ask(aborter.signal).catch((error: unknown) => error);
      await waitUntil('the statement waits for the lock', async () => (await busy()) === 1);
      aborter.abort(reason);
      expect(await asking).toBe(reason);
      await waitUntil('nothing runs on', async () => (await busy()) === 0);
    }
  });
});
