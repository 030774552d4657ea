import { startPostgresUnderTest, type PostgresUnderTest } from '../../conformance/postgres-under-test.js';
import { StoreUnavailableError } from '../../api/store-unavailable.js';
import type { Database } from '../database.js';
import { queryRows } from './query-rows.js';
import type { Rows } from './reply.js';

let postgres: PostgresUnderTest;
/** One connection, so that all that is asked meets on it. */
let database: Database;
beforeAll(async () => {
  postgres = await startPostgresUnderTest();
  database = postgres.connect(1);
}, 60_000);
afterAll(async () => {
  await postgres.close();
}, 60_000);

const ECHO = { name: 'echo', text: 'SELECT n, $1::text FROM generate_series(1, $2::int) AS n' };

/** What ECHO's rows hold. */
function echoed({ bytes, starts }: Rows): (readonly [number, string])[] {
  return starts.map((start) => {
    const length = bytes.readInt32BE(start + 8);
    return [bytes.readInt32BE(start + 4), bytes.toString('utf8', start + 12, start + 12 + length)] as const;
  });
}

async function echo(text: string, count: number) {
  return database.withClient(async (client) => echoed(await queryRows(client, ECHO, [text, count])));
}

describe('queryRows', () => {
  it('gives rows in binary, one statement prepared once', async () => {
    expect(await echo('ä"\\', 2)).toEqual([
      [1, 'ä"\\'],
      [2, 'ä"\\'],
    ]);
    expect(await echo('', 1)).toEqual([[1, '']]);
    expect(await echo('x', 0)).toEqual([]);
    const prepared = await database.query<{ name: string }>({ text: 'SELECT name FROM pg_prepared_statements' });
    expect(prepared).toEqual([{ name: 'echo' }]);
  });

  it('gives answers of many pieces whole', async () => {
    const text = '0123456789'.repeat(1_000);
    expect(await echo(text, 700)).toEqual(Array.from({ length: 700 }, (_, i) => [i + 1, text]));
  });

  it('takes turns with the queries of pg on one connection', async () => {
    const answers: unknown[] = [];
    await database.withClient(async (client) => {
      for (let i = 0; i < 30; i++) {
        if (i % 2 === 0) answers.push(echoed(await queryRows(client, ECHO, [`row ${i}`, 1]))[0]?.[1]);
        else answers.push((await client.query<{ t: string }>('SELECT $1::text AS t', [`row ${i}`])).rows[0]?.t);
      }
    });
    expect(answers).toEqual(Array.from({ length: 30 }, (_, i) => `row ${i}`));
  });

  it('rejects with the error of the database and leaves a connection behind that works', async () => {
    const divide = { name: 'divide', text: 'SELECT 10 / n FROM generate_series($1::int, $2::int) AS n' };
    const fails = (values: number[]) => database.withClient((client) => queryRows(client, divide, values));
    // In the middle of the rows, before them, and while the statement is prepared.
    await expect(fails([-100, 100])).rejects.toMatchObject({ code: '22012' });
    await expect(fails([0, 1])).rejects.toMatchObject({ code: '22012' });
    const nowhere = { name: 'nowhere', text: 'SELECT nothing' };
    for (let i = 0; i < 2; i++) {
      await expect(database.withClient((client) => queryRows(client, nowhere, []))).rejects.toMatchObject({ code: '42703' });
    }
    expect((await fails([1, 2])).starts).toHaveLength(2);
    expect(await echo('x', 1)).toEqual([[1, 'x']]);
  });

  it('lets pg have the notices that come between the rows', async () => {
    await database.query({
      text: `CREATE FUNCTION warned(n int) RETURNS int LANGUAGE plpgsql AS $$ BEGIN RAISE WARNING 'row %', n; RETURN n; END $$`,
    });
    const notices: (string | undefined)[] = [];
    const count = await database.withClient(async (client) => {
      const listen = ({ message }: { readonly message: string | undefined }): void => void notices.push(message);
      client.on('notice', listen);
      const statement = { name: 'warned', text: 'SELECT warned(n) FROM generate_series(1, 3) AS n' };
      const { starts } = await queryRows(client, statement, []);
      client.off('notice', listen);
      return starts.length;
    });
    expect([count, notices]).toEqual([3, ['row 1', 'row 2', 'row 3']]);
  });

  it('rejects where the connection ends under it, and the pool makes another', async () => {
    const own = { name: 'own', text: 'SELECT pg_terminate_backend(pg_backend_pid()), pg_sleep(60)' };
    await expect(database.withClient((client) => queryRows(client, own, []))).rejects.toBeInstanceOf(StoreUnavailableError);
    expect(await echo('again', 1)).toEqual([[1, 'again']]);
  });
});
