/** OTLP requests that are sent again, and receivers that can not take any: what is stored and what senders are told. */
import { gzipSync } from 'node:zlib';
import { RpcStatus } from '#proto';
import { AllInOne } from '../support/all-in-one.js';
import { allLogs, type ContractClient } from '../support/contract-client.js';
import { JSON_TYPE, LOGS_EXPORT, PROTOBUF_TYPE, postExport, protobufOf, requestOf } from '../support/otlp-requests.js';
import { outcomeOf } from '../support/outcome.js';
import { unique } from '../support/records.js';
import { useTestBed } from '../support/test-bed.js';

const bed = useTestBed();
let rootspan: AllInOne;
let tenant: string;
let client: ContractClient;
let otlp: ContractClient;

beforeAll(async () => {
  rootspan = await AllInOne.start(bed);
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
    const answer = await post(body, PROTOBUF_TYPE, { address: app.otlpHttp });
    expect([answer.status, Number(answer.retryAfter)]).toEqual([503, expect.any(Number)]);
    const { code, details } = RpcStatus.decode(answer.body);
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
