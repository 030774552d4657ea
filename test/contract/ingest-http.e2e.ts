/** Plain HTTP ingest (contract section 7): POST /api/v1/logs. */
import { gzipSync, deflateSync } from 'node:zlib';
import type { AppProcess } from '../support/app-process.js';
import { unique } from '../support/records.js';
import { useTestBed } from '../support/test-bed.js';

interface StoredLog {
  readonly message: string;
  readonly service: string;
  readonly level: string;
  readonly timestamp: string;
  readonly traceId?: string;
  readonly attributes?: object;
}

const bed = useTestBed();
let app: AppProcess;
let tenant: string;

beforeAll(async () => {
  app = await bed.allInOne({ ROOTSPAN_MAX_CALL_BYTES: '1MiB' });
});
beforeEach(() => {
  tenant = unique('http');
});

function post(body: string | Buffer, headers: Readonly<Record<string, string>> = {}, query = ''): Promise<Response> {
  return fetch(`http://${app.http}/api/v1/logs${query}`, {
    method: 'POST',
    headers: { 'tenant-id': tenant, 'content-type': 'application/json', ...headers },
    body,
  });
}

/** Acknowledged records can be read at once: the all-in-one acks after commit. */
async function stored(query = 'order=asc'): Promise<readonly StoredLog[]> {
  const response = await fetch(`http://${app.http}/api/v1/logs?${query}`, { headers: { 'tenant-id': tenant } });
  return ((await response.json()) as { logs?: StoredLog[] }).logs ?? [];
}

const messages = async () => (await stored()).map(({ message }) => message).sort();

describe('POST /api/v1/logs', () => {
  it('stores an object as a logger writes it, and finds it by its trace and attributes', async () => {
    const row = { level: 50, time: 1531171082399, msg: 'gone', name: 'shop', trace_id: 't1', span_id: 's1', user: { id: 7 } };
    const response = await post(JSON.stringify(row));
    expect([response.status, response.headers.get('content-type'), await response.json()]).toEqual([
      200,
      'application/json; charset=utf-8',
      { status: 'ok', accepted: 1 },
    ]);
    expect(await stored(`q=${encodeURIComponent('trace:t1 attr.user.id:7')}`)).toMatchObject([
      { message: 'gone', service: 'shop', level: 'error', timestamp: '2018-07-09T21:18:02.399Z', traceId: 't1' },
    ]);
  });

  it('stores arrays, NDJSON and text, whatever the content type says', async () => {
    await post('[{"msg":"a"},{"msg":"b"}]');
    await post('{"msg":"c"}\n{"msg":"d"}\n', { 'content-type': 'application/x-ndjson' });
    await post('e\nf', { 'content-type': 'text/plain; charset=utf-8' }, '?service=batch-job');
    await post('{"msg":"g"}', { 'content-type': 'application/x-www-form-urlencoded' });
    await post(Buffer.from('{"msg":"h"}'), { 'content-type': 'application/octet-stream' });
    expect(await messages()).toEqual(['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h']);
    expect((await stored('q=service:batch-job')).length).toBe(2);
  });

  it('stores entries of several lines whole', async () => {
    await post('2024 a\n  at b\n2024 c', { 'content-type': 'text/plain' }, `?start=${encodeURIComponent('^\\d{4}')}`);
    expect(await messages()).toEqual(['2024 a\n  at b', '2024 c']);
  });

  it('reads gzip and deflate, and refuses a bomb', async () => {
    expect((await post(gzipSync('{"msg":"zipped"}'), { 'content-encoding': 'gzip' })).status).toBe(200);
    expect((await post(deflateSync('{"msg":"deflated"}'), { 'content-encoding': 'deflate' })).status).toBe(200);
    expect(await messages()).toEqual(['deflated', 'zipped']);
    const bomb = await post(gzipSync(Buffer.alloc(100 << 20, ' ')), { 'content-encoding': 'gzip' });
    expect([bomb.status, await bomb.json()]).toMatchObject([413, { code: 'too_large.call' }]);
    const large = await post(Buffer.alloc(2 << 20, ' '));
    expect(large.status).toBe(413);
    expect((await post('{}', { 'content-encoding': 'br' })).status).toBe(415);
    expect((await post('{}', { 'content-encoding': 'gzip' })).status).toBe(400);
  });

  it('tells of each row that is refused, and keeps the others', async () => {
    const rows = [{ msg: 'a' }, { msg: 'b', time: 'noon' }, { msg: 'c', service: 'x'.repeat(300) }, 5, { msg: 'd' }];
    const response = await post(JSON.stringify(rows));
    expect([response.status, await response.json()]).toEqual([
      200,
      {
        status: 'partial',
        accepted: 2,
        rejected: 3,
        rejections: [
          { index: 1, field: 'time', reason: expect.stringContaining('is no time') },
          { index: 2, field: 'service', reason: expect.stringContaining('300 bytes') },
          { index: 3, reason: expect.stringContaining('neither') },
        ],
      },
    ]);
    expect(await messages()).toEqual(['a', 'd']);
    const none = await post('[5]');
    expect([none.status, await none.json()]).toMatchObject([400, { status: 'rejected', rejected: 1 }]);
  });

  it('stores a retry with the same Idempotency-Key once', async () => {
    const key = { 'idempotency-key': unique('key') };
    expect(await (await post('once', { 'content-type': 'text/plain', ...key })).json()).toEqual({ status: 'ok', accepted: 1 });
    expect(await (await post('once', { 'content-type': 'text/plain', ...key })).json()).toMatchObject({ duplicate: true });
    await post('another', { 'content-type': 'text/plain', ...key });
    expect(await messages()).toEqual(['another', 'once']);
  });

  it('takes 10,000 rows a call', async () => {
    const rows = Array.from({ length: 10_000 }, (_, i) => ({ msg: `m${i}` }));
    expect(await (await post(JSON.stringify(rows))).json()).toEqual({ status: 'ok', accepted: 10_000 });
  });

  it('keeps a text that can not be stored with U+FFFD in its place', async () => {
    await post('{"msg":"a\\u0000b"}');
    expect(await stored()).toMatchObject([{ message: 'a\ufffdb', attributes: { 'rootspan.sanitized': 'true' } }]);
  });

  it.each([
    ['no JSON', {}, '', 400, { code: 'invalid_argument.body' }],
    ['{}', { 'tenant-id': 'not a tenant' }, '', 400, { field: 'tenant-id' }],
    ['{}', {}, '?start=(', 400, { field: 'start' }],
    ['{}', {}, '?service=a&service=b', 400, { field: 'service' }],
    ['{}', { 'idempotency-key': 'x'.repeat(300) }, '', 400, { field: 'idempotency-key' }],
    ['{}', { origin: 'https://evil.example' }, '', 403, { code: 'forbidden.origin' }],
  ])('refuses %s %j %s', async (body, headers, query, status, problem) => {
    const response = await post(body, headers, query);
    expect([response.status, await response.json()]).toMatchObject([status, problem]);
    expect(response.headers.get('content-type')).toBe('application/problem+json; charset=utf-8');
  });

  it('takes an empty body as nothing', async () => {
    for (const body of ['', '[]', ' \n']) expect(await (await post(body)).json()).toEqual({ status: 'ok' });
  });
});
