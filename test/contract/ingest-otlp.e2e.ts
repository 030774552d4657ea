/** OTLP as its specification has it: encodings, answers, retries, and what a receiver is asked beside. */
import { gzipSync } from 'node:zlib';
import { ExportLogsServiceResponse, RpcStatus } from '#proto';
import { AllInOne } from '../support/all-in-one.js';
import { allLogs, type ContractClient } from '../support/contract-client.js';
import {
  JSON_TYPE,
  LOGS_EXPORT,
  PROTOBUF_TYPE,
  SPAN_ID,
  TRACE_ID,
  postExport,
  protobufOf,
  requestOf,
  type PostedExport,
} from '../support/otlp-requests.js';
import { outcomeOf } from '../support/outcome.js';
import { unique } from '../support/records.js';
import { useTestBed } from '../support/test-bed.js';
import { waitUntil } from '../support/wait-until.js';

const METRICS_EXPORT = '/opentelemetry.proto.collector.metrics.v1.MetricsService/Export';
const HEALTH_CHECK = '/grpc.health.v1.Health/Check';

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

const post = (
  body: string | Buffer,
  type?: string,
  { address = rootspan.app.otlpHttp, ...headers }: Readonly<Record<string, string>> = {},
) => postExport(address, body, type, { 'tenant-id': tenant, ...headers });
const messages = async () => (await allLogs(client)).map(({ message }) => message).sort();
const json = ({ body }: PostedExport) => JSON.parse(body.toString()) as unknown;

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
