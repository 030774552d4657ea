import pg from 'pg';
import { StoreUnavailableError } from '../api/store-unavailable.js';
import { TestPartition, storeGood, valueOf } from '../conformance/batches.js';
import { startPostgresUnderTest, type PostgresUnderTest } from '../conformance/postgres-under-test.js';
import { readNewest } from '../conformance/read-all.js';
import { waitUntil } from '../conformance/wait-until.js';
import { Database } from './database.js';
import { PostgresDagStore } from './postgres-dag-store.js';
import { PostgresDeadLetters } from './postgres-dead-letters.js';
import { PostgresErrorTraceQueue } from './postgres-error-trace-queue.js';
import { PostgresLogReader } from './postgres-log-reader.js';
import { PostgresLogWriter } from './postgres-log-writer.js';

let postgres: PostgresUnderTest;
beforeAll(async () => {
  postgres = await startPostgresUnderTest('log-ingestion', 'dag-builder');
}, 60_000);
afterAll(async () => postgres.close(), 60_000);

/** Ends the server; it is started again on the same port by its owner. */
function endServer(signal: 'SIGINT' | 'SIGQUIT' | 'SIGKILL'): void {
  const pid = postgres.server.pid();
  if (pid === null) throw new Error('no server is running');
  process.kill(pid, signal);
}

async function answers(): Promise<boolean> {
  const client = new pg.Client({ connectionString: postgres.url });
  client.on('error', () => undefined);
  try {
    await client.connect();
    await client.query('SELECT 1');
    return true;
  } catch {
    return false;
  } finally {
    await client.end().catch(() => undefined);
  }
}

/** Waits until a COPY into logs is in that state. */
async function copyIsUnderWay(observer: pg.Client, condition: string): Promise<void> {
  const text = `SELECT 1 FROM pg_stat_activity WHERE query LIKE 'COPY logs%' AND state = 'active' AND ${condition}`;
  await waitUntil('a COPY is under way', async () => (await observer.query(text)).rowCount !== 0);
}

/** A connection of the test's own, which the server's end breaks. */
async function connect(): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: postgres.url });
  client.on('error', () => undefined);
  await client.connect();
  return client;
}

/** Locks tables until the server ends. */
async function lock(tables: string): Promise<void> {
  const client = await connect();
  await client.query('BEGIN');
  await client.query(`LOCK TABLE ${tables} IN ACCESS EXCLUSIVE MODE`);
}

const LARGE = valueOf(Array.from({ length: 40_000 }, (_, i) => ({ traceId: `t${i % 100}`, message: `${i}`.padStart(800, '.') })));

describe('a server that goes away', () => {
  it.each(['SIGINT', 'SIGQUIT', 'SIGKILL'] as const)(
    'in the middle of a COPY by %s rejects the store, which works again with the same writer',
    async (signal) => {
      const writer = new PostgresLogWriter(postgres.database);
      const partition = new TestPartition();
      await storeGood(writer, partition.batchOf({ message: 'first' }));
      const observer = await connect();
      // The COPY waits for the lock with its bytes in the sockets' buffers.
      await lock('logs');
      const batch = partition.batch({ value: LARGE });
      const storing = storeGood(writer, batch).catch((error: unknown) => error);
      await copyIsUnderWay(observer, `wait_event_type = 'Lock'`);
      endServer(signal);
      expect(await storing).toBeInstanceOf(StoreUnavailableError);
      await waitUntil('the server is back', answers);
      expect(await storeGood(writer, batch)).toMatchObject({ kind: 'stored', records: 40_000 });
      expect(await storeGood(writer, batch)).toMatchObject({ kind: 'fenced', position: 2n });
      const newest = await new PostgresLogReader(postgres.database).newest({ tenant: partition.tenant, limit: 1, maxBytes: 1 });
      expect(newest.records).toHaveLength(1);
    },
    120_000,
  );

  it('while rows stream in rejects the store or has committed it; in both cases handing it over again stores it once', async () => {
    const writer = new PostgresLogWriter(postgres.database);
    const partition = new TestPartition();
    await storeGood(writer, partition.batchOf({ message: 'first' }));
    const observer = await connect();
    const batch = partition.batch(...Array.from({ length: 4 }, () => ({ value: LARGE })));
    const storing = storeGood(writer, batch).catch((error: unknown) => error);
    await copyIsUnderWay(observer, 'true');
    endServer('SIGQUIT');
    const outcome = await storing;
    if (outcome instanceof Error) expect(outcome).toBeInstanceOf(StoreUnavailableError);
    await waitUntil('the server is back', answers);
    await storeGood(writer, batch);
    const count = 'SELECT count(*)::int AS rows FROM logs WHERE tenant = $1';
    const rows = await postgres.database.query<{ rows: number }>({ text: count, values: [partition.tenant] });
    expect(rows).toEqual([{ rows: 160_001 }]);
  }, 180_000);

  it('is said by StoreUnavailableError of every method of every store', async () => {
    const away = new Database({ url: 'postgres://nobody:x@127.0.0.1:1/none', applicationName: 'test', maxConnections: 2 });
    const request = { tenant: 'x', limit: 1, maxBytes: 1 };
    const partition = new TestPartition();
    const reader = new PostgresLogReader(away);
    const dags = new PostgresDagStore(away);
    const queue = new PostgresErrorTraceQueue(away);
    const calls = [
      storeGood(new PostgresLogWriter(away), partition.batchOf({})),
      new PostgresLogWriter(away).readPositions(partition.source, [0]),
      reader.newest(request),
      reader.byTrace({ ...request, traceId: 'x' }),
      reader.worstSeverity('x', 'x'),
      reader.traceRecords('x', 'x', 1),
      dags.newest(request),
      dags.byTrace('x', 'x'),
      queue.claim('x', 1, 1),
      queue.nextDueInMs(),
      away.ping(),
    ];
    for (const call of calls) await expect(call).rejects.toBeInstanceOf(StoreUnavailableError);
    await away.close();
  });

  it('in the middle of a statement is said by StoreUnavailableError, whatever library made the statement', async () => {
    const observer = await connect();
    await lock('logs, dags, dead_letters, error_traces');
    const dags = new PostgresDagStore(postgres.database);
    const letter = { tenant: 'x', topic: 't', partition: 0, offset: 0n, index: 0, reason: 'r', bytes: Buffer.alloc(1) };
    const calls = [
      dags.byTrace('x', 'x'),
      dags.newest({ tenant: 'x', limit: 1, maxBytes: 1 }),
      new PostgresDeadLetters(postgres.database).put([letter]),
      readNewest(new PostgresLogReader(postgres.database), 'x'),
      new PostgresErrorTraceQueue(postgres.database).claim('x', 1, 1),
    ].map((call) => call.catch((error: unknown) => error));
    const waiting = `SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND application_name = 'rootspan test'`;
    await waitUntil('every statement waits', async () => (await observer.query(waiting)).rowCount === calls.length);
    // Not SIGINT: that ends the sessions one after the other, and the lock's may be the first.
    endServer('SIGQUIT');
    for (const call of calls) expect(await call).toBeInstanceOf(StoreUnavailableError);
    await waitUntil('the server is back', answers);
    await expect(dags.byTrace('x', 'x')).resolves.toBeNull();
  }, 120_000);

  it('does not spoil a pool whose connections were idle', async () => {
    const broken: Error[] = [];
    const options = { url: postgres.url, applicationName: 'idle', maxConnections: 3 };
    const database = new Database({ ...options, onConnectionError: (error) => broken.push(error) });
    await Promise.all([database.ping(), database.ping(), database.ping()]);
    endServer('SIGINT');
    await waitUntil('the idle connections broke', () => broken.length > 0);
    await waitUntil('the server is back', answers);
    await database.ping();
    await database.close();
  }, 120_000);
});
