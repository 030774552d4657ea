import { Database } from '#db/postgres';
import { round } from '../percentiles.js';
import { progress } from '../report.js';
import type { MeasuredProcess } from '../usage.js';
import type { Layout } from './layout.js';
import { loadRows, type LoadFigures } from './load-rows.js';
import { applySettings, indexesOf, makeTable, missingSettings } from './make-table.js';
import { readBack } from './read-back.js';
import type { RowRing } from './row-ring.js';
import { sizesOf } from './sizes.js';
import type { LayoutFigures } from './table.js';
import type { Template } from './template.js';

/** What all lay-outs have in common. */
export interface Bench {
  /** postgres://... of a database that holds the template and no `logs`. */
  readonly url: string;
  /** The database's name. */
  readonly name: string;
  readonly postgres: MeasuredProcess;
  readonly template: Template;
  readonly rings: Readonly<Record<Layout['traceId'], RowRing>>;
  /** Rows of each lay-out, whole rounds of the ring. */
  readonly rows: number;
}

/** A connection of its own with the settings of the product's pools. */
export function connect(url: string): Database {
  return new Database({ url, applicationName: 'rootspan bench', maxConnections: 1 });
}

/**
 * Makes the table, fills it, lets PostgreSQL do what it would do in quiet hours, reads, and drops the table.
 * @returns the figures, or the settings that this server was built without
 */
export async function measureLayout(bench: Bench, layout: Layout): Promise<LayoutFigures | { readonly missing: string }> {
  const missing = await withDatabase(bench.url, (database) => missingSettings(database, layout));
  if (missing.length > 0) return { missing: missing.join(', ') };
  const { template, rows } = bench;
  return withTable(bench, layout, rows, async (database) => {
    const load = await fill(bench, database, layout, rows, layout.name);
    progress(`${layout.name}: VACUUM, ANALYZE, CHECKPOINT`);
    const settledFrom = performance.now();
    await database.query({ text: 'VACUUM (ANALYZE) logs' });
    await database.query({ text: 'CHECKPOINT' });
    const settleSeconds = round((performance.now() - settledFrom) / 1000);
    const sizes = await sizesOf(database, rows);
    progress(`${layout.name}: reading`);
    const read = await readBack(database, layout, bench.rings[layout.traceId], rows);
    const { name, why, partitions, settings } = layout;
    const about = { layout: name, why, indexes: indexesOf(layout, template), partitions, settings };
    return { ...about, ...load, ...sizes, ...read, settleSeconds };
  });
}

/** Fills a table that nobody looks at: the server's log files exist then and are only used again by those that count. */
export async function warmUp(bench: Bench, layout: Layout, rows: number): Promise<void> {
  await withTable(bench, layout, rows, async (database) => {
    await fill(bench, database, layout, rows, 'warming up');
  });
}

async function fill(bench: Bench, database: Database, layout: Layout, rows: number, title: string): Promise<LoadFigures> {
  return loadRows(database, bench.postgres, bench.rings[layout.traceId], bench.template.columns, rows, title);
}

async function withTable<T>(bench: Bench, layout: Layout, rows: number, work: (database: Database) => Promise<T>): Promise<T> {
  const ring = bench.rings[layout.traceId];
  await withDatabase(bench.url, (database) => applySettings(database, bench.name, layout));
  return withDatabase(bench.url, async (database) => {
    await makeTable(database, layout, bench.template, ring.receivedAtMs(0), ring.receivedAtMs(rows));
    await database.query({ text: 'CHECKPOINT' });
    const result = await work(database);
    await database.query({ text: 'DROP TABLE logs' });
    await database.query({ text: 'CHECKPOINT' }); // gives the files back
    return result;
  });
}

/** The server's end, at Ctrl-C, ends the work too. */
async function withDatabase<T>(url: string, work: (database: Database) => Promise<T>): Promise<T> {
  const database = connect(url);
  try {
    return await work(database);
  } finally {
    await database.close();
  }
}
