/** OTLP as OpenTelemetry's own load generator sends it: Go's SDK and exporters, over gRPC and HTTP. */
import type { AppProcess } from '../support/app-process.js';
import { allLogs, type ContractClient } from '../support/contract-client.js';
import { unique } from '../support/records.js';
import { useTestBed } from '../support/test-bed.js';
import { waitUntil } from '../support/wait-until.js';
import { describeWithTool, runTool, type Tool } from '../support/tool.js';

const TELEMETRYGEN: Tool = {
  name: 'telemetrygen',
  variable: 'TELEMETRYGEN',
  probe: ['--help'],
  module: 'github.com/open-telemetry/opentelemetry-collector-contrib/cmd/telemetrygen@latest',
};
const TRACE_ID = '5b8aa5a2d2c872e8321cf37308d69df2';
const SPAN_ID = '051581bf3cb55c13';
const WORKERS = 2;
const RECORDS_A_WORKER = 500;
const TRACES_A_WORKER = 25;

describeWithTool(TELEMETRYGEN, 'telemetrygen', (program) => {
  const bed = useTestBed();
  let app: AppProcess;
  let tenant: string;
  let client: ContractClient;

  beforeAll(async () => {
    app = await bed.allInOne();
  });
  beforeEach(() => {
    tenant = unique('gen');
    client = bed.client(app.grpc).as(tenant);
  });

  /** Runs it to its end, as fast as it goes. */
  async function generate(signal: 'logs' | 'traces' | 'metrics', transport: 'grpc' | 'http', ...args: readonly string[]) {
    const target = transport === 'grpc' ? ['--otlp-endpoint', app.otlpGrpc] : ['--otlp-http', '--otlp-endpoint', app.otlpHttp];
    const common = ['--otlp-insecure', '--rate', '0', '--workers', String(WORKERS), '--otlp-header', `tenant-id="${tenant}"`];
    return runTool(program, [signal, ...target, ...common, ...args]);
  }

  it.each(['grpc', 'http'] as const)('has every log record arrive over %s, with its ids', async (transport) => {
    const ids = ['--trace-id', TRACE_ID, '--span-id', SPAN_ID];
    const level = ['--severity-number', '13', '--severity-text', 'Warn'];
    const own = ['--telemetry-attributes', 'tries=3', '--otlp-attributes', 'service.name="generator"'];
    const run = await generate('logs', transport, '--logs', String(RECORDS_A_WORKER), ...ids, ...level, ...own);
    expect(run).toMatchObject({ code: 0 });
    const logs = await allLogs(client);
    expect(logs).toHaveLength(WORKERS * RECORDS_A_WORKER);
    const expected = { traceId: TRACE_ID, spanId: SPAN_ID, level: 'warn', severityText: 'Warn', service: 'generator' };
    expect(logs.filter((log) => Object.entries(expected).some(([key, value]) => log[key as keyof typeof log] !== value))).toEqual(
      [],
    );
    expect(logs[0]).toMatchObject({ message: 'the message', attributesJson: expect.stringContaining('"tries"') as string });
  });

  it.each(['grpc', 'http'] as const)('has its failed traces arrive over %s, each with its DAG', async (transport) => {
    const failing = ['--traces', String(TRACES_A_WORKER), '--child-spans', '1', '--status-code', 'Error'];
    expect(await generate('traces', transport, ...failing)).toMatchObject({ code: 0 });
    await waitUntil(async () => {
      const { dags } = await client.getDags({ pageSize: 1_000 });
      return dags.length === WORKERS * TRACES_A_WORKER && dags.every(({ spanCount }) => spanCount === 2);
    }, 'every trace has its DAG of both spans');
    const { dags } = await client.getDags({ pageSize: 1 });
    const { spans } = await client.getSpansByTraceId({ traceId: dags[0]?.traceId ?? '' });
    expect(spans.map(({ service, status }) => [service, status])).toEqual(Array(2).fill(['telemetrygen', 'error']));
  });

  it('is told that metrics are not taken', async () => {
    const { code, stdout, stderr } = await generate('metrics', 'grpc', '--metrics', '1');
    expect([code === 0, stdout + stderr]).toEqual([false, expect.stringContaining('Rootspan keeps logs and traces')]);
  });
});
