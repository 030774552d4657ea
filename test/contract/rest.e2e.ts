/** REST (contract section 7): the same content as gRPC, by HTTP. */
import type { AppProcess } from '../support/app-process.js';
import type { ContractClient } from '../support/contract-client.js';
import { describeWithGrpcurl } from '../support/grpcurl.js';
import { LogLevel, unique, valid } from '../support/records.js';
import { useTestBed } from '../support/test-bed.js';
import { waitUntil } from '../support/wait-until.js';

interface Page {
  readonly logs?: readonly { readonly id: string; readonly traceId: string }[];
  readonly nextPageToken?: string;
}

const bed = useTestBed();
let app: AppProcess;
let tenant: string;
let client: ContractClient;

beforeAll(async () => {
  app = await bed.allInOne();
  tenant = unique('rest');
  client = bed.client(app.grpc).as(tenant);
});

const get = (path: string, headers: Readonly<Record<string, string>> = {}): Promise<Response> =>
  fetch(`http://${app.http}/api/v1${path}`, { headers: { 'tenant-id': tenant, ...headers } });

const getJson = async (path: string): Promise<unknown> => (await get(path)).json();

/** A trace that fails in its second span. */
async function failedTrace(traceId: string): Promise<void> {
  await client.sendLogs({
    logs: [
      valid({ traceId, spanId: 'a', service: 'gateway', message: 'in' }),
      valid({
        traceId,
        spanId: 'b',
        parentId: 'a',
        level: LogLevel.ERROR,
        attributes: { 'k "ey"\n': 'v\u2028', __proto__x: '' },
      }),
    ],
  });
  await waitUntil(() => client.getDagByTraceId(traceId), `the DAG of ${traceId} is there`);
}

describeWithGrpcurl('REST beside grpcurl', (grpcurl) => {
  const rpc = (name: string, request: object) =>
    grpcurl.call(app.grpc, `query.QueryService/${name}`, JSON.stringify(request), '-rpc-header', `tenant-id: ${tenant}`);

  it('answers the same questions with the same JSON', async () => {
    const traceId = unique('same 日本/');
    await failedTrace(traceId);
    const id = encodeURIComponent(traceId);
    expect(await getJson('/logs?limit=1')).toEqual(await rpc('GetLogs', { pageSize: 1 }));
    expect(await getJson(`/traces/${id}/logs`)).toEqual(await rpc('GetLogsByTraceId', { traceId }));
    expect(await getJson(`/traces/${id}/dag`)).toEqual(await rpc('GetDagByTraceId', { traceId }));
    expect(await getJson('/dags?limit=1')).toEqual(await rpc('GetDags', { pageSize: 1 }));
    expect(await getJson(`/traces/${id}`)).toMatchObject({ dag: await rpc('GetDagByTraceId', { traceId }) });
  });

  it('answers searches, counts and patterns with the same JSON', async () => {
    await failedTrace(unique('asked'));
    const range = { from: '2020-01-01T00:00:00Z', to: '2999-01-01T00:00:00Z' };
    const inUrl = `from=${range.from}&to=${range.to}`;
    const query = 'level>=error "a message" -health';
    const q = `q=${encodeURIComponent(query)}`;
    expect(await getJson(`/logs?${q}&order=asc`)).toEqual(await rpc('GetLogs', { query, order: 'asc' }));
    expect(await getJson(`/logs/histogram?${inUrl}&by=service&step=365d`)).toEqual(
      await rpc('GetLogHistogram', { ...range, by: 'service', step: '365d' }),
    );
    expect(await getJson(`/logs/fields?${inUrl}&field=service&limit=1`)).toEqual(
      await rpc('GetFieldValues', { ...range, field: 'service', limit: 1 }),
    );
    const map = await rpc('GetServiceMap', { from: '2025-12-31T00:00:00Z', to: '2026-01-02T00:00:00Z' });
    expect(await getJson('/service-map?from=2025-12-31T00:00:00Z&to=2026-01-02T00:00:00Z')).toEqual(map);
    const patterns = (await getJson('/patterns?order=count')) as { patterns: { id: string }[] };
    expect(patterns).toEqual(await rpc('ListPatterns', { orderBy: 'count' }));
    const id = patterns.patterns[0]?.id ?? '';
    expect(await getJson(`/patterns/${id}?limit=1`)).toEqual(await rpc('GetPattern', { id, pageSize: 1 }));
  });
});

describe('A trace over REST', () => {
  const odd = [
    'a/b',
    '100%',
    '%2F',
    '日本 ünï',
    'a?b#c&d=e',
    'x.svg',
    'logs',
    '"<b>"',
    ';\\^`{|}',
    "~!@$*()':,",
    'é'.repeat(128),
  ];

  it.each(odd)('is found by its id, whatever that is: %s', async (traceId) => {
    await failedTrace(traceId);
    const id = encodeURIComponent(traceId);
    expect(await getJson(`/traces/${id}`)).toMatchObject({
      traceId,
      logCount: 2,
      errorLogCount: 1,
      spanCount: 2,
      dagState: 'built',
    });
    expect(await getJson(`/traces/${id}/logs`)).toMatchObject({ logs: [{ traceId }, { traceId }] });
    expect(await getJson(`/traces/${id}/dag`)).toMatchObject({ traceId, rootSpanId: 'a' });
    expect((await get(`/traces/${id}/dag.svg`)).status).toBe(200);
  });

  it('has pictures that a browser, Graphviz and Mermaid know by their type', async () => {
    await failedTrace('pictured');
    for (const [format, type, text] of [
      ['svg', 'image/svg+xml', '<svg xmlns'],
      ['dot', 'text/vnd.graphviz', 'digraph {'],
      ['mmd', 'text/vnd.mermaid', 'flowchart LR'],
    ] as const) {
      const response = await get(`/traces/pictured/dag.${format}`);
      expect(response.headers.get('content-type')).toBe(`${type}; charset=utf-8`);
      expect(response.headers.get('x-content-type-options')).toBe('nosniff');
      expect(await response.text()).toContain(text);
    }
  });

  it('is not sent again while it is the same, and is once it has changed', async () => {
    await failedTrace('tagged');
    const tagOf = async () => (await get('/traces/tagged/dag.svg')).headers.get('etag') ?? '';
    const etag = await tagOf();
    const again = await get('/traces/tagged/dag.svg', { 'if-none-match': `"other", W/${etag}` });
    expect([again.status, await again.text(), again.headers.get('etag')]).toEqual([304, '', etag]);
    await client.sendLog(valid({ traceId: 'tagged', spanId: 'c', parentId: 'b' }));
    await waitUntil(async () => (await tagOf()) !== etag, 'the picture has another tag');
    expect((await get('/traces/tagged/dag.svg', { 'if-none-match': etag })).status).toBe(200);
  });

  it('without an error has no DAG, and says so', async () => {
    await client.sendLog(valid({ traceId: 'fine' }));
    expect(await getJson('/traces/fine')).toMatchObject({ dagState: 'none', dag: null, logCount: 1, services: ['auth-service'] });
    for (const path of ['/traces/fine/dag', '/traces/fine/dag.svg']) {
      expect(await getJson(path)).toMatchObject({ status: 404, code: 'not_found.dag', field: 'traceId' });
    }
  });

  it('of many records is exported whole, in order, and as its pages give it', async () => {
    const logs = Array.from({ length: 2_500 }, (_, i) =>
      valid({ traceId: 'long', message: `m${i}`, timestamp: '2026-01-01T00:00:00Z' }),
    );
    await client.sendLogs({ logs });
    const response = await get('/traces/long/logs/export');
    expect(response.headers.get('content-type')).toBe('application/x-ndjson; charset=utf-8');
    const lines = (await response.text()).trimEnd().split('\n');
    const exported = lines.map((line) => JSON.parse(line) as unknown);
    expect(exported).toHaveLength(2_500);
    expect(exported).toEqual(await followPages('/traces/long/logs', 700));
  });
});

/** The records of all pages. */
async function followPages(path: string, limit: number): Promise<NonNullable<Page['logs']>[number][]> {
  const found: NonNullable<Page['logs']>[number][] = [];
  for (let token: string | undefined = ''; token !== undefined;) {
    const page = (await getJson(
      `${path}?limit=${limit}${token === '' ? '' : `&pageToken=${encodeURIComponent(token)}`}`,
    )) as Page;
    found.push(...(page.logs ?? []));
    token = page.nextPageToken;
  }
  return found;
}

describe('Lists over REST', () => {
  it('give every record once, page by page', async () => {
    tenant = unique('pages');
    client = client.as(tenant);
    await client.sendLogs({ logs: Array.from({ length: 25 }, (_, i) => valid({ traceId: `t${i % 3}`, message: `m${i}` })) });
    const ids = (await followPages('/logs', 4)).map(({ id }) => id);
    expect([ids.length, new Set(ids).size]).toEqual([25, 25]);
  });

  it('are those of the tenant only, whichever header names it', async () => {
    await client.sendLog(valid());
    const other = unique('other');
    expect(await (await get('/logs', { 'tenant-id': other })).json()).toEqual({});
    const byScope = await fetch(`http://${app.http}/api/v1/logs?limit=1`, { headers: { 'x-scope-orgid': tenant } });
    expect(await byScope.json()).toMatchObject({ logs: [{ service: 'auth-service' }] });
    expect(await (await get('/logs', { 'tenant-id': 'not a tenant' })).json()).toMatchObject({ status: 400, field: 'tenant-id' });
  });
});

describe('The state of a pattern', () => {
  const setState = (id: string, body: string, type = 'application/json') =>
    fetch(`http://${app.http}/api/v1/patterns/${id}/state`, {
      method: 'POST',
      headers: { 'tenant-id': tenant, 'content-type': type },
      body,
    });

  it('is set, and stays', async () => {
    await failedTrace(unique('pattern'));
    const { patterns } = (await getJson('/patterns')) as { patterns: { id: string }[] };
    const id = patterns[0]?.id ?? '';
    const set = await setState(id, '{"state":"resolved"}');
    expect([set.status, await set.json()]).toMatchObject([200, { id, state: 'resolved' }]);
    expect(await getJson(`/patterns/${id}`)).toMatchObject({ pattern: { state: 'resolved' } });
    expect(await getJson('/patterns?state=resolved')).toMatchObject({ patterns: [{ id }] });
  });

  it.each([
    ['{"state":"gone"}', 'application/json', 400, { field: 'state' }],
    ['{"state":1}', 'application/json', 400, { code: 'invalid_argument.body' }],
    ['{"state":"open","more":1}', 'application/json', 400, { code: 'invalid_argument.body' }],
    ['', 'application/json', 400, { code: 'invalid_argument.body' }],
    ['{', 'application/json', 400, { code: 'invalid_argument.body' }],
    ['state=open', 'application/x-www-form-urlencoded', 415, { code: 'invalid_argument.content_type' }],
    ['{"state":"open"}', 'application/json', 404, { code: 'not_found.pattern', field: 'id' }],
  ])('is not set by %s as %s', async (body, type, status, problem) => {
    const response = await setState('0'.repeat(32), body, type);
    expect([response.status, response.headers.get('content-type')]).toEqual([status, 'application/problem+json; charset=utf-8']);
    expect(await response.json()).toMatchObject(problem);
  });
});

describe('What REST refuses', () => {
  it.each([
    ['/logs?q=level>', 'q'],
    ['/logs?order=up', 'order'],
    ['/logs/histogram?by=colour', 'by'],
    ['/logs/fields?field=x', 'field'],
    ['/logs/fields?field=service&limit=1001', 'limit'],
    ['/patterns?order=x', 'order'],
    ['/patterns?state=x', 'state'],
    ['/logs?limit=0', 'limit'],
    ['/logs?limit=10001', 'limit'],
    ['/logs?limit=1&limit=2', 'limit'],
    ['/logs?page_token=x', 'page_token'],
    ['/logs?pageToken=x', 'pageToken'],
    ['/dags?pageToken=x', 'pageToken'],
    ['/traces/t?limit=1', 'limit'],
    [`/traces/${'x'.repeat(257)}`, 'traceId'],
    [`/traces/${'x'.repeat(257)}/dag.svg`, 'traceId'],
    ['/traces/a%00b/logs', 'traceId'],
  ])('%s, naming the field', async (path, field) => {
    const response = await get(path);
    expect(response.headers.get('content-type')).toBe('application/problem+json; charset=utf-8');
    expect([response.status, await response.json()]).toEqual([
      400,
      {
        type: 'urn:rootspan:error:invalid_argument.field',
        title: expect.any(String),
        status: 400,
        code: 'invalid_argument.field',
        detail: expect.stringContaining(`${field}: `),
        field,
      },
    ]);
  });

  it('is told as a problem: paths that are not there, and methods that are not served', async () => {
    expect(await getJson('/nothing')).toMatchObject({ status: 404, code: 'not_found.route' });
    expect(await getJson('/traces/unknown/dag.svg')).toMatchObject({ status: 404, code: 'not_found.trace', field: 'traceId' });
    const response = await fetch(`http://${app.http}/api/v1/traces/a%2Fb/dag`, { method: 'PUT' });
    expect([response.status, response.headers.get('allow')]).toEqual([405, 'GET, HEAD']);
    expect(await response.json()).toMatchObject({ status: 405, code: 'unimplemented.method' });
  });

  it('web pages of other places: no CORS, no answer', async () => {
    const response = await get('/logs', { origin: 'https://evil.example' });
    expect([response.status, await response.json()]).toMatchObject([403, { code: 'forbidden.origin' }]);
    const own = await get('/logs', { origin: 'http://localhost:5173' });
    expect([own.status, own.headers.get('access-control-allow-origin')]).toEqual([200, null]);
    const preflight = await fetch(`http://${app.http}/api/v1/logs`, {
      method: 'OPTIONS',
      headers: { origin: 'http://localhost:5173' },
    });
    expect([preflight.status, preflight.headers.get('access-control-allow-origin')]).toEqual([405, null]);
  });
});

describe('The status', () => {
  it('says about how much is stored, and since when', async () => {
    await failedTrace(unique('status'));
    const status = await waitUntil(async () => {
      const now = (await getJson('/status')) as { logs: { rows: number; oldestReceivedAt: string | null } };
      return now.logs.rows > 0 ? now : null;
    }, 'rows are counted');
    expect(status).toMatchObject({
      logs: {
        bytes: expect.any(Number),
        partitions: expect.any(Number),
        maxBytes: null,
        oldestReceivedAt: expect.stringMatching(/^\d{4}-.*Z$/),
      },
      dags: { rows: expect.any(Number), bytes: expect.any(Number), pending: expect.any(Number) },
      lag: { messages: expect.any(Number) },
    });
  });
});
