import { PatternBed, at, pattern } from '../conformance/pattern-store-under-test.js';
import { startPostgresUnderTest, type PostgresUnderTest } from '../conformance/postgres-under-test.js';
import { PostgresDagRetention } from './postgres-dag-retention.js';
import { PostgresDagStore } from './postgres-dag-store.js';
import { PostgresPatternEvents } from './postgres-pattern-events.js';
import { PostgresPatternStore } from './postgres-pattern-store.js';

const DAY_MS = 86_400_000;
const never = new AbortController().signal;
let postgres: PostgresUnderTest;
let bed: PatternBed;
beforeAll(async () => {
  postgres = await startPostgresUnderTest('dag-builder');
  const { database } = postgres;
  const patterns = new PostgresPatternStore(database);
  bed = new PatternBed({
    writers: [0, 1].map(() => new PostgresDagStore(postgres.connect(4))),
    dags: new PostgresDagStore(database),
    reader: patterns,
    states: patterns,
    events: new PostgresPatternEvents(database),
    recount: () => Promise.resolve([]),
    close: postgres.close,
  });
}, 60_000);
afterAll(async () => postgres.close(), 60_000);
beforeEach(() => bed.renew());

const sweep = (chunkRows = 2) => new PostgresDagRetention(postgres.database, { chunkRows }).sweep(30 * DAY_MS, never);

async function age(days: number, ...traceIds: readonly string[]): Promise<void> {
  const text = `UPDATE dags SET updated_at = updated_at - $1 * interval '1 day' WHERE tenant = $2 AND trace_id = ANY ($3::text[])`;
  await postgres.database.query({ text, values: [days, bed.tenant, traceIds] });
}

async function timelines(): Promise<number> {
  const text = 'SELECT count(*)::integer AS n FROM pattern_hours WHERE tenant = $1';
  return (await postgres.database.query<{ n: number }>({ text, values: [bed.tenant] }))[0]?.n ?? -1;
}

describe('retention of DAGs', () => {
  it('deletes those that were last built too long ago, whatever the times of their records', async () => {
    const lock = pattern('stock is locked');
    const ids = ['a', 'b', 'c', 'd', 'e'];
    await bed.put(...ids.map((id, i) => bed.dagOf(id, lock, i)));
    await age(31, 'a', 'b', 'c');
    await age(29, 'd');
    expect(await sweep()).toEqual({ dags: 3, patterns: 0 });
    expect(await sweep()).toEqual({ dags: 0, patterns: 0 });
    const left = await Promise.all(ids.map(async (id) => (await bed.store.dags.byTrace(bed.tenant, id)) !== null));
    expect(left).toEqual([false, false, false, true, true]);
    expect(await bed.list()).toMatchObject([{ traceCount: 5, firstSeen: at(0), sampleTraceIds: ['e', 'd'] }]);
  });

  it('deletes open patterns without a DAG, and keeps what people have decided', async () => {
    const some = ['open', 'resolved', 'ignored', 'alive'].map((text) => pattern(text));
    const [open, resolved, ignored, alive] = some;
    if (open === undefined || resolved === undefined || ignored === undefined || alive === undefined) throw new Error('four');
    await bed.put(...some.map((one, i) => bed.dagOf(`t${i}`, one, i)), bed.dagOf('new', alive, 9));
    await bed.store.states.setState(bed.tenant, resolved.id, 'resolved');
    await bed.store.states.setState(bed.tenant, ignored.id, 'ignored');
    await age(40, 't0', 't1', 't2', 't3');
    expect(await sweep()).toEqual({ dags: 4, patterns: 1 });
    expect((await bed.list()).map(({ id }) => id).sort()).toEqual([resolved.id, ignored.id, alive.id].sort());
    expect(await bed.store.reader.byId(bed.tenant, open.id)).toBeNull();
    expect(await timelines()).toBe(3);
    await bed.put(bed.dagOf('again', open, 20));
    expect(await bed.store.reader.byId(bed.tenant, open.id)).toMatchObject({ state: 'open', traceCount: 1 });
  });

  it('never takes the pattern of a DAG that is written meanwhile', async () => {
    const some = [0, 1, 2].map((number) => pattern(`cause ${'abc'[number]}`));
    let writing = true;
    const sweeping = (async () => {
      while (writing) await sweep(1);
    })();
    for (let round = 0; round < 25; round++) {
      await Promise.all(
        some.map((one, i) =>
          bed.writer(i).put([bed.dagOf(`${round}-${i}`, one, round), bed.dagOf(`x${i}`, one, round, BigInt(round + 1))]),
        ),
      );
      await age(40, ...some.flatMap((_, i) => [`${round}-${i}`, `x${i}`]));
    }
    await Promise.all(some.map((one, i) => bed.writer(i).put([bed.dagOf(`last-${i}`, one, 100)])));
    writing = false;
    await sweeping;
    await sweep();
    expect((await bed.list()).map(({ id }) => id).sort()).toEqual(some.map(({ id }) => id).sort());
  }, 60_000);
});
