/** Ways to store `logs`, compared under the same rows: speed of ingest, bytes, look-ups. See README.md. */
import { runBench } from './support/cleanup.js';
import { startServer } from './support/deployment.js';
import { chosenLayouts } from './support/layouts/candidates.js';
import { layout } from './support/layouts/layout.js';
import { generatorPerSecond } from './support/layouts/load-rows.js';
import { connect, measureLayout, warmUp, type Bench } from './support/layouts/measure.js';
import { RowRing } from './support/layouts/row-ring.js';
import { markdownTable, rowText, type LayoutFigures } from './support/layouts/table.js';
import { copyTemplate, storeTemplate } from './support/layouts/template.js';
import { DEFAULT_SHAPE } from './support/load-batches.js';
import { readOptions } from './support/options.js';
import { perSecond, progress, report } from './support/report.js';

const USAGE = `node dist/bench/layouts.js [--rows 20000000] [--only name,name] [--rate 20000] [--interleave 8] [--seed 1]
  [--data-dir DIR]`;
const options = readOptions(USAGE, {
  rows: 20_000_000,
  only: '',
  /** Rows a second at which the rows are said to have come: how many the newest ten seconds hold. */
  rate: 20_000,
  interleave: DEFAULT_SHAPE.interleave,
  seed: DEFAULT_SHAPE.seed,
  'data-dir': '',
});
const DATABASE = 'log_ingestion';
/** As many as fill max_wal_size, twice over. */
const WARM_UP_ROWS = 5_000_000;

await runBench(async (cleanup) => {
  const layouts = chosenLayouts(options.only);
  if (options.rate < 1) throw new Error(`--rate takes a number of 1 or more, not ${options.rate}.`);
  const shape = { ...DEFAULT_SHAPE, seed: options.seed, interleave: options.interleave };
  const rows = Math.max(1, Math.ceil(options.rows / shape.templateRecords)) * shape.templateRecords;
  const server = await startServer(cleanup, options['data-dir']);
  const clock = { startMs: Date.now() - (rows * 1000) / options.rate, rowsPerSecond: options.rate };

  progress('storing one round of rows through the product');
  const database = connect(server.logsUrl);
  const template = await storeTemplate(database, shape);
  const ring = async (type: 'text' | 'uuid'): Promise<RowRing> =>
    new RowRing(await copyTemplate(database, template, type), template.columns, type, clock);
  const rings = { text: await ring('text'), uuid: await ring('uuid') };
  await database.close();
  const generator = generatorPerSecond(rings.text);
  progress(`the generator alone: ${perSecond(generator)}`);

  const bench: Bench = { url: server.logsUrl, name: DATABASE, postgres: server.process, template, rings, rows };
  await warmUp(bench, layout('warm-up', 'not measured'), Math.min(rows, WARM_UP_ROWS));
  const measured: LayoutFigures[] = [];
  try {
    for (const [i, each] of layouts.entries()) {
      progress(`${each.name} (${i + 1} of ${layouts.length}): ${each.why}`);
      const figures = await measureLayout(bench, each);
      if ('missing' in figures) {
        progress(`${each.name} is left out: this PostgreSQL has no ${figures.missing}`);
        continue;
      }
      measured.push(figures);
      report('layouts', { ...options, rows }, { generatorPerSecond: generator, ...figures }, [
        `${each.name}: ${rowText(figures)}`,
      ]);
    }
  } finally {
    // An hour's work is not lost with its last lay-out.
    if (measured.length > 0) process.stdout.write(`\n${rows} rows each\n\n${markdownTable(measured)}\n`);
  }
});
