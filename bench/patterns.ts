/** Whether failed traces cluster into the patterns that they were made from, and what that costs. See README.md. */
import { runInNewContext } from 'node:vm';
import { setFlagsFromString } from 'node:v8';
import { Database, PostgresDagStore, PostgresPatternStore, migrateDatabase } from '#db/postgres';
import type { NewDag } from '#db';
import { buildErrorDag, patternOfDag, type TraceRecord } from '#domain';
import { runBench } from './support/cleanup.js';
import { startServer, withSql } from './support/deployment.js';
import { failureTemplates, type FailureTemplate } from './support/failure-templates.js';
import { readOptions } from './support/options.js';
import { seededRandom, type Random } from './support/random.js';
import { perSecond, progress, report } from './support/report.js';

const USAGE = 'node dist/bench/patterns.js [--traces 100000] [--builders 2] [--rebuilt 10] [--seed 1] [--data-dir DIR]';
const options = readOptions(USAGE, { traces: 100_000, builders: 2, rebuilt: 10, seed: 1, 'data-dir': '' });
/** As many as the DAG builder writes together. */
const BATCH = 32;
const TENANT = 'bench';
const FIRST_SECOND = 1_744_800_000;

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

function heapMb(): number {
  collectGarbage();
  return Math.round((process.memoryUsage().heapUsed / 1024 / 1024) * 10) / 10;
}

/** The cause's error, then those of its callers. */
function recordsOf(template: FailureTemplate, index: number, random: Random): TraceRecord[] {
  return template.services
    .map((service, i) => ({
      id: random.hex(32),
      spanId: `span-${random.hex(8)}-${i}`,
      parentId: '',
      service,
      message: i === 0 ? template.message(random) : `call failed: ${random.hex(8)}`,
      severity: 17,
      time: { seconds: FIRST_SECOND + index, nanos: i },
    }))
    .map((record, i, all) => ({ ...record, parentId: all[i + 1]?.spanId ?? '' }));
}

function newDag(traceId: string, version: bigint, records: readonly TraceRecord[]): NewDag {
  const dag = buildErrorDag(records);
  if (dag === null) throw new Error('a failed trace has a DAG');
  return { tenant: TENANT, traceId, version, dag, pattern: patternOfDag(dag, records) };
}

await runBench(async (cleanup) => {
  const server = await startServer(cleanup, options['data-dir']);
  const url = server.environment['DAG_DATABASE'] ?? '';
  const database = new Database({ url, applicationName: 'rootspan bench', maxConnections: options.builders });
  cleanup.defer(() => database.close());
  await migrateDatabase(database, 'dag-builder');
  const store = new PostgresDagStore(database);
  const templates = failureTemplates();
  const random = seededRandom(options.seed);
  /** Pattern -> traces by template: 40 by 40 at best. */
  const confusion = new Map<string, number[]>();

  async function build(from: number, to: number): Promise<void> {
    const whole: NewDag[] = [];
    const partly: NewDag[] = [];
    for (let i = from; i < to; i++) {
      const template = templates[i % templates.length];
      if (template === undefined) throw new RangeError('no such template');
      const records = recordsOf(template, i, random);
      const dag = newDag(`trace-${i}`, 2n, records);
      whole.push(dag);
      // Every tenth trace is built from its callers' records first, and moves when its cause comes.
      if (options.rebuilt > 0 && i % options.rebuilt === 0 && records.length > 1)
        partly.push(newDag(`trace-${i}`, 1n, records.slice(1)));
      const counts = confusion.get(dag.pattern?.id ?? '') ?? templates.map(() => 0);
      counts[i % templates.length] = (counts[i % templates.length] ?? 0) + 1;
      confusion.set(dag.pattern?.id ?? '', counts);
    }
    await store.put(partly);
    await store.put(whole);
  }

  await build(0, BATCH);
  const before = heapMb();
  const start = performance.now();
  let next = BATCH;
  await Promise.all(
    Array.from({ length: options.builders }, async () => {
      while (next < options.traces) {
        const from = next;
        next = Math.min(from + BATCH, options.traces);
        if (from % (BATCH * 500) === 0) progress(`${from} of ${options.traces} traces`);
        await build(from, next);
      }
    }),
  );
  const seconds = (performance.now() - start) / 1000;
  const after = heapMb();

  const listed = await new PostgresPatternStore(database).list({ tenant: TENANT, order: 'count', limit: 10_000, maxBytes: 1e9 });
  const recounted = await withSql(url, async (client) => {
    const { rows } = await client.query<{ id: string; count: number }>(
      'SELECT pattern_id AS id, count(*)::int AS count FROM dags WHERE tenant = $1 GROUP BY pattern_id',
      [TENANT],
    );
    return new Map(rows.map(({ id, count }) => [id, count]));
  });
  const wrongCounts = listed.patterns.filter(({ id, traceCount }) => recounted.get(id) !== traceCount).length;
  const impure = [...confusion.values()].filter((counts) => counts.filter((count) => count > 0).length > 1).length;
  const split = templates.filter((_, t) => [...confusion.values()].filter((counts) => (counts[t] ?? 0) > 0).length > 1).length;
  const rows = listed.patterns.map(({ id, traceCount, title }) => {
    const from = (confusion.get(id) ?? []).flatMap((count, t) => (count > 0 ? [`template ${t}: ${count}`] : []));
    return `${String(traceCount).padStart(7)}  ${from.join(', ').padEnd(20)}  ${title.slice(0, 90)}`;
  });
  report(
    'patterns',
    options,
    { patterns: listed.patterns.length, impure, split, wrongCounts, heapMb: { before, after }, seconds },
    [
      `${options.traces} failed traces of ${templates.length} templates: ${listed.patterns.length} patterns`,
      `patterns of several templates: ${impure}; templates in several patterns: ${split}; counts that SQL counts otherwise: ${wrongCounts}`,
      `heap ${before} MB after ${BATCH} traces, ${after} MB after all; ${perSecond((options.traces - BATCH) / seconds)} built and stored`,
      ...rows,
    ],
  );
});
