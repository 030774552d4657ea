/** Elasticsearch's bulk API, and what its clients ask for before they write. */
import { deflateSync, gzipSync } from 'node:zlib';
import type { Client } from 'pg';
import type { AppProcess } from '../support/app-process.js';
import { unique } from '../support/records.js';
import { useTestBed } from '../support/test-bed.js';
import { waitUntil } from '../support/wait-until.js';

const bed = useTestBed();
let app: AppProcess;
let sql: Client;
let tenant: string;

beforeAll(async () => {
  const url = await (await bed.postgres()).createDatabase();
  app = await bed.allInOne({
    LOG_INGESTION_DATABASE: url,
    DAG_DATABASE: url,
    ROOTSPAN_MAX_CALL_BYTES: '1MiB',
    ROOTSPAN_QUEUE_BYTES: '4MiB',
    ROOTSPAN_TENANT_QUEUE_BYTES: '1MiB',
  });
  sql = await bed.sql(url);
});
beforeEach(() => {
  tenant = unique('elastic');
});

const NDJSON = { 'content-type': 'application/x-ndjson' };
const VENDOR = {
  'content-type': 'application/vnd.elasticsearch+x-ndjson; compatible-with=8',
  accept: 'application/vnd.elasticsearch+json; compatible-with=8',
};

interface Answer {
  readonly status: number;
  readonly text: string;
  readonly type: string | null;
  readonly headers: Headers;
}

/** Whatever is asked, the answer names the product. */
async function ask(path: string, init: RequestInit = {}): Promise<Answer> {
  const headers = { 'tenant-id': tenant, ...(init.headers as Readonly<Record<string, string>> | undefined) };
  const response = await fetch(`http://${app.http}${path}`, { redirect: 'manual', ...init, headers });
  expect(response.headers.get('x-elastic-product')).toBe('Elasticsearch');
  const { status } = response;
  return { status, text: await response.text(), type: response.headers.get('content-type'), headers: response.headers };
}

const lines = (...values: readonly unknown[]) => values.map((value) => `${JSON.stringify(value)}\n`).join('');
const bulk = (body: string | Uint8Array<ArrayBuffer>, headers: Readonly<Record<string, string>> = NDJSON, path = '/_bulk') =>
  ask(path, { method: 'POST', headers, body });

async function stored(q = ''): Promise<readonly object[]> {
  const url = `http://${app.http}/api/v1/logs?order=asc&q=${encodeURIComponent(q)}`;
  return ((await (await fetch(url, { headers: { 'tenant-id': tenant } })).json()) as { logs?: object[] }).logs ?? [];
}

const DOCUMENT = {
  '@timestamp': '2024-01-02T03:04:05.678Z',
  message: 'gone',
  'log.level': 'error',
  service: { name: 'shop' },
  trace: { id: 't' },
  span: { id: 's' },
  http: { status: 500 },
};

describe('POST /_bulk', () => {
  it('stores documents with their index, and finds them by trace and attributes', async () => {
    const body = lines({ create: { _index: 'logs-app-default' } }, DOCUMENT, { index: {} }, { message: 'second' });
    const { status, text, type } = await bulk(body, VENDOR, '/fallback/_bulk');
    expect([status, type]).toEqual([200, 'application/vnd.elasticsearch+json;compatible-with=8']);
    expect(text).toMatch(/^\{"took":\d+,"errors":false,"items":\[/);
    expect(JSON.parse(text)).toMatchObject({
      items: [
        { create: { _index: 'logs-app-default', _id: expect.any(String), status: 201, result: 'created' } },
        { index: { _index: 'fallback', status: 201 } },
      ],
    });
    const found = await stored('trace:t attr.http.status:500');
    expect(found).toMatchObject([
      {
        message: 'gone',
        service: 'shop',
        level: 'error',
        timestamp: '2024-01-02T03:04:05.678Z',
        spanId: 's',
        attributes: { _index: 'logs-app-default' },
        attributesJson: expect.stringMatching(/"http":\s*\{"status":\s*500\}/),
      },
    ]);
    expect(await stored('attr._index:fallback')).toMatchObject([{ message: 'second' }]);
  });

  it('is the same by PUT, gzipped, deflated, and by any content type', async () => {
    const body = lines({ index: {} }, { message: 'm' });
    expect((await ask('/i/_bulk', { method: 'PUT', headers: NDJSON, body })).status).toBe(200);
    expect((await bulk(new Uint8Array(gzipSync(body)), { ...NDJSON, 'content-encoding': 'gzip' })).status).toBe(200);
    expect((await bulk(new Uint8Array(deflateSync(body)), { ...NDJSON, 'content-encoding': 'deflate' })).status).toBe(200);
    expect((await bulk(body, { 'content-type': 'application/json' })).type).toBe('application/json');
    expect(await stored('m')).toHaveLength(4);
  });

  it('flags each bad document, and stores the others', async () => {
    const body = lines(
      { create: {} },
      { message: 'a' },
      { create: {} },
      { message: 'bad time', '@timestamp': 'noon' },
      { delete: { _index: 'i', _id: '1' } },
      { index: {} },
      { message: 'bad service', service: { name: 'x'.repeat(300) } },
      { index: {} },
      { message: 'b' },
    );
    const { status, text } = await bulk(body);
    expect(status).toBe(200);
    expect(text).toContain('"errors":true');
    const { items } = JSON.parse(text) as { items: readonly Readonly<Record<string, { status: number }>>[] };
    expect(items.map((item) => Object.values(item).map((answer) => answer.status))).toEqual([[201], [400], [400], [400], [201]]);
    expect(items[3]).toMatchObject({
      index: { error: { type: 'mapper_parsing_exception', reason: expect.stringContaining('300') } },
    });
    expect(await stored()).toMatchObject([{ message: 'a' }, { message: 'b' }]);
  });

  it('flags every one of thousands', async () => {
    const body = lines({ create: {} }, { service: 'x'.repeat(257) }).repeat(2_500) + lines({ create: {} }, { message: 'last' });
    const { items } = JSON.parse((await bulk(body)).text) as { items: readonly { create: { status: number } }[] };
    expect(items.filter(({ create }) => create.status === 400)).toHaveLength(2_500);
    expect(items[2_500]?.create.status).toBe(201);
  });

  it('stores the same request with times finer than a second once', async () => {
    const body = lines({ create: { _index: 'i' } }, DOCUMENT);
    for (let time = 0; time < 2; time++) expect((await bulk(body)).text).toContain('"errors":false');
    expect(await stored()).toHaveLength(1);
    await bulk(body, { ...NDJSON, 'x-rootspan-dedupe': 'off' });
    expect(await stored()).toHaveLength(2);
  });

  it.each<[string, number, Readonly<Record<string, string>>, () => string | Uint8Array<ArrayBuffer>]>([
    ['nothing', 400, {}, () => ''],
    ['no JSON', 400, {}, () => 'no JSON'],
    ['an action without a document', 400, {}, () => lines({ create: {} })],
    ['no gzip', 400, { 'content-encoding': 'gzip' }, () => lines({ create: {} }, {})],
    ['no tenant', 400, { 'tenant-id': 'not a tenant' }, () => lines({ create: {} }, {})],
    ['an encoding that is not read', 415, { 'content-encoding': 'br' }, () => lines({ create: {} }, {})],
    ['a body that is too large', 413, {}, () => lines({ create: {} }, { message: 'x'.repeat(1 << 20) })],
    ['a bomb', 413, { 'content-encoding': 'gzip' }, () => new Uint8Array(gzipSync(Buffer.alloc(100 << 20, ' ')))],
  ])('refuses %s with %d and an error as Elasticsearch words it', async (_, expected, headers, body) => {
    const { status, text, type } = await bulk(body(), { ...NDJSON, ...headers });
    expect([status, type]).toEqual([expected, 'application/json']);
    const cause = { type: expect.stringMatching(/_exception$/), reason: expect.any(String) };
    expect(JSON.parse(text)).toEqual({ error: { root_cause: [cause], ...cause }, status: expected });
    expect(await stored()).toEqual([]);
  });

  it('answers 429 with a delay where too much waits for the database', async () => {
    await bulk(lines({ create: {} }, { message: 'before' }));
    await sql.query('BEGIN; LOCK TABLE logs IN ACCESS EXCLUSIVE MODE');
    const settled: Answer[] = [];
    const requests = Array.from({ length: 30 }, async (_, i) => {
      const answer = await bulk(lines({ create: {} }, { message: `${i} ${'x'.repeat(200_000)}` }));
      settled.push(answer);
      return answer;
    });
    try {
      await waitUntil(() => settled.length > 0, 'a request is refused');
      for (const { status, headers, text } of settled) {
        expect([status, headers.has('retry-after'), JSON.parse(text)]).toMatchObject([
          429,
          true,
          { error: { type: 'es_rejected_execution_exception' } },
        ]);
      }
    } finally {
      await sql.query('ROLLBACK');
    }
    const taken = (await Promise.all(requests)).filter(({ status }) => status === 200);
    expect(taken.length).toBeGreaterThan(0);
    const found = await fetch(`http://${app.http}/api/v1/logs?order=asc&limit=1`, { headers: { 'tenant-id': tenant } });
    expect(await found.json()).toMatchObject({ total: taken.length + 1 });
  });
});

describe('What clients of Elasticsearch ask for before they write', () => {
  it('is the version, by GET and HEAD', async () => {
    const { status, text } = await ask('/');
    expect([status, JSON.parse(text)]).toMatchObject([
      200,
      { version: { number: expect.stringMatching(/^8\.\d+\.\d+$/), build_flavor: 'default' }, tagline: 'You Know, for Search' },
    ]);
    expect((await ask('/', { method: 'HEAD' })).status).toBe(200);
    expect((await ask('/', { headers: { accept: VENDOR.accept } })).type).toContain('compatible-with=8');
  });

  it('is the license and health', async () => {
    expect(JSON.parse((await ask('/_license?human=false')).text)).toMatchObject({ license: { status: 'active', type: 'basic' } });
    expect(JSON.parse((await ask('/_xpack')).text)).toMatchObject({ license: { mode: 'basic' } });
    expect(JSON.parse((await ask('/_cluster/health')).text)).toMatchObject({ status: 'green' });
    expect((await ask('/_cat/health', { method: 'HEAD' })).status).toBe(200);
    expect((await ask('/_cat/health')).text).toContain('rootspan green');
  });

  it.each(['_index_template', '_component_template', '_template', '_ilm/policy', '_ingest/pipeline', '_data_stream'])(
    'is %s, which is there and may be put',
    async (kind) => {
      const path = `/${kind}/filebeat-8.19.0`;
      expect((await ask(path)).status).toBe(200);
      expect((await ask(path, { method: 'HEAD' })).status).toBe(200);
      const put = await ask(path, { method: 'PUT', headers: { 'content-type': VENDOR.accept }, body: '{"template":{}}' });
      expect([put.status, JSON.parse(put.text)]).toEqual([200, { acknowledged: true }]);
    },
  );

  it('is a page where it comes by a browser', async () => {
    const { status, headers } = await fetch(`http://${app.http}/`, {
      headers: { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' },
    });
    expect([status, headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
  });
});
