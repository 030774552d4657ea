/** OTLP as its specification has it: encodings, answers, retries, and what a receiver is asked beside. */
import { gzipSync } from 'node:zlib';
import { ExportLogsServiceRequest, ExportLogsServiceResponse, RpcStatus } from '#proto';
import { AllInOne } from '../support/all-in-one.js';
import { allLogs, type ContractClient } from '../support/contract-client.js';
import { outcomeOf } from '../support/outcome.js';
import { unique } from '../support/records.js';
import { useTestBed } from '../support/test-bed.js';
import { waitUntil } from '../support/wait-until.js';

const LOGS_EXPORT = '/opentelemetry.proto.collector.logs.v1.LogsService/Export';
const METRICS_EXPORT = '/opentelemetry.proto.collector.metrics.v1.MetricsService/Export';
const HEALTH_CHECK = '/grpc.health.v1.Health/Check';
const JSON_TYPE = 'application/json';
const PROTOBUF_TYPE = 'application/x-protobuf';
const TRACE_ID = '5b8aa5a2d2c872e8321cf37308d69df2';
const SPAN_ID = '051581bf3cb55c13';

const bed = useTestBed();
let rootspan: AllInOne;
let tenant: string;
let client: ContractClient;
let otlp: ContractClient;

beforeAll(async () => {
  rootspan = await AllInOne.start(bed, { ROOTSPAN_MAX_CALL_BYTES: '1MiB', ROOTSPAN_MAX_ATTRIBUTE_VALUE_BYTES: '1KiB' });
});
beforeEach(() => {
  tenant = unique('otlp');
  connect();
});

function connect(): void {
  client = bed.client(rootspan.app.grpc).as(tenant);
  otlp = bed.client(rootspan.app.otlpGrpc).as(tenant);
}

interface RecordJson {
  readonly body: string;
  readonly time?: string | number;
  readonly attribute?: string;
}

/** An export request as OTLP/JSON. */
function requestOf(...records: readonly RecordJson[]): object {
  const logRecords = records.map(({ body, time = '1700000000123456789', attribute }) => ({
    timeUnixNano: time,
    severityText: 'Warning',
    body: { stringValue: body },
    traceId: TRACE_ID,
    spanId: SPAN_ID,
    attributes: attribute === undefined ? [] : [{ key: 'a', value: { stringValue: attribute } }],
  }));
  const resource = { attributes: [{ key: 'service.name', value: { stringValue: 'shop' } }] };
  return { resourceLogs: [{ resource, scopeLogs: [{ logRecords }] }] };
}

/** The same as protobuf, by the generated codec. */
function protobufOf(...bodies: readonly string[]): Buffer {
  const logRecords = bodies.map((body) => ({
    ...EMPTY_RECORD,
    timeUnixNano: '1700000000123456789',
    body: { value: { $case: 'stringValue' as const, value: body } },
  }));
  const request = {
    resourceLogs: [{ resource: undefined, scopeLogs: [{ scope: undefined, logRecords, schemaUrl: '' }], schemaUrl: '' }],
  };
  return Buffer.from(ExportLogsServiceRequest.encode(request).finish());
}

const EMPTY_RECORD = {
  observedTimeUnixNano: '0',
  severityNumber: 0,
  severityText: '',
  attributes: [],
  droppedAttributesCount: 0,
  flags: 0,
  traceId: Buffer.alloc(0),
  spanId: Buffer.alloc(0),
  eventName: '',
};

interface Posted {
  readonly status: number;
  readonly type: string | null;
  readonly body: Buffer;
}

async function post(
  body: string | Buffer,
  type = JSON_TYPE,
  { path = '/v1/logs', address = rootspan.app.otlpHttp, ...headers }: Readonly<Record<string, string>> = {},
): Promise<Posted> {
  const response = await fetch(`http://${address}${path}`, {
    method: 'POST',
    headers: { 'content-type': type, 'tenant-id': tenant, ...headers },
    body: typeof body === 'string' ? body : new Uint8Array(body),
  });
  return {
    status: response.status,
    type: response.headers.get('content-type'),
    body: Buffer.from(await response.arrayBuffer()),
  };
}

const messages = async () => (await allLogs(client)).map(({ message }) => message).sort();
const json = ({ body }: Posted) => JSON.parse(body.toString()) as unknown;

describe('POST /v1/logs', () => {
  it('keeps ids, level and nanoseconds, on both HTTP ports', async () => {
    expect(await post(JSON.stringify(requestOf({ body: 'a' })))).toMatchObject({
      status: 200,
      type: JSON_TYPE,
      body: Buffer.from('{}'),
    });
    // A number with all its digits, which JSON.parse would round.
    const asNumber = JSON.stringify(requestOf({ body: 'b' })).replace('"1700000000123456789"', '1700000000123456789');
    expect(await post(asNumber, JSON_TYPE, { address: rootspan.app.http })).toMatchObject({ status: 200 });
    const { logs } = await client.getLogsByTraceId({ traceId: TRACE_ID });
    const expected = { spanId: SPAN_ID, service: 'shop', level: 'warn', timestamp: '2023-11-14T22:13:20.123456789Z' };
    expect(logs).toMatchObject([
      { ...expected, message: 'a' },
      { ...expected, message: 'b' },
    ]);
  });

  it('takes arrays and lines of requests, gzip, and nothing at all', async () => {
    const requests = ['a', 'b', 'c', 'd'].map((body) => JSON.stringify(requestOf({ body })));
    expect(await post(`[${requests.slice(0, 2).join()}]`)).toMatchObject({ status: 200 });
    const lines = gzipSync(requests.slice(2).join('\n'));
    expect(await post(lines, 'application/x-ndjson', { 'content-encoding': 'gzip' })).toMatchObject({ status: 200 });
    expect(await post(gzipSync(protobufOf('e')), PROTOBUF_TYPE, { 'content-encoding': 'gzip' })).toMatchObject({
      status: 200,
      type: PROTOBUF_TYPE,
      body: Buffer.alloc(0),
    });
    for (const [body, type] of [
      ['{}', JSON_TYPE],
      ['', PROTOBUF_TYPE],
      ['', JSON_TYPE],
    ] as const) {
      expect(await post(body, type)).toMatchObject({ status: 200 });
    }
    expect(await messages()).toEqual(['a', 'b', 'c', 'd', 'e']);
  });

  it('keeps the good records of a request and tells of the others', async () => {
    const answer = await post(JSON.stringify(requestOf({ body: 'good' }, { body: 'bad', attribute: 'x'.repeat(2_000) })));
    expect([answer.status, json(answer)]).toEqual([
      200,
      {
        partialSuccess: {
          rejectedLogRecords: '1',
          errorMessage: expect.stringMatching(/1 of 2 .*number 1: attributes\["a"\] has 2000/) as string,
        },
      },
    ]);
    expect(await messages()).toEqual(['good']);
  });

  it('answers a google.rpc.Status in the encoding of the request', async () => {
    const refused = await post('{"resourceLogs":[{"scopeLogs":[{"logRecords":[{"timeUnixNano":"soon"}]}]}]}');
    expect([refused.status, refused.type]).toEqual([400, JSON_TYPE]);
    const field = 'resourceLogs[0].scopeLogs[0].logRecords[0].timeUnixNano';
    expect(json(refused)).toEqual({ code: 3, message: `${field}: must be a whole number` });

    const cut = await post(protobufOf('a').subarray(0, -1), PROTOBUF_TYPE);
    expect([cut.status, cut.type]).toEqual([400, PROTOBUF_TYPE]);
    expect(RpcStatus.decode(cut.body)).toMatchObject({ code: 3, message: expect.stringContaining('OTLP') as string });

    const large = await post(Buffer.alloc(2 << 20), PROTOBUF_TYPE);
    expect(large).toMatchObject({ status: 413, type: PROTOBUF_TYPE });
    expect(RpcStatus.decode(large.body)).toMatchObject({ code: 8, details: [] });
    const bomb = await post(gzipSync(Buffer.alloc(8 << 20)), JSON_TYPE, { 'content-encoding': 'gzip' });
    expect([bomb.status, json(bomb)]).toEqual([413, { code: 8, message: expect.stringContaining('smaller') as string }]);
    expect(await post('x', 'text/plain')).toMatchObject({ status: 415 });
  });

  it('says what is not taken: metrics, profiles, other paths', async () => {
    const metrics = await post('{}', JSON_TYPE, { path: '/v1/metrics' });
    expect([metrics.status, json(metrics)]).toEqual([
      501,
      { code: 12, message: expect.stringContaining('logs and traces') as string },
    ]);
    expect(await post('{}', JSON_TYPE, { path: '/v1development/profiles' })).toMatchObject({ status: 404 });
    expect((await fetch(`http://${rootspan.app.otlpHttp}/api/v1/logs`)).status).toBe(404);
    expect((await fetch(`http://${rootspan.app.otlpHttp}/v1/logs`)).status).toBe(405);
  });

  it('keeps text that can not be stored, marked', async () => {
    expect(await post(JSON.stringify(requestOf({ body: 'a\0b\ud800' })))).toMatchObject({ status: 200 });
    expect(await allLogs(client)).toMatchObject([{ message: 'a\ufffdb\ufffd', attributes: { 'rootspan.sanitized': 'true' } }]);
  });
});

describe('POST /v1/traces', () => {
  const spanOf = (spanId: string, more: object = {}) => ({
    traceId: TRACE_ID,
    spanId,
    parentSpanId: SPAN_ID,
    name: 'work',
    startTimeUnixNano: '1700000000123456789',
    endTimeUnixNano: '1700000000123456999',
    ...more,
  });
  const traces = (...spans: readonly object[]) => JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans }] }] });

  it('stores spans once, and tells of those that hang nowhere', async () => {
    const body = traces(spanOf('00000000000000a1'), spanOf('0000000000000000'), spanOf('', { traceId: 'zz' }));
    for (let i = 0; i < 2; i++) {
      const answer = await post(body, JSON_TYPE, { path: '/v1/traces' });
      const errorMessage = expect.stringMatching(/2 of 3 spans .*number 1: span_id must be 8 bytes/) as string;
      expect([answer.status, json(answer)]).toEqual([200, { partialSuccess: { rejectedSpans: '2', errorMessage } }]);
    }
    const { spans } = await client.getSpansByTraceId({ traceId: TRACE_ID });
    expect(spans).toMatchObject([{ spanId: '00000000000000a1', parentId: SPAN_ID, service: 'unknown_service', name: 'work' }]);
    expect(spans).toHaveLength(1);
  });

  it('gives a log its place in the DAG through its span', async () => {
    const failed = { severityNumber: 17, body: { stringValue: 'down' }, traceId: TRACE_ID, spanId: '00000000000000a1' };
    expect(
      await post(traces(spanOf('00000000000000a1'), spanOf(SPAN_ID, { parentSpanId: '' })), JSON_TYPE, { path: '/v1/traces' }),
    ).toMatchObject({ status: 200 });
    expect(await post(JSON.stringify({ resourceLogs: [{ scopeLogs: [{ logRecords: [failed] }] }] }))).toMatchObject({
      status: 200,
    });
    await waitUntil(
      () =>
        client.getDagByTraceId(TRACE_ID).then(
          ({ dagJson }) => JSON.stringify(dagJson).includes(`"edges":[{"source":"${SPAN_ID}","target":"00000000000000a1"}]`),
          () => false,
        ),
      'the DAG has the edge that only the spans tell of',
    );
  });
});

describe('A receiver on loopback', () => {
  it('refuses web pages of other places, in the form of OTLP', async () => {
    const answer = await post('{}', JSON_TYPE, { origin: 'http://elsewhere.example' });
    expect([answer.status, answer.type, json(answer)]).toEqual([
      403,
      JSON_TYPE,
      { code: 7, message: expect.any(String) as string },
    ]);
  });
});

describe('LogsService/Export', () => {
  it('answers nothing where all was taken, and counts what was refused', async () => {
    expect(await otlp.raw(LOGS_EXPORT, protobufOf('a'))).toHaveLength(0);
    expect(await otlp.raw(LOGS_EXPORT, Buffer.alloc(0))).toHaveLength(0);
    const answer = ExportLogsServiceResponse.decode(await otlp.raw(LOGS_EXPORT, protobufOf('b', 'c'.repeat(900_000), 'd')));
    expect(answer.partialSuccess).toBeUndefined();
    expect(await messages()).toEqual(['a', 'b', 'c'.repeat(900_000), 'd']);
  });

  it('refuses bytes that are no request, and more than a call may hold, for good', async () => {
    expect(await outcomeOf(otlp.raw(LOGS_EXPORT, Buffer.from([0x0a, 0x05])))).toMatchObject({ status: 'INVALID_ARGUMENT' });
    expect(await outcomeOf(otlp.raw(LOGS_EXPORT, Buffer.alloc(2 << 20)))).toMatchObject({
      status: 'RESOURCE_EXHAUSTED',
      retryable: false,
    });
    expect(await outcomeOf(otlp.raw(METRICS_EXPORT, Buffer.alloc(0)))).toMatchObject({
      status: 'UNIMPLEMENTED',
      details: expect.stringContaining('logs and traces') as string,
    });
  });

  it('is served with health; its port serves no other service of ours', async () => {
    expect([...(await otlp.raw(HEALTH_CHECK, Buffer.alloc(0)))]).toEqual([8, 1]);
    expect(await outcomeOf(otlp.raw('/query.QueryService/GetLogs', Buffer.alloc(0)))).toMatchObject({ status: 'UNIMPLEMENTED' });
    expect(await outcomeOf(client.raw(LOGS_EXPORT, Buffer.alloc(0)))).toMatchObject({ status: 'UNIMPLEMENTED' });
  });
});

describe('The same request again', () => {
  it('is stored once, by either transport and across a restart', async () => {
    const body = protobufOf('once');
    expect(await post(body, PROTOBUF_TYPE)).toMatchObject({ status: 200 });
    expect(await post(gzipSync(body), PROTOBUF_TYPE, { 'content-encoding': 'gzip' })).toMatchObject({ status: 200 });
    await otlp.raw(LOGS_EXPORT, body);
    await rootspan.app.stop('SIGKILL');
    await rootspan.restart();
    connect();
    await otlp.raw(LOGS_EXPORT, body);
    expect(await messages()).toEqual(['once']);
  });

  it('is stored again where the sender says that it is no retry, or its times do not tell', async () => {
    const body = protobufOf('twice');
    await otlp.raw(LOGS_EXPORT, body);
    await otlp.raw(LOGS_EXPORT, body, { metadata: { 'x-rootspan-dedupe': 'off' } });
    expect(await messages()).toEqual(['twice', 'twice']);
    const whole = JSON.stringify(requestOf({ body: 'whole second', time: '1700000000000000000' }));
    const none = JSON.stringify(requestOf({ body: 'none', time: 0 }, { body: 'fine' }));
    for (const request of [whole, whole, none, none]) expect(await post(request)).toMatchObject({ status: 200 });
    expect(await messages()).toEqual(['fine', 'fine', 'none', 'none', 'twice', 'twice', 'whole second', 'whole second']);
  });
});

describe('While the store is away', () => {
  it('a request is to be sent again, by gRPC and HTTP', async () => {
    const server = await bed.postgres();
    const url = await server.createDatabase();
    const app = await bed.allInOne({ LOG_INGESTION_DATABASE: url, DAG_DATABASE: url });
    await server.stop();
    const body = protobufOf('a');
    const byGrpc = bed.client(app.otlpGrpc).as(tenant).raw(LOGS_EXPORT, body, { deadlineMs: 60_000 });
    expect(await outcomeOf(byGrpc)).toMatchObject({ status: 'UNAVAILABLE', retryable: true });
    const response = await fetch(`http://${app.otlpHttp}/v1/logs`, {
      method: 'POST',
      headers: { 'content-type': PROTOBUF_TYPE },
      body: new Uint8Array(body),
    });
    expect([response.status, Number(response.headers.get('retry-after'))]).toEqual([503, expect.any(Number)]);
    const { code, details } = RpcStatus.decode(new Uint8Array(await response.arrayBuffer()));
    expect([code, details.map(({ typeUrl }) => typeUrl)]).toEqual([14, ['type.googleapis.com/google.rpc.RetryInfo']]);
  });
});

describe('Receivers that are off', () => {
  it('open no port, and HTTP_PORT still takes OTLP', async () => {
    const app = await bed.allInOne({ OTLP_GRPC_PORT: 'off', OTLP_HTTP_PORT: 'off' });
    expect(Object.keys(app.addresses).sort()).toEqual(['grpc', 'http']);
    expect(await post(JSON.stringify(requestOf({ body: 'a' })), JSON_TYPE, { address: app.http })).toMatchObject({ status: 200 });
  });
});
