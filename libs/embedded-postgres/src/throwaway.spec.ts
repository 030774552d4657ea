import { readFileSync } from 'node:fs';

import { Client } from 'pg';

import { isRunning } from './process-identity.js';
import { startThrowawayPostgres, type ThrowawayPostgres } from './throwaway.js';

async function ask(url: string, sql: string): Promise<Record<string, unknown>[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows;
  } finally {
    await client.end();
  }
}

const BOUND_MS = 120_000;
/** A test with a bound that a busy machine keeps. */
const slow = (name: string, body: () => Promise<void>): void => it(name, body, BOUND_MS);

describe('a throwaway PostgreSQL', () => {
  let postgres: ThrowawayPostgres;

  beforeAll(async () => {
    postgres = await startThrowawayPostgres();
  }, BOUND_MS);

  afterAll(() => postgres.stop(), BOUND_MS);

  slow('creates a new empty database a call, or the one that is named', async () => {
    const [one, two] = [await postgres.createDatabase(), await postgres.createDatabase()];
    expect(one).not.toBe(two);
    await ask(one, 'CREATE TABLE only_here ()');
    await expect(ask(two, 'SELECT * FROM only_here')).rejects.toThrow('does not exist');
    await postgres.createDatabase('named');
    expect(await ask(postgres.url('named'), 'SELECT current_database() AS name')).toEqual([{ name: 'named' }]);
  });

  slow('stops its server and removes its folder', async () => {
    const other = await startThrowawayPostgres();
    const [{ data_directory: folder } = {}] = await ask(other.url(), 'SHOW data_directory');
    const pid = other.pid() ?? Number.NaN;
    await other.stop();
    await other.stop();
    expect(isRunning(pid)).toBe(false);
    expect(() => readFileSync(`${String(folder)}/PG_VERSION`)).toThrow('ENOENT');
  });
});
