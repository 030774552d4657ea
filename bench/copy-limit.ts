/** What PostgreSQL's own COPY takes into the table of the logs: the physical limit of ingest. See README.md. */
import { runBench } from './support/cleanup.js';
import { measureCopyLimit } from './support/copy-rows.js';
import { startServer } from './support/deployment.js';
import { fill } from './support/fill.js';
import { DEFAULT_SHAPE, LoadBatches } from './support/load-batches.js';
import { readOptions } from './support/options.js';
import { perSecond, report } from './support/report.js';

const USAGE = 'node dist/bench/copy-limit.js [--logs 1000000] [--seed 1] [--data-dir DIR]';
const options = readOptions(USAGE, { logs: 1_000_000, seed: DEFAULT_SHAPE.seed, 'data-dir': '' });

await runBench(async (cleanup) => {
  const shape = { ...DEFAULT_SHAPE, seed: options.seed };
  const server = await startServer(cleanup, options['data-dir']);
  const batches = Math.ceil(options.logs / shape.batchSize);
  await fill(server, new LoadBatches(shape), { batches, batchSize: shape.batchSize, days: 1 });
  const limit = await measureCopyLimit(server, options.logs);
  report('copy-limit', options, { ...limit }, [
    `${limit.rows} rows by one COPY: ${perSecond(limit.rowsPerSecond)}, ${limit.postgresMicros} us of PostgreSQL's CPU a row`,
  ]);
});
