/** How long the DAG of a large trace takes to build, root causes and pattern included. See README.md. */
import { buildErrorDag, patternOfDag, type TraceRecord } from '#domain';
import { runBench } from './support/cleanup.js';
import { readOptions } from './support/options.js';
import { seededRandom } from './support/random.js';
import { progress, report } from './support/report.js';

const USAGE = 'node dist/bench/dag-build.js [--logs-per-span 4] [--failed 0.1] [--rounds 5] [--seed 1]';
const options = readOptions(USAGE, { 'logs-per-span': 4, failed: 0.1, rounds: 5, seed: 1 });
const SIZES = [1_000, 10_000, 20_000];
const SERVICES = ['gateway', 'auth', 'cart', 'catalog', 'checkout', 'payments', 'shipping', 'email'];

/** Index of a span's parent; -1: none. */
type Shape = (span: number, random: () => number) => number;
const SHAPES: Readonly<Record<string, Shape>> = {
  wide: (span) => (span === 0 ? -1 : 0),
  chain: (span) => span - 1,
  tree: (span) => (span === 0 ? -1 : Math.floor((span - 1) / 4)),
  random: (span, random) => (span === 0 ? -1 : Math.floor(random() * span)),
};

function recordsOf(shape: Shape, spans: number): TraceRecord[] {
  const random = seededRandom(options.seed);
  const records: TraceRecord[] = [];
  for (let span = 0; span < spans; span++) {
    const parent = shape(span, () => random.next());
    const failed = random.next() < options.failed;
    for (let n = 0; n < options['logs-per-span']; n++) {
      const isError = failed && n === options['logs-per-span'] - 1;
      records.push({
        id: `${span}-${n}`,
        spanId: `span-${span}`,
        parentId: parent < 0 ? '' : `span-${parent}`,
        service: SERVICES[span % SERVICES.length] ?? '',
        message: isError ? `call ${span} failed: connection refused` : `step ${n} of ${span} done in ${random.below(900)} ms`,
        severity: isError || (span === 0 && n === 0 && options.failed > 0) ? 17 : 9,
        time: { seconds: 1_750_000_000 + Math.floor(span / 100), nanos: (span % 100) * 10_000_000 + n },
      });
    }
  }
  return records;
}

/** Milliseconds of each round. */
function measure(records: readonly TraceRecord[]): number[] {
  return Array.from({ length: options.rounds }, () => {
    const start = performance.now();
    const dag = buildErrorDag(records);
    if (dag !== null) patternOfDag(dag, records);
    return performance.now() - start;
  });
}

await runBench(async () => {
  const figures: Record<string, Record<string, { readonly first: number; readonly best: number }>> = {};
  for (const [name, shape] of Object.entries(SHAPES)) {
    const bySize: Record<string, { readonly first: number; readonly best: number }> = {};
    for (const spans of SIZES) {
      progress(`${name} of ${spans} spans`);
      const ms = measure(recordsOf(shape, spans));
      bySize[spans] = { first: Math.round(ms[0] ?? 0), best: Math.round(Math.min(...ms)) };
    }
    figures[name] = bySize;
  }
  report('dag-build', options, figures, [
    `milliseconds, best of ${options.rounds} (the first in brackets), ${options['logs-per-span']} logs a span`,
    ...Object.entries(figures).map(([name, bySize]) => {
      const cells = Object.entries(bySize).map(([spans, { first, best }]) => `${spans} spans ${best} (${first})`);
      return `${name.padEnd(8)} ${cells.join(', ')}`;
    }),
  ]);
});
