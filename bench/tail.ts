/** What live tails cost the ingest: the same rate without a tail and with 200, in turns. See README.md. */
import { fork, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { setTimeout as pause } from 'node:timers/promises';
import { runBench } from './support/cleanup.js';
import { Deployment, startServer } from './support/deployment.js';
import { DEFAULT_SHAPE } from './support/load-batches.js';
import { LoadRunner } from './support/load-runner.js';
import { oneOf, readOptions } from './support/options.js';
import { round } from './support/percentiles.js';
import { listed, perSecond, progress, report } from './support/report.js';
import type { TailCommand, TailCounts } from './support/tail-process.js';
import { cpuSeconds, UsageMeter } from './support/usage.js';

const USAGE = `node dist/bench/tail.js [--bus in-process|kafka] [--tails 200] [--unfiltered 1] [--rate 20000] [--seconds 15]
  [--rounds 2] [--seed 1] [--cpu-prof DIR] [--node-args '...'] [--data-dir DIR]`;
const options = readOptions(USAGE, {
  bus: 'in-process',
  tails: 200,
  unfiltered: 1,
  rate: 20_000,
  seconds: 15,
  rounds: 2,
  seed: DEFAULT_SHAPE.seed,
  'cpu-prof': '',
  'node-args': '',
  'data-dir': '',
});
/** With nobody tailing the feed rests; what the last round left to do is done. */
const REST_MS = 1_000;

/** What people look at: each asks for something else. */
function queryOf(i: number): string {
  const services = ['api-gateway', 'auth-service', 'cart-service', 'catalog', 'checkout', 'payment-service', 'shipping', 'email'];
  const service = services[i % services.length] ?? '';
  const kinds = [`service:${service} level>=error`, `service:${service} "attempt ${i}"`, `trace:${i}`, `attr.user:${i}`];
  return kinds[i % kinds.length] ?? '';
}

function ask(child: ChildProcess, command: TailCommand): Promise<TailCounts> {
  return new Promise((resolve, reject) => {
    const onExit = (): void => reject(new Error('The process of the tails has ended.'));
    child.once('exit', onExit);
    child.once('message', (counts: TailCounts) => {
      child.off('exit', onExit);
      resolve(counts);
    });
    child.send(command);
  });
}

await runBench(async (cleanup) => {
  const bus = oneOf('bus', options.bus, ['in-process', 'kafka']);
  const server = await startServer(cleanup, options['data-dir']);
  const deployment = await Deployment.start(cleanup, server, bus, options['cpu-prof'], options['node-args']);
  const shape = { ...DEFAULT_SHAPE, seed: options.seed };
  const { rate } = options;
  const loadOptions = { mode: 'batch', batchSize: shape.batchSize, inFlight: 16, connections: 4, rate } as const;
  const load = await LoadRunner.open(cleanup, shape, { address: deployment.ingestAddress, ...loadOptions });
  const child = fork(fileURLToPath(new URL('./support/tail-process.js', import.meta.url)));
  cleanup.defer(() => child.connected && child.disconnect());
  const queries = Array.from({ length: options.tails }, (_, i) => (i < options.unfiltered ? '' : queryOf(i)));

  progress('warming up');
  let stored = (await load.run(rate * 3)).acked;
  await deployment.untilStored(stored);
  const rounds: Round[] = [];
  for (let i = 0; i < 2 * options.rounds; i++) {
    const tails = i % 2 === 0 ? [] : queries;
    progress(`round ${i + 1} of ${2 * options.rounds}: ${tails.length} tails`);
    await ask(child, { kind: 'open', address: deployment.queryAddress, queries: tails });
    await pause(REST_MS);
    const meter = new UsageMeter(deployment.processes);
    const readersBefore = cpuSeconds(child.pid ?? Number.NaN);
    const { acked, seconds, ackMs } = await load.run(rate * options.seconds);
    stored += acked;
    await deployment.untilStored(stored);
    const { cpuMicros, rss } = meter.end(acked);
    const readers = round(((cpuSeconds(child.pid ?? Number.NaN) - readersBefore) * 1e6) / acked);
    const counts = await ask(child, { kind: 'close' });
    const { logs, missed } = counts;
    rounds.push({ tails: tails.length, rate: acked / seconds, cpuMicros, readers, ackMs: ackMs.p99, rss, logs, missed });
    await pause(REST_MS);
  }
  await deployment.requireRows(stored);

  const sum = ({ cpuMicros }: Round): number => Object.values(cpuMicros).reduce((total, micros) => total + micros, 0);
  const mean = (some: readonly Round[]): number => some.reduce((total, each) => total + sum(each), 0) / some.length;
  const without = mean(rounds.filter(({ tails }) => tails === 0));
  const withTails = mean(rounds.filter(({ tails }) => tails > 0));
  const lines = rounds.map((each) => {
    const brought = each.tails === 0 ? '' : `; brought ${each.logs}, missed ${each.missed}, readers ${each.readers}`;
    const took = `${perSecond(each.rate)}, ack p99 ${each.ackMs} ms`;
    return `${each.tails} tails: ${took}; CPU us a record: ${listed(each.cpuMicros)} = ${round(sum(each))}${brought}`;
  });
  const cost = round(withTails - without);
  report('tail', options, { rounds, without, withTails }, [
    ...lines,
    `${options.tails} tails cost ${cost} us a record, ${round((100 * cost) / without)} % of the ${round(without)} without`,
  ]);
  await deployment.stopApps();
});

interface Round {
  readonly tails: number;
  readonly rate: number;
  /** Microseconds a record, by process. */
  readonly cpuMicros: Readonly<Record<string, number>>;
  /** Of the process that reads the tails, which is no part of Rootspan. */
  readonly readers: number;
  readonly ackMs: number;
  readonly rss: unknown;
  readonly logs: number;
  readonly missed: number;
}
