/** Loki's push API (contract sections 1 and 6), with bodies as its clients send them. */
import { BinaryWriter } from '@bufbuild/protobuf/wire';
import { gzipSync } from 'node:zlib';
import snappy from 'snappyjs';
import type { AppProcess } from '../support/app-process.js';
import { unique } from '../support/records.js';
import { useTestBed } from '../support/test-bed.js';
import { waitUntil } from '../support/wait-until.js';

const bed = useTestBed();
let app: AppProcess;
let tenant: string;

beforeAll(async () => {
  app = await bed.allInOne({ ROOTSPAN_MAX_CALL_BYTES: '1MiB' });
});
beforeEach(() => {
  tenant = unique('loki');
});

function push(body: string | Uint8Array<ArrayBuffer>, headers: Readonly<Record<string, string>>): Promise<Response> {
  return fetch(`http://${app.http}/loki/api/v1/push`, { method: 'POST', headers: { 'x-scope-orgid': tenant, ...headers }, body });
}

const JSON_TYPE = { 'content-type': 'application/json' };
const PROTO_TYPE = { 'content-type': 'application/x-protobuf' };
const lines = (...values: readonly (readonly unknown[])[]) =>
  JSON.stringify({ streams: [{ stream: { app: 'shop', env: 'test' }, values }] });

async function get(path: string): Promise<unknown> {
  return (await fetch(`http://${app.http}/api/v1${path}`, { headers: { 'tenant-id': tenant } })).json();
}
const stored = async (q = '') => ((await get(`/logs?order=asc&q=${encodeURIComponent(q)}`)) as { logs?: object[] }).logs ?? [];

function snappyPush(line: string, metadata: Readonly<Record<string, string>> = {}): Uint8Array<ArrayBuffer> {
  const time = new BinaryWriter().uint32(8).int64(1_700_000_000).uint32(16).int32(123_456_789).finish();
  const entry = new BinaryWriter().uint32(10).bytes(time).uint32(18).string(line);
  for (const [name, value] of Object.entries(metadata)) {
    entry.uint32(26).bytes(new BinaryWriter().uint32(10).string(name).uint32(18).string(value).finish());
  }
  const stream = new BinaryWriter().uint32(10).string('{app="shop"}').uint32(18).bytes(entry.finish()).finish();
  return new Uint8Array(snappy.compress(new BinaryWriter().uint32(10).bytes(stream).finish()));
}

describe('POST /loki/api/v1/push', () => {
  it('stores JSON with labels, metadata and nanoseconds', async () => {
    const response = await push(
      lines(['1700000000123456789', 'a', { trace_id: 't', span_id: 's', user: 'u' }], ['1700000001000000000', 'b']),
      JSON_TYPE,
    );
    expect([response.status, await response.text()]).toEqual([204, '']);
    expect(await stored('attr.app:shop attr.env:test')).toMatchObject([
      {
        message: 'a',
        service: 'shop',
        traceId: 't',
        spanId: 's',
        timestamp: '2023-11-14T22:13:20.123456789Z',
        attributes: { user: 'u' },
      },
      { message: 'b' },
    ]);
    expect(await get('/traces/t/logs')).toMatchObject({ logs: [{ message: 'a' }] });
  });

  it('stores snappy protobuf and gzipped JSON', async () => {
    expect((await push(snappyPush('proto', { level: 'error' }), PROTO_TYPE)).status).toBe(204);
    expect((await push(snappyPush('named'), { ...PROTO_TYPE, 'content-encoding': 'snappy' })).status).toBe(204);
    const zipped = new Uint8Array(gzipSync(lines(['1', 'zipped'])));
    expect((await push(zipped, { ...JSON_TYPE, 'content-encoding': 'gzip' })).status).toBe(204);
    expect(await stored()).toMatchObject([{ message: 'zipped' }, { message: 'proto', level: 'error' }, { message: 'named' }]);
  });

  it('of a failed trace gives it a DAG', async () => {
    await push(snappyPush('failed', { trace_id: 'down', span_id: 'a', level: 'error' }), PROTO_TYPE);
    await waitUntil(
      async () => (await fetch(`http://${app.http}/api/v1/traces/down/dag`, { headers: { 'tenant-id': tenant } })).ok,
      'the DAG is there',
    );
  });

  it('stores a body that is sent again once, unless it may not be told from another', async () => {
    for (let time = 0; time < 3; time++) expect((await push(snappyPush('once'), PROTO_TYPE)).status).toBe(204);
    expect(await stored()).toHaveLength(1);
    await push(snappyPush('once'), { ...PROTO_TYPE, 'x-rootspan-dedupe': 'off' });
    expect(await stored()).toHaveLength(2);
    for (let time = 0; time < 2; time++) await push(lines(['1700000000000000000', 'coarse']), JSON_TYPE);
    expect(await stored('coarse')).toHaveLength(2);
  });

  it('keeps the good lines where one breaks a limit, and answers 400', async () => {
    const labels = { stream: { app: 'x'.repeat(300) }, values: [['1', 'too long a service']] };
    const good = { stream: { app: 'fine' }, values: [['2', 'good']] };
    const response = await push(JSON.stringify({ streams: [labels, good] }), JSON_TYPE);
    expect([response.status, await response.json()]).toMatchObject([400, { detail: expect.stringContaining('1 of 2 lines') }]);
    expect(await stored()).toMatchObject([{ message: 'good' }]);
  });

  it.each([
    ['no JSON', JSON_TYPE, 400],
    [lines(['noon', 'x']), JSON_TYPE, 400],
    ['no snappy', PROTO_TYPE, 400],
    ['{}', { ...JSON_TYPE, 'content-encoding': 'br' }, 415],
    ['x'.repeat(2 << 20), PROTO_TYPE, 413],
  ])('refuses %.30s %j', async (body, headers, status) => {
    expect((await push(body, headers)).status).toBe(status);
    expect(await stored()).toEqual([]);
  });

  it('refuses snappy and gzip bombs', async () => {
    expect((await push(new Uint8Array([0xff, 0xff, 0xff, 0xff, 0x0f, 0]), PROTO_TYPE)).status).toBe(413);
    const bomb = new Uint8Array(gzipSync(Buffer.alloc(100 << 20, ' ')));
    expect((await push(bomb, { ...JSON_TYPE, 'content-encoding': 'gzip' })).status).toBe(413);
    const amplified = { stream: { app: 'x', wide: 'w'.repeat(60_000) }, values: Array.from({ length: 1_000 }, () => ['1', '']) };
    expect((await push(JSON.stringify({ streams: [amplified] }), JSON_TYPE)).status).toBe(413);
  });
});

describe('What Loki clients ask for before they push', () => {
  it('is answered', async () => {
    const ready = await fetch(`http://${app.http}/ready`);
    expect([ready.status, await ready.text()]).toEqual([200, 'ready\n']);
    const info = await fetch(`http://${app.http}/loki/api/v1/status/buildinfo`);
    expect([info.status, await info.json()]).toMatchObject([200, { version: expect.stringMatching(/^\d+\.\d+\.\d+$/) }]);
  });
});
