/** Rows of named columns: POST /proton/v1/ingest/streams/{name}. */
import type { AppProcess } from '../support/app-process.js';
import { unique } from '../support/records.js';
import { useTestBed } from '../support/test-bed.js';

const bed = useTestBed();
let app: AppProcess;
let tenant: string;

beforeAll(async () => {
  app = await bed.allInOne();
});
beforeEach(() => {
  tenant = unique('columns');
});

const post = (body: unknown, type = 'application/json'): Promise<Response> =>
  fetch(`http://${app.http}/proton/v1/ingest/streams/app-logs`, {
    method: 'POST',
    headers: { 'tenant-id': tenant, 'content-type': type },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });

async function stored(): Promise<readonly object[]> {
  const response = await fetch(`http://${app.http}/api/v1/logs?order=asc`, { headers: { 'tenant-id': tenant } });
  return ((await response.json()) as { logs?: object[] }).logs ?? [];
}

const columns = ['time', 'message', 'level', 'trace_id', 'region'];

describe('POST /proton/v1/ingest/streams/{name}', () => {
  it.each(['application/json', 'text/plain', 'application/x-www-form-urlencoded'])('stores rows sent as %s', async (type) => {
    const response = await post(
      {
        columns,
        data: [
          ['2024-01-01', 'a', 'error', 't1', 'eu'],
          ['2024-01-02', 'b'],
        ],
      },
      type,
    );
    expect([response.status, await response.json()]).toEqual([200, { request_id: expect.stringMatching(/^[0-9a-f-]{36}$/) }]);
    expect(await stored()).toMatchObject([
      {
        message: 'a',
        level: 'error',
        traceId: 't1',
        service: 'app-logs',
        attributes: { region: 'eu' },
        timestamp: '2024-01-01T00:00:00Z',
      },
      { message: 'b', level: 'info' },
    ]);
  });

  it('takes 10,000 rows in one call', async () => {
    const data = Array.from({ length: 10_000 }, (_, i) => [`m${i}`]);
    expect((await post({ columns: ['message'], data })).status).toBe(200);
  });

  it('tells of rows that are refused, and keeps the others', async () => {
    const response = await post({ columns, data: [['noon', 'bad'], ['2024-01-01', 'good'], 5] });
    expect([response.status, await response.json()]).toMatchObject([
      200,
      { error: '2 of 3 rows were refused', rejections: [{ index: 0, field: 'time' }, { index: 2 }] },
    ]);
    expect(await stored()).toMatchObject([{ message: 'good' }]);
    expect((await post({ columns, data: [5] })).status).toBe(400);
  });

  it.each(['', 'no JSON', '[]', '{}', { columns }, { data: [] }, { columns: [1], data: [] }, { columns, data: {} }])(
    'refuses %j with an error as JSON',
    async (body) => {
      const response = await post(body);
      expect([response.status, await response.json()]).toMatchObject([400, { detail: expect.any(String) }]);
    },
  );
});

it('GET /proton/ping is answered', async () => {
  expect((await fetch(`http://${app.http}/proton/ping`)).status).toBe(200);
});
