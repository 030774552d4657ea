import type { Condition } from '#domain';
import type { SearchRequest } from '../api/log-search.js';
import { TestPartition, storeGood } from '../conformance/batches.js';
import { filterOf } from '../conformance/log-search-suite.js';
import { startPostgresUnderTest, type PostgresUnderTest } from '../conformance/postgres-under-test.js';
import { searchAll } from '../conformance/search-all.js';
import { DAY_MS } from './partition-ranges.js';
import { PostgresLogMaintenance } from './postgres-log-maintenance.js';
import { PostgresLogSearch } from './postgres-log-search.js';
import { PostgresLogWriter } from './postgres-log-writer.js';
import { PostgresSearchUpkeep } from './postgres-search-upkeep.js';
import { BoundedReads, TimeBudget } from './search/bounded-reads.js';
import { searchStatement } from './search/search-statement.js';
import { SearchWindows } from './search/search-windows.js';
import type { TimeWindow } from './search/time-windows.js';

const never = new AbortController().signal;
const EAGER = { settleMs: 0, runMs: 60_000, minRecords: 1, pieces: { records: 4, bits: 40 } };
const START = Date.UTC(2026, 0, 1) / 1000;
const HOUR = 3_600;

let postgres: PostgresUnderTest;
let search: PostgresLogSearch;
let upkeep: PostgresSearchUpkeep;
let writer: PostgresLogWriter;
beforeAll(async () => {
  postgres = await startPostgresUnderTest('log-ingestion');
  search = new PostgresLogSearch(postgres.database, { budgetMs: 60_000, countBudgetMs: 60_000 });
  upkeep = new PostgresSearchUpkeep(postgres.database, EAGER);
  writer = new PostgresLogWriter(postgres.database);
}, 60_000);
afterAll(async () => postgres.close(), 60_000);

async function run(text: string, ...values: readonly unknown[]): Promise<void> {
  await postgres.database.query({ text, values: [...values] });
}

async function number(text: string, tenant: string): Promise<number> {
  const [row] = await postgres.database.query<{ n: number }>({ text: `SELECT (${text})::integer AS n`, values: [tenant] });
  return row?.n ?? -1;
}
const SIGNATURES = 'SELECT count(*) FROM text_signatures WHERE tenant = $1';
const UNSETTLED = `SELECT count(*) FROM log_counts WHERE tenant = $1 AND sign_at < 'infinity'`;

async function found(tenant: string, query: string): Promise<number> {
  return (await searchAll(search, tenant, filterOf(query), 'newest-first')).length;
}

/** A record of a second after START. */
const at = (second: number, message: string) => ({
  timestamp: new Date((START + second) * 1000).toISOString(),
  message,
});

describe('signing', () => {
  it('is done once, and again where something came late', async () => {
    const partition = new TestPartition();
    await storeGood(writer, partition.batchOf(at(1, 'alpha'), at(2, 'beta'), at(11, 'gamma')));
    expect((await upkeep.run(never)).signedCells).toBe(2);
    expect((await upkeep.run(never)).signedCells).toBe(0);
    await storeGood(writer, partition.batchOf(at(3, 'delta')));
    expect(await found(partition.tenant, 'delta')).toBe(1);
    expect((await upkeep.run(never)).signedCells).toBe(1);
    expect(await number(SIGNATURES, partition.tenant)).toBe(2);
    for (const word of ['alpha', 'beta', 'gamma', 'delta']) expect(await found(partition.tenant, word)).toBe(1);
  });

  it('waits until a cell is over and settled', async () => {
    const partition = new TestPartition();
    const patient = new PostgresSearchUpkeep(postgres.database, { ...EAGER, settleMs: 3_600_000 });
    await storeGood(writer, partition.batchOf(at(1, 'settling'), { ...at(0, 'ahead'), timestamp: '9999-12-31T23:59:59Z' }));
    expect((await patient.run(never)).signedCells).toBe(0);
    expect(await number(UNSETTLED, partition.tenant)).toBe(2);
    await run(`UPDATE log_counts SET sign_at = now() WHERE tenant = $1`, partition.tenant);
    expect((await patient.run(never)).signedCells).toBe(2);
    expect([await found(partition.tenant, 'settling'), await found(partition.tenant, 'ahead')]).toEqual([1, 1]);
  });

  it('never asks a signature that was made of fewer records than are counted', async () => {
    const partition = new TestPartition();
    await storeGood(writer, partition.batchOf(at(1, 'early word')));
    await upkeep.run(never);
    await storeGood(writer, partition.batchOf(at(1, 'later word')));
    // As a process of an older version folds: the cell still counts as signed.
    await new PostgresSearchUpkeep(postgres.database, { ...EAGER, settleMs: 3_600_000 }).run(never);
    await run('UPDATE log_counts SET sign_at = NULL WHERE tenant = $1', partition.tenant);
    expect(await number('SELECT count(*) FROM new_log_counts WHERE $1 = ANY (tenants)', partition.tenant)).toBe(0);
    expect([await found(partition.tenant, '"later word"'), await found(partition.tenant, '"early word"')]).toEqual([1, 1]);
  });

  it('gives up a cell whose records somebody deleted', async () => {
    const partition = new TestPartition();
    await storeGood(writer, partition.batchOf(at(1, 'kept one'), at(2, 'deleted')));
    await run(`DELETE FROM logs WHERE tenant = $1 AND message = 'deleted'`, partition.tenant);
    expect((await upkeep.run(never)).signedCells).toBe(0);
    expect([await number(UNSETTLED, partition.tenant), await number(SIGNATURES, partition.tenant)]).toEqual([0, 0]);
    expect([await found(partition.tenant, '"kept one"'), await found(partition.tenant, 'deleted')]).toEqual([1, 0]);
  });

  it('leaves out cells of a few records', async () => {
    const partition = new TestPartition();
    await storeGood(writer, partition.batchOf(at(1, 'a few')));
    const usual = new PostgresSearchUpkeep(postgres.database, { ...EAGER, minRecords: 2 });
    expect((await usual.run(never)).signedCells).toBe(0);
    expect(await number(UNSETTLED, partition.tenant)).toBe(0);
    expect(await found(partition.tenant, '"a few"')).toBe(1);
  });

  it('is done anew where a process died in the middle of it', async () => {
    const partition = new TestPartition();
    await storeGood(writer, partition.batchOf(at(1, 'survivor')));
    const doomed = postgres.connect(1);
    await postgres.database.transaction(async (holder) => {
      await holder.query('LOCK TABLE text_signatures IN SHARE MODE');
      const dying = new PostgresSearchUpkeep(doomed, EAGER).run(never).catch((error: unknown) => error);
      const text = `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE '%text_signatures%'`;
      const over = dying.then(() => true);
      while (!(await Promise.race([over, holder.query(text).then(() => false)])));
    });
    expect([await number(UNSETTLED, partition.tenant), await number(SIGNATURES, partition.tenant)]).toEqual([1, 0]);
    expect((await upkeep.run(never)).signedCells).toBe(1);
    expect(await found(partition.tenant, 'survivor')).toBe(1);
  });

  it('reads a cell of many pages whole, and takes a message that is too large for any text', async () => {
    const partition = new TestPartition();
    const logs = Array.from({ length: 9_000 }, (_, i) => at((i % 100) / 10, `number ${i} of many`));
    const large = at(5, `${'x'.repeat(100_000)} needle`);
    await storeGood(writer, partition.batchOf(...logs, large));
    expect((await upkeep.run(never)).signedCells).toBe(1);
    expect([await found(partition.tenant, 'needle'), await found(partition.tenant, '"number 8999"')]).toEqual([1, 1]);
  });

  it('ends with the reason of its signal', async () => {
    const aborter = new AbortController();
    const reason = new Error('the process stops');
    aborter.abort(reason);
    await expect(upkeep.run(aborter.signal)).rejects.toBe(reason);
  });

  it('goes with the records that retention drops', async () => {
    const partition = new TestPartition();
    const old = Date.now() - 40 * DAY_MS;
    const aged = new PostgresLogWriter(postgres.database, { partitionDays: 1 });
    await storeGood(aged, partition.batch({ logs: [at(1, 'old')], receivedAt: old }));
    await upkeep.run(never);
    expect(await number(SIGNATURES, partition.tenant)).toBe(1);
    await new PostgresLogMaintenance(postgres.database, { retentionDays: 30 }).run(never);
    expect(await number(SIGNATURES, partition.tenant)).toBe(0);
  });
});

describe('a search for a text', () => {
  const tenant = new TestPartition().tenant;
  const ranges = { from: { seconds: START, nanos: 0 }, to: { seconds: START + 7 * HOUR, nanos: 0 } };

  beforeAll(async () => {
    const partition = new TestPartition(tenant);
    for (let hour = 0; hour < 6; hour++) {
      const logs = Array.from({ length: 60 }, (_, i) => at(hour * HOUR + i, `order ${hour * 77_777 + i * 131} was paid`));
      await storeGood(writer, partition.batchOf(...logs));
    }
    await storeGood(writer, partition.batchOf(at(2 * HOUR + 7, 'the needle:48213 was found')));
    await upkeep.run(never);
  }, 60_000);

  /** The windows that a search reads after its first one, where none of them fills the page. */
  async function windowsOf(condition: Condition): Promise<readonly TimeWindow[]> {
    return postgres.database.withClient(async (client) => {
      const reads = new BoundedReads(client);
      try {
        const filter = { ...ranges, condition };
        const request: SearchRequest = { tenant, filter, order: 'newest-first', limit: 1, maxBytes: 1_000, count: false };
        const windows = new SearchWindows(reads, new TimeBudget(60_000), request, Date.now());
        const read: TimeWindow[] = [];
        for (let window = await windows.next(); window !== null; window = await windows.next()) {
          read.push(window);
          windows.finished(window, 1);
        }
        return read.slice(1);
      } finally {
        await reads.end();
      }
    });
  }
  const text = (some: string): Condition => ({ kind: 'text', text: some });
  const millisOf = (windows: readonly TimeWindow[]): number =>
    windows.reduce(
      (sum, { low, high }) => sum + (high.time.seconds - low.time.seconds) * 1000 + (high.time.nanos - low.time.nanos) / 1e6,
      0,
    );

  it('reads no record of signed cells where it is nowhere', async () => {
    expect(await windowsOf(text('unobtainium'))).toEqual([]);
    expect(await windowsOf({ kind: 'all-of', conditions: [text('was paid'), text('unobtainium')] })).toEqual([]);
    expect(await windowsOf({ kind: 'any-of', conditions: [text('unavailable'), text('unobtainium')] })).toEqual([]);
  });

  it('reads no more than the piece that it is in', async () => {
    const windows = await windowsOf(text('NEEDLE:48213'));
    expect(
      windows.some(({ low, high }) => low.time.seconds <= START + 2 * HOUR + 7 && high.time.seconds > START + 2 * HOUR + 7),
    ).toBe(true);
    expect(windows).toHaveLength(1);
    expect(windows[0]?.spans).toHaveLength(1);
  });

  it('reads only the partitions of the days on which that was received, by their index on time', async () => {
    const yesterday = new PostgresLogWriter(postgres.database, { partitionDays: 1 });
    await storeGood(yesterday, new TestPartition().batch({ logs: [at(1, 'else')], receivedAt: Date.now() - DAY_MS }));
    const [window] = await windowsOf(text('needle:48213'));
    if (window === undefined) throw new Error('no window');
    const explained = async (part: TimeWindow): Promise<string> => {
      const condition = text('needle:48213');
      const { statement, values } = searchStatement(
        { tenant, filter: { ...ranges, condition }, order: 'newest-first' },
        part,
        10,
        1_000,
      );
      return postgres.database.withClient(async (client) => {
        const reads = new BoundedReads(client);
        const plan = await reads.objects<{ 'QUERY PLAN': string }>(
          { text: `EXPLAIN ${statement.text}`, values: [...values] },
          10_000,
        );
        await reads.end();
        return typeof plan === 'symbol' ? '' : plan.map((row) => row['QUERY PLAN']).join('\n');
      });
    };
    const partitionsIn = (plan: string): number => new Set(plan.match(/\blogs_\d{8}_(?=time_idx|received_at_idx)/g)).size;
    const plan = await explained(window);
    const lookedUp = (text: string): string[] =>
      [...text.matchAll(/Bitmap Index Scan on logs_\d{8}_(\w+)/g)].map(([, of = '']) => of);
    // What was received at a moment lies together, and what is of a moment need not.
    expect([partitionsIn(plan), lookedUp(plan), plan.includes('Seq Scan')]).toEqual([1, ['received_at_idx'], false]);
    const { low, high, received } = window;
    if (received === undefined) throw new Error('no days');
    const whole = await explained({ low, high, received });
    expect([partitionsIn(whole), lookedUp(whole), whole.includes('Seq Scan')]).toEqual([1, ['time_idx'], false]);
    expect(partitionsIn(await explained({ low, high }))).toBeGreaterThan(1);
    // Of several parts, each is looked up.
    const apart = {
      low: { time: { seconds: START, nanos: 0 }, id: '' },
      high: { time: { seconds: START + 1, nanos: 0 }, id: '' },
    };
    const ofParts = await explained({ ...window, low: apart.low, parts: [window, apart] });
    expect([partitionsIn(ofParts), lookedUp(ofParts).sort()]).toEqual([1, ['received_at_idx', 'time_idx']]);
    expect(ofParts).not.toContain('Seq Scan');
  });

  it('reads what may match where signatures say nothing of it', async () => {
    const all = millisOf(await windowsOf(text('was paid')));
    expect(all).toBeGreaterThanOrEqual(6 * 60_000);
    expect(millisOf(await windowsOf({ kind: 'not', condition: text('unobtainium') }))).toBeGreaterThanOrEqual(all);
    expect(millisOf(await windowsOf(text('aid')))).toBeGreaterThanOrEqual(all);
    const either: Condition = {
      kind: 'any-of',
      conditions: [text('unobtainium'), { kind: 'name', field: 'service', patterns: [['shop']] }],
    };
    expect(millisOf(await windowsOf(either))).toBe(all);
  });

  it('of a service, or another text of another, reads neither where both are nowhere', async () => {
    const of = (service: string, some: string): Condition => ({
      kind: 'all-of',
      conditions: [{ kind: 'name', field: 'service', patterns: [[service]] }, text(some)],
    });
    expect(await windowsOf({ kind: 'any-of', conditions: [of('shop', 'unobtainium'), of('nobody', 'was paid')] })).toEqual([]);
    expect(await windowsOf({ kind: 'any-of', conditions: [of('shop', 'was paid'), of('nobody', 'was paid')] })).not.toEqual([]);
  });
});
