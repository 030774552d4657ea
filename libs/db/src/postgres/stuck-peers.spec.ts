import pg from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import { StoreUnavailableError } from '../api/store-unavailable.js';
import { startPostgresUnderTest, type PostgresUnderTest } from '../conformance/postgres-under-test.js';
import { waitUntil } from '../conformance/wait-until.js';
import { Database } from './database.js';

const NAME = 'rootspan stuck test';
const LOCK_TIMEOUT_MS = 100;
const TAKE_ROW = { text: "UPDATE dags SET version = version + 1 WHERE trace_id = 'held' RETURNING 1" };
const COPIES = { text: "SELECT 1 FROM pg_stat_activity WHERE query LIKE 'COPY rows %' AND wait_event = 'ClientRead'" };

let postgres: PostgresUnderTest;
let database: Database;
let peer: pg.Client;
beforeAll(async () => {
  postgres = await startPostgresUnderTest('dag-builder');
  database = new Database({
    url: postgres.url,
    applicationName: NAME,
    maxConnections: 2,
    lockTimeoutMs: LOCK_TIMEOUT_MS,
  });
  await database.query({
    text: `INSERT INTO dags (tenant, trace_id, version, root_span_id, dag_json, nodes, edges, error_count, span_count, log_count, services,
      first_time, first_nanos, last_time, last_nanos, first_error_time, first_error_nanos, warnings, truncated, size)
      VALUES ('t', 'held', 1, '', '{}', '[]', '[]', 1, 1, 1, '{}', now(), 0, now(), 0, now(), 0, '{}', false, 0)`,
  });
}, 60_000);
afterAll(async () => {
  await database.close();
  await postgres.close();
}, 60_000);
afterEach(async () => {
  await peer.end().catch(() => undefined);
});

/** A connection that holds the row's lock and says nothing more. */
async function connectPeer(applicationName: string, ...statements: readonly string[]): Promise<pg.Client> {
  peer = new pg.Client({ connectionString: postgres.url, application_name: applicationName });
  peer.on('error', () => undefined);
  await peer.connect();
  for (const statement of ['BEGIN', TAKE_ROW.text, ...statements]) await peer.query(statement);
  return peer;
}

async function tryToTakeRow(): Promise<unknown> {
  return database.query(TAKE_ROW).catch((error: unknown) => error);
}

describe('a lock held by a program that stopped within its transaction', () => {
  it('is freed by the end of its connection where it waits between two statements', async () => {
    await connectPeer(NAME);
    await waitUntil('the lock is taken over', async () => Array.isArray(await tryToTakeRow()));
    await expect(peer.query('COMMIT')).rejects.toThrow('connection');
  });

  it('is freed where it stopped within a COPY', async () => {
    await connectPeer(NAME, 'CREATE TEMP TABLE rows (n int)');
    const copy = peer.query(copyFrom('COPY rows FROM STDIN'));
    copy.on('error', () => undefined);
    copy.write('1\n');
    await waitUntil('it has begun', async () => (await database.query(COPIES)).length === 1);
    await waitUntil('the lock is taken over', async () => Array.isArray(await tryToTakeRow()));
  });

  it('makes the statement unavailable, not failed, for as long as it lasts', async () => {
    await connectPeer(NAME);
    expect(await tryToTakeRow()).toBeInstanceOf(StoreUnavailableError);
  });

  it('is left alone where the program is another', async () => {
    await connectPeer('somebody else');
    for (let tries = 0; tries < 4; tries++) expect(await tryToTakeRow()).toBeInstanceOf(StoreUnavailableError);
    await peer.query('COMMIT');
    expect(await tryToTakeRow()).toEqual([expect.anything()]);
  });
});
