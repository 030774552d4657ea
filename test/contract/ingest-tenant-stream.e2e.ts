/** The tenant-stream API: POST /api/push with the tenant in a header of ten characters, and its rpc. */
import type { AppProcess } from '../support/app-process.js';
import { RequestReceivedProto } from '#proto';
import type { ContractClient } from '../support/contract-client.js';
import { outcomeOf } from '../support/outcome.js';
import { useTestBed } from '../support/test-bed.js';

const bed = useTestBed();
let app: AppProcess;
let tenant: string;
let tests = 0;

beforeAll(async () => {
  app = await bed.allInOne();
});
beforeEach(() => {
  tenant = `tenant-${String(tests++).padStart(3, '0')}`;
});

const push = (body: unknown, headers: Readonly<Record<string, string>> = { 'tenant-id': tenant }): Promise<Response> =>
  fetch(`http://${app.http}/api/push`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });

async function stored(q = '', as = tenant): Promise<readonly object[]> {
  const url = `http://${app.http}/api/v1/logs?order=asc&q=${encodeURIComponent(q)}`;
  return ((await (await fetch(url, { headers: { 'tenant-id': as } })).json()) as { logs?: object[] }).logs ?? [];
}

const PUSH = {
  streams: [
    {
      stream: { app: 'test-app', level: 'error' },
      values: [
        ['2024-01-01', 'a date'],
        ['2024-01-02T03:04:05.678+01:00', 'RFC 3339'],
      ],
    },
    { stream: { app: 'other' }, values: [['1704164645678901234', 'nanoseconds']] },
  ],
};

describe('POST /api/push', () => {
  it('stores lines with their labels, at times of every form, and answers 200 with an empty body', async () => {
    const response = await push(PUSH);
    expect([response.status, await response.text()]).toEqual([200, '']);
    const labels = { app: 'test-app', level: 'error' };
    expect(await stored('attr.app:test-app')).toMatchObject([
      { message: 'a date', timestamp: '2024-01-01T00:00:00Z', level: 'error', service: 'test-app', attributes: labels },
      { message: 'RFC 3339', timestamp: '2024-01-02T02:04:05.678Z', attributes: labels },
    ]);
    expect(await stored('attr.app:other')).toMatchObject([
      { message: 'nanoseconds', timestamp: '2024-01-02T03:04:05.678901234Z' },
    ]);
  });

  it('keeps tenants apart', async () => {
    await push(PUSH);
    expect(await stored('', 'tenant-xyz')).toEqual([]);
  });

  it.each<Readonly<Record<string, string>>>([
    {},
    { 'tenant-id': 'nine-char' },
    { 'tenant-id': 'eleven-char' },
    { 'tenant-id': '' },
    { 'x-scope-orgid': 'tenant-000' },
  ])('refuses a tenant that is not named by ten characters, and lives on: %j', async (headers) => {
    const response = await push(PUSH, headers);
    expect([response.status, await response.json()]).toMatchObject([400, { field: 'tenant-id' }]);
    expect((await fetch(`http://${app.http}/api/health`)).status).toBe(200);
  });

  it.each(['garbage', '2024-13-01', '', 'tomorrow', null, {}])(
    'refuses the time %j, naming the entry, and stores nothing',
    async (time) => {
      const response = await push({
        streams: [
          {
            stream: {},
            values: [
              ['2024-01-01', 'fine'],
              [time, 'x'],
            ],
          },
        ],
      });
      expect([response.status, await response.json()]).toMatchObject([400, { field: 'streams[0].values[1][0]' }]);
      expect(await stored()).toEqual([]);
    },
  );

  it.each(['', 'no JSON', '[]', '{}', '{"streams":{}}'])('refuses the body %j', async (body) => {
    expect((await push(body)).status).toBe(400);
  });

  it.each(['GET', 'PUT', 'DELETE', 'PATCH'])('is 404 by %s', async (method) => {
    expect((await fetch(`http://${app.http}/api/push`, { method, headers: { 'tenant-id': tenant } })).status).toBe(404);
  });
});

describe('proto.IngesterService/PushToIngester', () => {
  let client: ContractClient;

  beforeAll(() => {
    client = bed.client(app.grpc);
  });

  const call = (as: ContractClient, TenantID: string, ...values: readonly (readonly [time: string, line: string])[]) => {
    const TwoDimValue = values.map(([valTime, valMsg]) => ({ valTime, valMsg }));
    const request = { TenantID, Streams: [{ Stream: { app: 'shop', level: 'error' }, TwoDimValue }] };
    return as.raw('/proto.IngesterService/PushToIngester', RequestReceivedProto.encode(request).finish());
  };

  it('stores lines with their labels for the tenant that the request names', async () => {
    const answer = await call(client, tenant, ['2024-01-01', 'a date'], ['1704164645678901234', 'nanoseconds']);
    expect(answer.toString('latin1')).toBe('\x0a\x08accepted');
    expect(await stored('attr.app:shop')).toMatchObject([
      { message: 'a date', timestamp: '2024-01-01T00:00:00Z', level: 'error', service: 'shop' },
      { message: 'nanoseconds', timestamp: '2024-01-02T03:04:05.678901234Z' },
    ]);
  });

  it('takes the tenant of the metadata where the request names none', async () => {
    await call(client.as(tenant), '', ['2024-01-01', 'a line']);
    expect(await stored()).toHaveLength(1);
  });

  it.each(['', 'nine-char', 'eleven-char', 'ten chars!'])('refuses the tenant %j', async (named) => {
    expect(await outcomeOf(call(client, named, ['2024-01-01', 'x']))).toMatchObject({
      status: 'INVALID_ARGUMENT',
      fields: ['TenantID'],
    });
  });

  it('refuses a tenant that is another than that of the metadata', async () => {
    expect(await outcomeOf(call(client.as('tenant-xyz'), tenant, ['2024-01-01', 'x']))).toMatchObject({
      status: 'INVALID_ARGUMENT',
      fields: ['TenantID'],
    });
  });

  it('refuses a time that can not be read, naming the entry, and stores nothing', async () => {
    expect(await outcomeOf(call(client, tenant, ['2024-01-01', 'fine'], ['garbage', 'x']))).toMatchObject({
      status: 'INVALID_ARGUMENT',
      fields: ['Streams[0].TwoDimValue[1].valTime'],
    });
    expect(await stored()).toEqual([]);
  });

  it('refuses bytes that are no such message', async () => {
    const bytes = Buffer.from([0x0a, 0x7f, 0x00]);
    expect(await outcomeOf(client.raw('/proto.IngesterService/PushToIngester', bytes))).toMatchObject({
      status: 'INVALID_ARGUMENT',
    });
  });
});
