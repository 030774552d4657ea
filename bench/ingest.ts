/** Acked and stored records a second, by protocol and bus. See README.md. */
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { runBench, type Cleanup } from './support/cleanup.js';
import { measureCopyLimit } from './support/copy-rows.js';
import { Deployment, startServer } from './support/deployment.js';
import { freezeFor } from './support/freeze.js';
import { DEFAULT_SHAPE } from './support/load-batches.js';
import { LoadRunner } from './support/load-runner.js';
import { oneOf, readOptions } from './support/options.js';
import { round } from './support/percentiles.js';
import type { Mode } from './support/senders.js';
import { topFunctions } from './support/profile.js';
import { listed, perSecond, progress, report } from './support/report.js';
import { UsageMeter } from './support/usage.js';

const USAGE = `node dist/bench/ingest.js [--mode unary|batch|stream|otlp] [--bus in-process|kafka] [--logs N] [--batch 1000]
  [--in-flight K] [--connections 4] [--interleave 8] [--seed 1] [--rate N] [--warm-up N] [--with-copy-limit]
  [--keyed] [--outage SECONDS] [--cpu-prof DIR] [--node-args '...'] [--data-dir DIR]`;
/** 0: by mode. */
const options = readOptions(USAGE, {
  mode: 'batch',
  bus: 'in-process',
  logs: 0,
  batch: DEFAULT_SHAPE.batchSize,
  'in-flight': 0,
  connections: 4,
  interleave: DEFAULT_SHAPE.interleave,
  seed: DEFAULT_SHAPE.seed,
  rate: 0,
  'warm-up': -1,
  'with-copy-limit': false,
  /** Each call has a retry key; those of OTLP always have. */
  keyed: false,
  /** PostgreSQL hangs for so long from the tenth second on; 0: never. */
  outage: 0,
  'cpu-prof': '',
  'node-args': '',
  'data-dir': '',
});
const TOP_FUNCTIONS = 20;
const OUTAGE_AFTER_MS = 10_000;

await runBench(async (cleanup) => {
  const mode = oneOf('mode', options.mode, ['unary', 'batch', 'stream', 'otlp']);
  const bus = oneOf('bus', options.bus, ['in-process', 'kafka']);
  const logs = options.logs || (mode === 'unary' ? 150_000 : 2_000_000);
  const inFlight = options['in-flight'] || (mode === 'unary' ? 64 : 16);
  const warmUp = options['warm-up'] >= 0 ? options['warm-up'] : Math.min(200_000, Math.ceil(logs / 5));

  const server = await startServer(cleanup, options['data-dir']);
  const deployment = await Deployment.start(cleanup, server, bus, options['cpu-prof'], options['node-args']);
  const load = await openLoad(cleanup, deployment, mode, inFlight);
  progress(`warming up with ${warmUp} records`);
  const warmed = warmUp > 0 ? (await load.run(warmUp)).acked : 0;
  await deployment.untilStored(warmed);

  progress(`measuring ${logs} records`);
  const meter = new UsageMeter([load.process, ...deployment.processes]);
  const startedAt = performance.now();
  const loaded = load.run(logs);
  const outage = options.outage > 0 ? pause(OUTAGE_AFTER_MS).then(() => freezeFor(server.process.pid, options.outage)) : null;
  const [result] = await Promise.all([loaded, outage]);
  await deployment.untilStored(warmed + result.acked);
  const storedSeconds = (performance.now() - startedAt) / 1000;
  const { cpuMicros, rss } = meter.end(result.acked);
  await deployment.requireRows(warmed + result.acked);

  const limit = options['with-copy-limit'] ? await measureCopyLimit(server, result.acked) : null;
  const ackedPerSecond = Math.round(result.acked / result.seconds);
  // Where an ack means stored, the two differ by the polling only.
  const storedPerSecond = bus === 'in-process' ? ackedPerSecond : Math.round(result.acked / storedSeconds);
  const ofLimit = limit === null ? null : round(storedPerSecond / limit.rowsPerSecond);
  const { ackMs, acked, overloaded, unavailable, recordBytes } = result;
  const figures = {
    acked,
    ackedPerSecond,
    storedPerSecond,
    ackMs,
    overloaded,
    unavailable,
    recordBytes,
    cpuMicros,
    rss,
    limit,
    ofLimit,
  };
  report('ingest', { ...options, logs, 'in-flight': inFlight, 'warm-up': warmUp }, figures, [
    `${mode}, ${bus}: ${acked} records of ${recordBytes} bytes, ${inFlight} calls in flight`,
    `acked ${perSecond(ackedPerSecond)}, stored and queryable ${perSecond(storedPerSecond)}`,
    `ack p50 ${ackMs.p50} ms, p99 ${ackMs.p99} ms, max ${ackMs.max} ms; refused as overload ${overloaded}, as unavailable ${unavailable}`,
    `CPU us a record: ${listed(cpuMicros)}`,
    ...Object.entries(rss).map(([name, use]) => `RSS MB of ${name}: max ${use.maxMb}, thirds ${use.thirdsMb.join(' ')}`),
    ...(limit === null
      ? []
      : [`copy-limit ${perSecond(limit.rowsPerSecond)} at ${limit.postgresMicros} us a row: stored is ${ofLimit} of it`]),
  ]);
  await deployment.stopApps();
  printProfiles(deployment);
});

async function openLoad(cleanup: Cleanup, deployment: Deployment, mode: Mode, inFlight: number) {
  progress('encoding batches');
  const { batch, interleave, seed, connections, rate } = options;
  const keyed = options.keyed || options.outage > 0;
  return LoadRunner.open(
    cleanup,
    { ...DEFAULT_SHAPE, seed, interleave, keyed, batchSize: batch },
    {
      address: mode === 'otlp' ? deployment.otlpAddress : deployment.ingestAddress,
      mode,
      batchSize: batch,
      inFlight,
      connections,
      rate,
    },
  );
}

function printProfiles(deployment: Deployment): void {
  if (options['cpu-prof'] === '') return;
  for (const { name } of deployment.processes.filter(({ isNode }) => isNode)) {
    const lines = topFunctions(join(options['cpu-prof'], `${name}.cpuprofile`), TOP_FUNCTIONS);
    process.stdout.write(`${name}: self time\n${lines.map((line) => `  ${line}\n`).join('')}`);
  }
}
