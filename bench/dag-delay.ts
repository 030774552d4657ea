/** How long after the ack of an error its DAG can be read, under load. See README.md. */
import { setTimeout as pause } from 'node:timers/promises';
import { runBench } from './support/cleanup.js';
import { DagProbe } from './support/dag-probe.js';
import { Deployment, startServer } from './support/deployment.js';
import { DEFAULT_SHAPE } from './support/load-batches.js';
import { LoadRunner } from './support/load-runner.js';
import { oneOf, readOptions } from './support/options.js';
import { durationsOf } from './support/percentiles.js';
import { perSecond, progress, report } from './support/report.js';

const USAGE = `node dist/bench/dag-delay.js [--bus in-process|kafka] [--rate 20000] [--seconds 20] [--batch 1000] [--failed 0.02] [--seed 1]
  [--data-dir DIR]`;
const options = readOptions(USAGE, {
  bus: 'in-process',
  rate: 20_000,
  seconds: 20,
  batch: DEFAULT_SHAPE.batchSize,
  failed: DEFAULT_SHAPE.failedShare,
  seed: DEFAULT_SHAPE.seed,
  'data-dir': '',
});
const IN_FLIGHT = 16;
const WARM_UP_SECONDS = 5;
/** Between a DAG and the next probe; not a divisor of any interval of the product. */
const REST_MS = 37;

await runBench(async (cleanup) => {
  const bus = oneOf('bus', options.bus, ['in-process', 'kafka']);
  const server = await startServer(cleanup, options['data-dir']);
  const deployment = await Deployment.start(cleanup, server, bus);
  const load = await LoadRunner.open(
    cleanup,
    { ...DEFAULT_SHAPE, seed: options.seed, batchSize: options.batch, failedShare: options.failed },
    {
      ...{ address: deployment.ingestAddress, mode: 'batch', batchSize: options.batch },
      ...{ inFlight: IN_FLIGHT, connections: 4, rate: options.rate },
    },
  );
  const probe = new DagProbe(deployment.ingestAddress, deployment.queryAddress);
  cleanup.defer(() => probe.close());

  progress(`${options.rate} records a second for ${WARM_UP_SECONDS + options.seconds} s`);
  let loading = true;
  const running = load.run(options.rate * (WARM_UP_SECONDS + options.seconds)).finally(() => (loading = false));
  const measureFrom = performance.now() + WARM_UP_SECONDS * 1000;
  const delays: number[] = [];
  while (loading) {
    const delay = await probe.delayMs();
    if (loading && performance.now() > measureFrom) delays.push(delay);
    await pause(REST_MS);
  }
  const { acked, seconds, ackMs, overloaded } = await running;
  const delayMs = durationsOf(delays);
  const rate = Math.round(acked / seconds);
  report('dag-delay', options, { probes: delays.length, delayMs, rate, ackMs, overloaded }, [
    `${bus}, ${perSecond(rate)} of load, ${delays.length} failed traces watched`,
    `ack to DAG: p50 ${delayMs.p50} ms, p99 ${delayMs.p99} ms, max ${delayMs.max} ms`,
    `ack of the load: p50 ${ackMs.p50} ms, p99 ${ackMs.p99} ms`,
  ]);
});
