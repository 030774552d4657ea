import type { PoolClient } from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import type { Database } from '#db/postgres';
import { round } from '../percentiles.js';
import { perSecond, progress } from '../report.js';
import { UsageMeter, type MeasuredProcess } from '../usage.js';
import { COPY_HEADER, COPY_TRAILER } from './copy-format.js';
import { TRANSACTION_ROWS, type RowRing } from './row-ring.js';

export interface LoadFigures {
  readonly rows: number;
  readonly rowsPerSecond: number;
  /** Of each tenth of the rows, rows a second: an index that has outgrown the memory slows the last ones down. */
  readonly tenthsPerSecond: readonly number[];
  /** CPU microseconds of PostgreSQL a row, autovacuum and checkpoints included. */
  readonly postgresMicros: number;
  /** Bytes of write-ahead log a row. */
  readonly walBytes: number;
}

/** A COPY message of this many bytes, as the product's writer sends them. */
const CHUNK_BYTES = 128 * 1024;
const TENTHS = 10;
const PROGRESS_EVERY_MS = 5_000;

/** Rows a second of the ring alone, without a database. */
export function generatorPerSecond(ring: RowRing): number {
  const transactions = (ring.rows / TRANSACTION_ROWS) * TENTHS;
  const startedAt = performance.now();
  for (let number = 0; number < transactions; number++) ring.transaction(number);
  return Math.round((transactions * TRANSACTION_ROWS * 1000) / (performance.now() - startedAt));
}

/**
 * Copies rows into `logs` over one connection, in one transaction after the other. While PostgreSQL takes one, the next is
 * made.
 *
 * @param title begins each line of progress
 * @param rows a multiple of a transaction's rows, ten transactions at least
 */
export async function loadRows(
  database: Database,
  postgres: MeasuredProcess,
  ring: RowRing,
  columns: readonly string[],
  rows: number,
  title: string,
): Promise<LoadFigures> {
  const text = `COPY logs (${columns.map((name) => `"${name}"`).join(', ')}) FROM STDIN (FORMAT binary)`;
  return database.withClient(async (client) => {
    const walBefore = await walPosition(client);
    const meter = new UsageMeter([postgres]);
    const { marks, usage } = await sendAll(client, text, ring, rows / TRANSACTION_ROWS, title).then(
      (all) => ({ marks: all, usage: meter.end(rows) }),
      (error: unknown) => {
        meter.end(rows); // its timer would keep the process alive
        throw error;
      },
    );
    return {
      rows,
      rowsPerSecond: rateBetween(marks[0], marks.at(-1)),
      tenthsPerSecond: marks.slice(1).map((mark, i) => rateBetween(marks[i], mark)),
      postgresMicros: usage.cpuMicros['postgres'] ?? 0,
      walBytes: round(((await walPosition(client)) - walBefore) / rows),
    };
  });
}

/** @returns how far it was, and when: at the beginning and after each tenth of the transactions */
async function sendAll(client: PoolClient, text: string, ring: RowRing, transactions: number, title: string): Promise<Mark[]> {
  const startedAt = performance.now();
  const marks: Mark[] = [{ transactions: 0, ms: 0 }];
  let nextNews = PROGRESS_EVERY_MS;
  let sending = Promise.resolve();
  for (let sent = 1; sent <= transactions; sent++) {
    const bytes = ring.transaction(sent - 1);
    await sending;
    sending = copyRows(client, text, bytes);
    if (sent === Math.ceil((transactions * marks.length) / TENTHS)) {
      await sending;
      marks.push({ transactions: sent, ms: performance.now() - startedAt });
    }
    const ms = performance.now() - startedAt;
    if (ms < nextNews) continue;
    nextNews = ms + PROGRESS_EVERY_MS;
    const [done, all] = [sent - 1, transactions].map((count) => ((count * TRANSACTION_ROWS) / 1e6).toFixed(1));
    progress(`${title}: ${done} of ${all} M rows, ${perSecond(((sent - 1) * TRANSACTION_ROWS * 1000) / ms)}`);
  }
  return marks;
}

interface Mark {
  /** Committed since the beginning. */
  readonly transactions: number;
  readonly ms: number;
}

/** Rows a second; 0 where a mark is missing. */
function rateBetween(from: Mark | undefined, to: Mark | undefined): number {
  if (from === undefined || to === undefined) return 0;
  return Math.round(((to.transactions - from.transactions) * TRANSACTION_ROWS * 1000) / (to.ms - from.ms));
}

/** One COPY is one transaction: it is committed, and durable, once this resolves. */
async function copyRows(client: PoolClient, text: string, rows: Buffer): Promise<void> {
  const stream = client.query(copyFrom(text));
  await new Promise<void>((resolve, reject) => {
    stream.on('error', reject);
    stream.on('finish', resolve);
    stream.write(COPY_HEADER);
    for (let at = 0; at < rows.length; at += CHUNK_BYTES) stream.write(rows.subarray(at, at + CHUNK_BYTES));
    stream.end(COPY_TRAILER);
  });
  if (stream.rowCount !== TRANSACTION_ROWS) throw new Error(`PostgreSQL took ${stream.rowCount} of ${TRANSACTION_ROWS} rows`);
}

/** Bytes of write-ahead log since the server was made. */
async function walPosition(client: PoolClient): Promise<number> {
  const { rows } = await client.query<{ bytes: string }>("SELECT pg_current_wal_insert_lsn() - '0/0'::pg_lsn AS bytes");
  return Number(rows[0]?.bytes);
}
