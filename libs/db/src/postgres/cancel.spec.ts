import pg from 'pg';
import { startPostgresUnderTest, type PostgresUnderTest } from '../conformance/postgres-under-test.js';
import { waitUntil } from '../conformance/wait-until.js';
import type { Database } from './database.js';
import { PostgresDagStore } from './postgres-dag-store.js';
import { PostgresLogReader } from './postgres-log-reader.js';

let postgres: PostgresUnderTest;
let locker: pg.Client;
/** Apart from the locker: within a transaction pg_stat_activity doesn't change. */
let observer: pg.Client;
beforeAll(async () => {
  postgres = await startPostgresUnderTest('log-ingestion', 'dag-builder');
  locker = new pg.Client({ connectionString: postgres.url, application_name: 'locker' });
  await locker.connect();
  observer = new pg.Client({ connectionString: postgres.url, application_name: 'observer' });
  await observer.connect();
}, 60_000);
afterAll(async () => {
  await locker.end();
  await observer.end();
  await postgres.close();
}, 60_000);
beforeEach(async () => {
  await locker.query('BEGIN');
  await locker.query('LOCK TABLE logs, dags IN ACCESS EXCLUSIVE MODE');
});
afterEach(async () => {
  await locker.query('ROLLBACK');
});

/** How many statements of ours wait for the lock. */
async function waiting(): Promise<number> {
  const text = `SELECT 1 FROM pg_stat_activity WHERE application_name = 'rootspan test' AND wait_event_type = 'Lock'`;
  return (await observer.query(text)).rowCount ?? 0;
}

const request = { tenant: 'x', limit: 1, maxBytes: 1 };
const READS: readonly (readonly [string, (database: Database, signal: AbortSignal) => Promise<unknown>])[] = [
  ['LogReader.newest', async (database, signal) => new PostgresLogReader(database).newest({ ...request, signal })],
  [
    'LogReader.byTrace',
    async (database, signal) => new PostgresLogReader(database).byTrace({ ...request, signal, traceId: 'x' }),
  ],
  ['LogReader.worstSeverity', async (database, signal) => new PostgresLogReader(database).worstSeverity('x', 'x', signal)],
  ['DagReader.newest', async (database, signal) => new PostgresDagStore(database).newest({ ...request, signal })],
  ['DagReader.byTrace', async (database, signal) => new PostgresDagStore(database).byTrace('x', 'x', signal)],
];

describe('an aborted signal', () => {
  it.each(READS)('ends %s with its reason and its statement in the server', async (_, read) => {
    const aborter = new AbortController();
    const reason = new Error('the caller went away');
    const reading = read(postgres.database, aborter.signal).catch((error: unknown) => error);
    await waitUntil('the statement waits for the lock', async () => (await waiting()) === 1);
    aborter.abort(reason);
    expect(await reading).toBe(reason);
    expect(await waiting()).toBe(0);
  });

  it('ends the statements of a pool that has no connection left, and of calls that wait for one', async () => {
    const database = postgres.connect(3);
    const reader = new PostgresLogReader(database);
    const aborter = new AbortController();
    const reading = Array.from({ length: 7 }, () =>
      reader.newest({ ...request, signal: aborter.signal }).catch((error: unknown) => error),
    );
    await waitUntil('the pool is exhausted', async () => (await waiting()) === 3);
    const reason = new Error('deadline');
    aborter.abort(reason);
    expect(new Set(await Promise.all(reading))).toEqual(new Set([reason]));
    expect(await waiting()).toBe(0);
  }, 30_000);

  it('leaves a connection behind that works', async () => {
    const database = postgres.connect(1);
    for (let round = 0; round < 20; round++) {
      const aborter = new AbortController();
      const reading = database.query({ text: 'SELECT pg_sleep(60)' }, aborter.signal).catch((error: unknown) => error);
      aborter.abort('stop');
      expect(await reading).toBe('stop');
      expect(await database.query({ text: 'SELECT 1 AS one' })).toEqual([{ one: 1 }]);
    }
  });

  it('does nothing once the answer is there', async () => {
    const aborter = new AbortController();
    const rows = await postgres.database.query({ text: 'SELECT 1 AS one' }, aborter.signal);
    aborter.abort();
    expect(rows).toEqual([{ one: 1 }]);
    await postgres.database.ping();
  });
});
