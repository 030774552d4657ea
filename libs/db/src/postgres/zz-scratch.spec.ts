import { startThrowawayPostgres } from '#embedded-postgres';
import pg from 'pg';
import { from } from 'pg-copy-streams';
test('crash?', async () => {
  const server = await startThrowawayPostgres();
  const client = new pg.Client(await server.createDatabase());
  await client.connect();
  await client.query('create table t (a text)');
  const uncaught: unknown[] = [];
  const rows = Buffer.alloc(64 * 1024 * 1024, 'x');
  for (let i = 100; i < rows.length; i += 100) rows[i] = 10;
  rows[5] = 0;
  const seen = await new Promise((resolve) => {
    const s = client.query(from('COPY t FROM STDIN'));
    s.on('error', resolve);
    s.on('finish', () => resolve('finish'));
    s.write(Buffer.from('hallo\n'));
    s.write(rows);
    s.end(Buffer.from('x\n'));
  });
  console.log(String(seen));
  console.log((await client.query('select 1 as a')).rows);
  await new Promise((r) => setTimeout(r, 2000));
  await client.end();
  await server.stop();
}, 60000);
