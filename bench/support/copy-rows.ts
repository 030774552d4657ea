import { createReadStream, createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { setTimeout as pause } from 'node:timers/promises';
import type { Client } from 'pg';
import { from as copyFrom, to as copyTo } from 'pg-copy-streams';
import { Database, migrateDatabase } from '#db/postgres';
import { COPY_DATABASE, withSql, type BenchServer } from './deployment.js';
import { progress } from './report.js';
import { UsageMeter } from './usage.js';

export interface CopyLimit {
  readonly rowsPerSecond: number;
  /** CPU microseconds a row of the server; the client that feeds it is not in it. */
  readonly postgresMicros: number;
  readonly rows: number;
}

const CHUNK_BYTES = 1024 * 1024;
const QUIET_BOUND_MS = 60_000;

/**
 * PostgreSQL's own limit: one binary COPY, one connection, one transaction, into a second database of the same server that the
 * product's migrations have made, with the partitions that the logs have.
 *
 * The rows are those that are stored, written out in PostgreSQL's binary format beforehand, so that the measured time holds
 * nothing but reading a file from the page cache and the COPY.
 */
export async function measureCopyLimit(server: BenchServer, rows: number): Promise<CopyLimit> {
  const folder = await mkdtemp(join(tmpdir(), 'rootspan-copy-'));
  const file = join(folder, 'rows');
  const url = server.postgres.url(COPY_DATABASE);
  try {
    progress('writing the stored rows out for copy-limit');
    const count = await withSql(server.logsUrl, async (client) => {
      const out = client.query(copyTo(`COPY (SELECT * FROM logs LIMIT ${rows}) TO STDOUT (FORMAT binary)`));
      await pipeline(out, createWriteStream(file, { highWaterMark: CHUNK_BYTES }));
      return out.rowCount;
    });
    await makeTable(server, url);
    return await withSql(url, async (client) => {
      await untilQuiet(client);
      await client.query('CHECKPOINT');
      progress(`copy-limit: ${count} rows`);
      const meter = new UsageMeter([server.process]);
      const startedAt = performance.now();
      const copy = client.query(copyFrom('COPY logs FROM STDIN (FORMAT binary)'));
      await pipeline(createReadStream(file, { highWaterMark: CHUNK_BYTES }), copy);
      const seconds = (performance.now() - startedAt) / 1000;
      const { cpuMicros } = meter.end(count);
      return { rowsPerSecond: Math.round(count / seconds), postgresMicros: cpuMicros['postgres'] ?? 0, rows: count };
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function makeTable(server: BenchServer, url: string): Promise<void> {
  const database = new Database({ url, applicationName: 'rootspan bench', maxConnections: 1 });
  await migrateDatabase(database, 'log-ingestion');
  await database.close();
  const { rows: partitions } = await withSql(server.logsUrl, (client) =>
    client.query<{ name: string; bounds: string }>(
      `SELECT c.relname AS name, pg_get_expr(c.relpartbound, c.oid) AS bounds
       FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid WHERE i.inhparent = 'logs'::regclass`,
    ),
  );
  await withSql(url, async (client) => {
    for (const { name, bounds } of partitions) await client.query(`CREATE TABLE ${name} PARTITION OF logs ${bounds}`);
  });
}

/** Waits until no vacuum of what was just filled takes a core away. */
async function untilQuiet(client: Client): Promise<void> {
  const end = performance.now() + QUIET_BOUND_MS;
  while (performance.now() < end) {
    const { rowCount } = await client.query(`SELECT 1 FROM pg_stat_activity WHERE backend_type = 'autovacuum worker'`);
    if (rowCount === 0) return;
    await pause(100);
  }
}
