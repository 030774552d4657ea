import type { DeadLetter } from '#domain';
import { freshName } from '../conformance/batches.js';
import { startPostgresUnderTest, type PostgresUnderTest } from '../conformance/postgres-under-test.js';
import { PostgresDeadLetters } from './postgres-dead-letters.js';

let postgres: PostgresUnderTest;
let letters: PostgresDeadLetters;
beforeAll(async () => {
  postgres = await startPostgresUnderTest('log-ingestion');
  letters = new PostgresDeadLetters(postgres.database);
}, 60_000);
afterAll(async () => postgres.close(), 60_000);

function letter(topic: string, index: number): DeadLetter {
  return {
    tenant: 'default',
    topic,
    partition: 3,
    offset: 2n ** 62n,
    index,
    reason: 'broken',
    bytes: Buffer.from([0, 255, index & 255]),
  };
}

async function kept(topic: string): Promise<DeadLetter[]> {
  const text =
    'SELECT tenant, topic, "partition", "offset", "index", reason, bytes FROM dead_letters WHERE topic = $1 ORDER BY "index"';
  const rows = await postgres.database.query<Omit<DeadLetter, 'offset'> & { offset: string }>({ text, values: [topic] });
  return rows.map((row) => ({ ...row, offset: BigInt(row.offset) }));
}

describe('PostgresDeadLetters', () => {
  it('keeps every letter as it was, that of a whole message too', async () => {
    const topic = freshName('topic');
    const all = [letter(topic, -1), letter(topic, 0), letter(topic, 1)];
    await letters.put(all);
    expect(await kept(topic)).toEqual(all);
  });

  it('keeps a letter once that is put twice', async () => {
    const topic = freshName('topic');
    await letters.put([letter(topic, 0)]);
    await letters.put([letter(topic, 0), letter(topic, 1)]);
    expect(await kept(topic)).toHaveLength(2);
  });

  it('takes more letters than one statement has room for, and none', async () => {
    const topic = freshName('topic');
    await letters.put(Array.from({ length: 20_000 }, (_, i) => letter(topic, i)));
    expect(await kept(topic)).toHaveLength(20_000);
    await letters.put([]);
  }, 60_000);

  it('keeps a reason that quotes U+0000', async () => {
    const topic = freshName('topic');
    await letters.put([{ ...letter(topic, 0), reason: 'holds \0' }]);
    expect(await kept(topic)).toMatchObject([{ reason: 'holds \ufffd' }]);
  });
});
