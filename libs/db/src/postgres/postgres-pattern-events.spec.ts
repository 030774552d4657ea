import { startPostgresUnderTest, type PostgresUnderTest } from '../conformance/postgres-under-test.js';
import { waitUntil } from '../conformance/wait-until.js';
import { PostgresPatternEvents } from './postgres-pattern-events.js';
import { PATTERN_EVENTS_CHANNEL } from './sql/add-pattern-events.js';

let postgres: PostgresUnderTest;
beforeAll(async () => {
  postgres = await startPostgresUnderTest('dag-builder');
}, 60_000);
afterAll(async () => postgres.close(), 60_000);

/** Ends the connections that listen. @returns how many these were */
async function breakListeners(): Promise<number> {
  const text = `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query = $1 AND state = 'idle'`;
  return (await postgres.database.query({ text, values: [`LISTEN ${PATTERN_EVENTS_CHANNEL}`] })).length;
}

describe('A watch for events of patterns', () => {
  it('listens again after its connection broke, and wakes because it may have missed some', async () => {
    let wakes = 0;
    const stop = new PostgresPatternEvents(postgres.connect(1)).watch(() => wakes++);
    await waitUntil('it listens', () => Promise.resolve(wakes === 1));
    await waitUntil('its connection is broken', async () => (await breakListeners()) === 1);
    await waitUntil('it listens again', () => Promise.resolve(wakes === 2));
    await postgres.database.query({ text: `NOTIFY ${PATTERN_EVENTS_CHANNEL}` });
    await waitUntil('it has woken', () => Promise.resolve(wakes === 3));
    await stop();
  });

  it('gives its connection back when it ends, and hears nothing after that', async () => {
    const database = postgres.connect(1);
    const events = new PostgresPatternEvents(database);
    let wakes = 0;
    const stop = events.watch(() => wakes++);
    await waitUntil('it listens', () => Promise.resolve(wakes > 0));
    await stop();
    const heard = wakes;
    await database.query({ text: `NOTIFY ${PATTERN_EVENTS_CHANNEL}` });
    expect(await events.newestPosition()).toBe(0n);
    expect(wakes).toBe(heard);
  });
});
