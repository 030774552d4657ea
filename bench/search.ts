/** Search, histograms and values over a full store, while logs come in. See README.md. */
import { setTimeout as pause } from 'node:timers/promises';
import { runBench, type Cleanup } from './support/cleanup.js';
import { Deployment, startServer } from './support/deployment.js';
import { fill } from './support/fill.js';
import { GrpcConnection } from './support/grpc-connection.js';
import { DEFAULT_SHAPE, LoadBatches } from './support/load-batches.js';
import { LoadRunner } from './support/load-runner.js';
import type { LoadResult } from './support/load.js';
import { readOptions } from './support/options.js';
import { durationsOf, type Durations } from './support/percentiles.js';
import { listed, perSecond, progress, report } from './support/report.js';
import { searchQuestions, type SearchQuestion } from './support/search-questions.js';
import { UsageMeter } from './support/usage.js';

const USAGE = `node dist/bench/search.js [--logs 30000000] [--days 3] [--last-hour 2000000] [--rate 20000] [--warm-up 60]
  [--seconds 10] [--page 100] [--questions TEXT] [--seed 1] [--cpu-prof DIR] [--data-dir DIR]`;
const options = readOptions(USAGE, {
  logs: 30_000_000,
  days: 3,
  /** Records of the hour before the load begins. */
  'last-hour': 2_000_000,
  /** Records a second that come in meanwhile; 0: none. */
  rate: 20_000,
  /** Seconds of load before the first question: what comes in is what a search meets first. */
  'warm-up': 60,
  /** For each question. */
  seconds: 10,
  page: 100,
  /** Only those whose names hold this. */
  questions: '',
  seed: DEFAULT_SHAPE.seed,
  'cpu-prof': '',
  'data-dir': '',
});
const ROUND_SECONDS = 5;
const IN_FLIGHT = 16;
/** Between two questions; not a divisor of any interval of the product. */
const REST_MS = 13;

interface Asked {
  readonly question: string;
  readonly aimMs: number;
  readonly answers: number;
  readonly ms: Durations;
  readonly partial: number;
  /** Records, buckets' series or values of the last answer. */
  readonly items: number;
}

await runBench(async (cleanup) => {
  const shape = { ...DEFAULT_SHAPE, seed: options.seed };
  const data = new LoadBatches(shape);
  const batchSize = shape.batchSize;
  const server = await startServer(cleanup, options['data-dir']);
  const lastHour = Math.ceil(options['last-hour'] / batchSize);
  const batches = Math.max(lastHour, Math.ceil(options.logs / batchSize));
  const partitions = await fill(server, data, { batches, batchSize, days: options.days, lastHour });

  const deployment = await Deployment.start(cleanup, server, 'in-process', options['cpu-prof']);
  const meter = new UsageMeter(deployment.processes);
  const load = await loadOf(cleanup, deployment.ingestAddress);
  progress(`${options.rate} records a second for ${options['warm-up']} s`);
  await pause(options.rate === 0 ? 0 : options['warm-up'] * 1000);

  const asked: Asked[] = [];
  for (const question of searchQuestions(options.page, data).filter(({ name }) => name.includes(options.questions))) {
    progress(`${question.name}, for ${options.seconds} s`);
    asked.push(await ask(deployment.queryAddress, question));
  }
  const ingest = await load.end();
  const records = batches * batchSize + ingest.acked;
  const { cpuMicros } = meter.end(Math.max(1, ingest.acked));
  report('search', options, { records, partitions, ingest, cpuMicros, asked }, [
    `${records} records of ${options.days} day(s) in ${partitions} partition(s); ${perSecond(ingest.acked / Math.max(1, ingest.seconds))} came in, ` +
      `ack p99 ${ingest.ackMs.p99} ms; CPU us a record, answers included: ${listed(cpuMicros)}`,
    ...asked.map(
      ({ question, aimMs, answers, ms, partial, items }) =>
        `${question}: p50 ${ms.p50} ms, p99 ${ms.p99} ms (aim ${aimMs}), max ${ms.max} ms; ${answers} answers of ${items}, ${partial} partial`,
    ),
  ]);
  await deployment.stopApps();
});

async function ask(address: string, question: SearchQuestion): Promise<Asked> {
  const connection = new GrpcConnection(address, question.path);
  const ms: number[] = [];
  let partial = 0;
  let items = 0;
  for (const end = performance.now() + options.seconds * 1000; performance.now() < end; await pause(REST_MS)) {
    const request = question.request();
    const sentAt = performance.now();
    const bytes = await connection.ask(request);
    ms.push(performance.now() - sentAt);
    const answer = question.read(bytes);
    items = answer.items;
    partial += answer.partial ? 1 : 0;
  }
  connection.close();
  return { question: question.name, aimMs: question.aimMs, answers: ms.length, ms: durationsOf(ms), partial, items };
}

type Load = { readonly end: () => Promise<Pick<LoadResult, 'acked' | 'seconds' | 'ackMs' | 'overloaded'>> };

/** The load from now until `end`: how long the questions take is not known before. Acks are those of its slowest round. */
async function loadOf(cleanup: Cleanup, address: string): Promise<Load> {
  const sum = { acked: 0, seconds: 0, ackMs: durationsOf([]), overloaded: 0 };
  if (options.rate === 0) return { end: () => Promise.resolve(sum) };
  const shape = { ...DEFAULT_SHAPE, seed: options.seed + 1 };
  const load = await LoadRunner.open(cleanup, shape, {
    ...{ address, mode: 'batch', batchSize: shape.batchSize },
    ...{ inFlight: IN_FLIGHT, connections: 4, rate: options.rate },
  });
  let going = true;
  const running = (async () => {
    while (going) {
      const round = await load.run(options.rate * ROUND_SECONDS);
      sum.acked += round.acked;
      sum.seconds += round.seconds;
      sum.overloaded += round.overloaded;
      if (round.ackMs.p99 > sum.ackMs.p99) sum.ackMs = round.ackMs;
    }
  })();
  running.catch(() => undefined);
  return {
    end: async () => {
      going = false;
      await running;
      return sum;
    },
  };
}
