/** The contract's lines, verbatim, by the real grpcurl: no .proto file, only what reflection tells. */
import type { AppProcess } from '../support/app-process.js';
import { describeWithGrpcurl } from '../support/grpcurl.js';
import { unique } from '../support/records.js';
import { useTestBed } from '../support/test-bed.js';
import { waitUntil } from '../support/wait-until.js';

const SEND_LOG = 'logs.LogIngestionService/SendLog';
const GET_LOGS = 'query.QueryService/GetLogsByTraceId';
const GET_DAG = 'query.QueryService/GetDagByTraceId';

/** Every message and enum of the contract. */
const SYMBOLS = [
  'logs.LogIngestionService',
  'logs.LogIngestionService.SendLog',
  'logs.Log',
  'logs.Log.AttributesEntry',
  'logs.LogLevel',
  'logs.LogAck',
  'logs.LogBatch',
  'logs.LogBatchAck',
  'logs.Rejection',
  'logs.Span',
  'logs.SpanKind',
  'logs.SpanStatus',
  'logs.SpanLink',
  'logs.SpanEvent',
  'proto.IngesterService',
  'proto.RequestReceivedProto',
  'proto.Strms',
  'proto.Strms.StreamEntry',
  'proto.OneDimValue',
  'proto.Response',
  'query.QueryService',
  'query.GetLogsRequest',
  'query.GetDagsRequest',
  'query.GetLogHistogramRequest',
  'query.GetFieldValuesRequest',
  'query.GetServiceMapRequest',
  'query.GetStatusRequest',
  'query.ServiceMap',
  'query.LogHistogram',
  'query.FieldValues',
  'query.TraceIdRequest',
  'query.Log',
  'query.Log.AttributesEntry',
  'query.LogList',
  'query.SpanList',
  'query.Span',
  'query.Span.AttributesEntry',
  'query.SpanLink',
  'query.SpanEvent',
  'query.Dag',
  'query.DagList',
  'query.DagNode',
  'query.DagEdge',
  'query.RootCause',
  'google.protobuf.Struct',
  'google.protobuf.Struct.FieldsEntry',
  'google.protobuf.Value',
  'google.protobuf.ListValue',
  'google.protobuf.NullValue',
  'grpc.health.v1.Health',
  'grpc.health.v1.HealthCheckRequest',
  'grpc.health.v1.HealthCheckResponse',
];

describeWithGrpcurl('grpcurl', (grpcurl) => {
  const bed = useTestBed();
  let app: AppProcess;

  beforeAll(async () => {
    app = await bed.allInOne();
  });

  const call = (method: string, json: string, ...args: string[]) => grpcurl.call(app.grpc, method, json, ...args);

  it('sends OTLP by what its port tells of itself', async () => {
    const service = 'opentelemetry.proto.collector.logs.v1.LogsService';
    expect(await grpcurl.lines(app.otlpGrpc, 'list')).toEqual(expect.arrayContaining([service, 'grpc.health.v1.Health']));
    const record = '{"time_unix_nano":"1700000000123456789","severity_number":17,"body":{"string_value":"by grpcurl"}}';
    const request = `{"resource_logs":[{"scope_logs":[{"log_records":[${record}]}]}]}`;
    expect(await grpcurl.call(app.otlpGrpc, `${service}/Export`, request)).toEqual({});
    expect(await call('query.QueryService/GetLogs', '{"query":"\\"by grpcurl\\""}')).toMatchObject({
      logs: [{ message: 'by grpcurl', level: 'error', timestamp: '2023-11-14T22:13:20.123456789Z' }],
    });
  });

  describe('with the contract’s example', () => {
    it('sends the payload as it stands there', async () => {
      const parent = `{"traceId":"abc123","spanId":"span123","service":"api-gateway","level":"info","message":"POST /login","timestamp":"2025-04-16T14:29:59Z"}`;
      const payload = `{"traceId":"abc123","spanId":"span456","parentId":"span123","service":"auth-service","level":"error","message":"User login failed: invalid credentials","timestamp":"2025-04-16T14:30:00Z"}`;
      expect(await call(SEND_LOG, parent)).toEqual({ status: 'ok' });
      expect(await call(SEND_LOG, payload)).toEqual({ status: 'ok' });
    });

    it.each(['{"trace_id":"abc123"}', '{"traceId":"abc123"}'])('reads the logs by %s', async (json) => {
      expect(await call(GET_LOGS, json)).toMatchObject({
        logs: [
          { traceId: 'abc123', spanId: 'span123', service: 'api-gateway', level: 'info', timestamp: '2025-04-16T14:29:59Z' },
          {
            traceId: 'abc123',
            spanId: 'span456',
            parentId: 'span123',
            service: 'auth-service',
            level: 'error',
            message: 'User login failed: invalid credentials',
            timestamp: '2025-04-16T14:30:00Z',
          },
        ],
      });
    });

    it.each(['{"trace_id":"abc123"}', '{"traceId":"abc123"}'])('reads the DAG by %s', async (json) => {
      const dag = await waitUntil(() => call(GET_DAG, json), 'the DAG is there');
      expect(dag).toMatchObject({
        traceId: 'abc123',
        rootSpanId: 'span123',
        dagJson: {
          nodes: [
            { id: 'span123', service: 'api-gateway', level: 'info' },
            { id: 'span456', service: 'auth-service', level: 'error' },
          ],
          edges: [{ source: 'span123', target: 'span456' }],
        },
      });
      // No other key anywhere.
      expect(dagJsonOf(dag)).toEqual({
        nodes: [
          { id: 'span123', service: 'api-gateway', level: 'info' },
          { id: 'span456', service: 'auth-service', level: 'error' },
        ],
        edges: [{ source: 'span123', target: 'span456' }],
      });
    });

    it('reads all logs and all DAGs without a request', async () => {
      for (const method of ['query.QueryService/GetLogs', 'query.QueryService/GetDags']) {
        const { code, stdout } = await grpcurl.run(app.grpc, method);
        expect(code).toBe(0);
        expect(stdout).toContain('abc123');
      }
    });
  });

  it.each(['"error"', '"ERROR"', '3'])('takes %s as the level error', async (level) => {
    const traceId = unique('level');
    await call(SEND_LOG, `{"trace_id":"${traceId}","span_id":"s","service":"a","level":${level}}`);
    expect(await call(GET_LOGS, `{"trace_id":"${traceId}"}`)).toMatchObject({ logs: [{ level: 'error' }] });
  });

  it.each(['info', 'INFO', 'LOG_LEVEL_INFO', 'debug', 'DEBUG', 'warn', 'WARN', 'fatal', 'FATAL', 'trace', 'TRACE'])(
    'takes %s as a level',
    async (level) => {
      const traceId = unique('level');
      await call(SEND_LOG, `{"trace_id":"${traceId}","span_id":"s","service":"a","level":"${level}"}`);
      const answered = level.replace('LOG_LEVEL_', '').toLowerCase();
      expect(await call(GET_LOGS, `{"trace_id":"${traceId}"}`)).toMatchObject({ logs: [{ level: answered }] });
    },
  );

  it('sends and reads maps', async () => {
    const traceId = unique('map');
    await call(SEND_LOG, `{"trace_id":"${traceId}","span_id":"s","service":"a","attributes":{"user":"alice","empty":""}}`);
    expect(await call(GET_LOGS, `{"trace_id":"${traceId}"}`)).toMatchObject({
      logs: [{ attributes: { user: 'alice', empty: '' } }],
    });
  });

  it('names the tenant by a header', async () => {
    const tenant = unique('tenant');
    await call(SEND_LOG, '{"trace_id":"t","span_id":"s","service":"a"}', '-H', `tenant-id: ${tenant}`);
    expect(await call(GET_LOGS, '{"trace_id":"t"}', '-H', `tenant-id: ${tenant}`)).toMatchObject({ logs: [{ traceId: 't' }] });
    expect((await grpcurl.run('-d', '{"trace_id":"t"}', app.grpc, GET_LOGS)).stderr).toContain('NotFound');
  });

  it('reads pages that would be larger than its own limit of 4 MiB', async () => {
    const tenant = ['-H', `tenant-id: ${unique('pages')}`];
    const client = bed.client(app.grpc).as(tenant[1]?.slice('tenant-id: '.length) ?? '');
    const logs = Array.from({ length: 60 }, (_, i) => ({
      traceId: 't',
      spanId: `s${i}`,
      service: 'a',
      message: 'x'.repeat(100_000),
      timestamp: '2026-01-01T00:00:00Z',
    }));
    await client.sendLogs({ logs });
    const spans: string[] = [];
    for (let pageToken: string | undefined = ''; pageToken !== undefined;) {
      const page = (await call(GET_LOGS, JSON.stringify({ traceId: 't', pageToken }), ...tenant)) as {
        readonly logs: readonly { readonly spanId: string }[];
        readonly nextPageToken?: string;
      };
      spans.push(...page.logs.map((record) => record.spanId));
      pageToken = page.nextPageToken;
    }
    expect(spans).toEqual(logs.map((record) => record.spanId));
  });

  it('pushes streams of lines by the names of the tenant-stream API', async () => {
    const request = {
      TenantID: 'ten-chars1',
      Streams: [{ Stream: { app: 'shop' }, TwoDimValue: [{ valTime: '2024-01-01', valMsg: 'a line' }] }],
    };
    expect(await call('proto.IngesterService/PushToIngester', JSON.stringify(request))).toEqual({ result: 'accepted' });
    expect(await grpcurl.call(app.grpc, 'query.QueryService/GetLogs', '{}', '-H', 'tenant-id: ten-chars1')).toMatchObject({
      logs: [{ service: 'shop', message: 'a line', timestamp: '2024-01-01T00:00:00Z' }],
    });
  });

  describe('by reflection', () => {
    it('lists the services', async () => {
      expect((await grpcurl.lines(app.grpc, 'list')).sort()).toEqual([
        'grpc.health.v1.Health',
        'grpc.reflection.v1.ServerReflection',
        'grpc.reflection.v1alpha.ServerReflection',
        'logs.LogIngestionService',
        'proto.IngesterService',
        'query.QueryService',
      ]);
    });

    it('lists the rpcs', async () => {
      const rpcs = await grpcurl.lines(app.grpc, 'list', 'query.QueryService');
      expect(
        rpcs
          .map((rpc) => rpc.replace('query.QueryService.', ''))
          .sort()
          .join(' '),
      ).toBe(
        'GetDagByTraceId GetDags GetFieldValues GetLogHistogram GetLogs GetLogsByTraceId ' +
          'GetPattern GetServiceMap GetSpansByTraceId GetStatus ListPatterns SetPatternState TailLogs',
      );
      expect(await grpcurl.lines(app.grpc, 'list', 'logs.LogIngestionService')).toContain('logs.LogIngestionService.SendLog');
    });

    it.each(SYMBOLS)('describes %s', async (symbol) => {
      const lines = await grpcurl.lines(app.grpc, 'describe', symbol);
      expect(lines[0]).toMatch(new RegExp(`^${symbol.replaceAll('.', '\\.')} is `));
    });

    it('describes maps and Struct as they are declared', async () => {
      expect((await grpcurl.lines(app.grpc, 'describe', 'logs.Log')).join('\n')).toContain('map<string, string> attributes = 8');
      expect((await grpcurl.lines(app.grpc, 'describe', 'query.Dag')).join('\n')).toContain(
        '.google.protobuf.Struct dag_json = 3',
      );
    });

    it('makes templates of requests', async () => {
      const template = await grpcurl.lines('-msg-template', app.grpc, 'describe', 'logs.LogBatch');
      expect(template.join('\n')).toContain('"traceId"');
    });

    it('says that an unknown symbol is not known', async () => {
      const { code, stderr } = await grpcurl.run(app.grpc, 'describe', 'no.such.Symbol');
      expect(code).not.toBe(0);
      expect(stderr).toMatch(/not (be )?(resolve|found|known)/i);
    });
  });

  describe('asking for health', () => {
    it.each(['', 'logs.LogIngestionService', 'proto.IngesterService', 'query.QueryService'])(
      'finds "%s" serving',
      async (service) => {
        const json = JSON.stringify({ service });
        await waitUntil(async () => {
          const answer = await call('grpc.health.v1.Health/Check', json);
          return JSON.stringify(answer) === '{"status":"SERVING"}';
        }, 'Check answers SERVING');
        const { stdout } = await grpcurl.run('-max-time', '1', '-d', json, app.grpc, 'grpc.health.v1.Health/Watch');
        expect(JSON.parse(stdout)).toEqual({ status: 'SERVING' });
      },
    );

    it('is told that an unknown service is not known', async () => {
      const { stderr } = await grpcurl.run('-d', '{"service":"no.such.Service"}', app.grpc, 'grpc.health.v1.Health/Check');
      expect(stderr).toContain('NotFound');
    });
  });

  it.each([
    ['InvalidArgument', SEND_LOG, '{"span_id":"s","service":"a"}', 'trace_id'],
    ['InvalidArgument', SEND_LOG, '{"trace_id":"t","span_id":"s","service":"a","level":42}', 'level'],
    ['InvalidArgument', SEND_LOG, '{"trace_id":"t","span_id":"s","service":"a","timestamp":"now"}', 'timestamp'],
    ['InvalidArgument', GET_LOGS, '{}', 'trace_id'],
    ['NotFound', GET_LOGS, '{"trace_id":"no-such-trace"}', 'no-such-trace'],
  ])('shows %s and the field for %s %s', async (code, method, json, named) => {
    const { stderr } = await grpcurl.run('-d', json, app.grpc, method);
    expect(stderr).toContain(code);
    expect(stderr).toContain(named);
  });
});

function dagJsonOf(answer: unknown): unknown {
  return typeof answer === 'object' && answer !== null && 'dagJson' in answer ? answer.dagJson : undefined;
}
