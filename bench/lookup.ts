/** GetLogsByTraceId over a full store, with one client and with eight. See README.md. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { App } from './support/app.js';
import { runBench, type Cleanup } from './support/cleanup.js';
import { startServer } from './support/deployment.js';
import { fill } from './support/fill.js';
import { DEFAULT_SHAPE, LoadBatches } from './support/load-batches.js';
import type { LookupRequest, LookupResult } from './support/lookup-process.js';
import { readOptions } from './support/options.js';
import { topFunctions } from './support/profile.js';
import { listed, perSecond, progress, report } from './support/report.js';
import { UsageMeter, type MeasuredProcess } from './support/usage.js';

const USAGE = 'node dist/bench/lookup.js [--logs 3000000] [--days 1] [--seconds 10] [--seed 1] [--cpu-prof DIR] [--data-dir DIR]';
const options = readOptions(USAGE, {
  logs: 3_000_000,
  days: 1,
  seconds: 10,
  seed: DEFAULT_SHAPE.seed,
  'cpu-prof': '',
  'data-dir': '',
});
const CLIENTS = [1, 8];
const WARM_UP_SECONDS = 3;
const TOP_FUNCTIONS = 20;

await runBench(async (cleanup) => {
  // Records of a trace lie in one batch or the next: batches spread over days stay whole.
  const shape = { ...DEFAULT_SHAPE, seed: options.seed };
  const batches = Math.ceil(options.logs / shape.templateRecords) * (shape.templateRecords / shape.batchSize);
  const server = await startServer(cleanup, options['data-dir']);
  const days = Math.max(1, options.days);
  const partitions = await fill(server, new LoadBatches(shape), { batches, batchSize: shape.batchSize, days });

  progress('starting query-service');
  const profiles = options['cpu-prof'] === '' ? '' : resolve(options['cpu-prof']);
  if (profiles !== '') mkdirSync(profiles, { recursive: true });
  const app = await App.start('query-service', { environment: server.environment, cpuProf: profiles });
  cleanup.defer(() => app.stop());
  const request = { address: app.grpc, shape, batches, clients: Math.max(...CLIENTS) };
  progress('warming up');
  await lookUp(cleanup, { ...request, seconds: WARM_UP_SECONDS });

  const processes: MeasuredProcess[] = [{ name: app.name, pid: app.pid, isNode: true }, server.process];
  const runs: (LookupResult & { readonly clients: number; readonly cpuMicros: Record<string, number> })[] = [];
  for (const clients of CLIENTS) {
    progress(`${clients} client(s) for ${options.seconds} s`);
    const meter = new UsageMeter(processes);
    const result = await lookUp(cleanup, { ...request, clients, seconds: options.seconds });
    runs.push({ clients, ...result, cpuMicros: meter.end(result.requests).cpuMicros });
  }
  const records = batches * shape.batchSize;
  report('lookup', { ...options, logs: records }, { records, partitions, runs }, [
    `${records} records of ${days} day(s) in ${partitions} partition(s)`,
    ...runs.map(
      ({ clients, perSecond: rate, ms, cpuMicros }) =>
        `${clients} client(s): ${perSecond(rate)}, p50 ${ms.p50} ms, p99 ${ms.p99} ms, max ${ms.max} ms; CPU us a request: ${listed(cpuMicros)}`,
    ),
  ]);
  await app.stop();
  if (profiles === '') return;
  const lines = topFunctions(join(profiles, `${app.name}.cpuprofile`), TOP_FUNCTIONS);
  process.stdout.write(`${app.name}: self time\n${lines.map((line) => `  ${line}\n`).join('')}`);
});

async function lookUp(cleanup: Cleanup, request: LookupRequest): Promise<LookupResult> {
  const child = fork(fileURLToPath(new URL('./support/lookup-process.js', import.meta.url)));
  cleanup.defer(() => child.connected && child.disconnect());
  child.send(request);
  const ended = once(child, 'exit').then(() => Promise.reject(new Error('The process of the readers has ended.')));
  ended.catch(() => undefined);
  const [answer] = (await Promise.race([once(child, 'message'), ended])) as [{ result?: LookupResult; failed?: string }];
  child.disconnect();
  if (answer.result === undefined) throw new Error(`The readers failed: ${answer.failed ?? ''}`);
  return answer.result;
}
