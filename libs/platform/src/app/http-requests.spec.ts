import { Controller, Get, Post } from '@nestjs/common';
import type { Caller } from '../caller/caller.js';
import { CurrentCaller } from '../caller/current-caller.js';
import { loadConfig } from '../config/load-config.js';
import { unavailable } from '../errors/errors.js';
import { ReadinessRegistry } from '../health/readiness.js';
import { AnswersAs, TakesRawBody, type RouteAnswers } from '../http/route-options.js';
import { createLogger } from '../logging/logger.js';
import { startServers, type RunningServers } from './start-servers.js';

@Controller()
class ProbeController {
  @Get('who')
  who(@CurrentCaller() caller: Caller): Caller {
    return caller;
  }

  @Get('fails')
  fails(): never {
    throw new TypeError('the inside of the program');
  }

  @Post('body')
  body(): string {
    return 'taken';
  }
}

const FOREIGN: RouteAnswers = {
  headers: { 'x-product': 'foreign' },
  errorBody: ({ httpStatus }) => ({ contentType: 'text/x-foreign', bytes: Buffer.from(`fault ${httpStatus}`) }),
};

@Controller('foreign')
class ForeignController {
  @Get()
  @AnswersAs(FOREIGN)
  get(): string {
    return 'got';
  }

  @Post()
  @TakesRawBody(FOREIGN)
  post(): never {
    throw unavailable('The store', { retryAfterMs: 2_000 });
  }
}

class ProbeModule {}

const readiness = new ReadinessRegistry({ checkTimeoutMs: 1_000, cacheMs: 0 });
let servers: RunningServers;

const http = (path: string, init?: RequestInit) => fetch(`http://${servers.addresses['http']}${path}`, init);

beforeAll(async () => {
  const config = loadConfig('all-in-one', { HTTP_PORT: '0', LOG_LEVEL: 'silent', ROOTSPAN_MAX_CALL_BYTES: '1MiB' });
  const modules = [{ module: ProbeModule, controllers: [ProbeController, ForeignController] }];
  servers = await startServers({ config, logger: createLogger(config), modules, grpcServices: [], readiness });
}, 60_000);

afterAll(() => servers.close(), 60_000);

describe('An HTTP request', () => {
  it('to /healthz is answered while the process lives', async () => {
    const answer = await http('/healthz');
    expect([answer.status, await answer.json()]).toEqual([200, { status: 'ok' }]);
    expect(answer.headers.has('x-powered-by')).toBe(false);
  });

  it('to /readyz names what is missing', async () => {
    const remove = readiness.add({ name: 'Kafka', check: () => Promise.resolve({ ok: false, reason: 'No broker answers.' }) });
    const away = await http('/readyz');
    expect(away.status).toBe(503);
    expect(await away.json()).toEqual({
      status: 'not ready',
      missing: ['Kafka: No broker answers.'],
      details: { Kafka: 'No broker answers.' },
    });
    remove();
    const ready = await http('/readyz');
    expect([ready.status, await ready.json()]).toEqual([200, { status: 'ready', missing: [], details: {} }]);
  });

  it('to /metrics gets the text format', async () => {
    const answer = await http('/metrics');
    expect(answer.headers.get('content-type')).toContain('text/plain; version=0.0.4');
    expect(await answer.text()).toContain('rootspan_records_accepted_total 0');
  });

  it('carries the tenant of its header', async () => {
    expect(await (await http('/who', { headers: { 'tenant-id': 'b' } })).json()).toEqual({ tenant: 'b', subject: 'anonymous' });
    const refused = await http('/who', { headers: { 'tenant-id': 'a', 'x-scope-orgid': 'b' } });
    expect(refused.status).toBe(400);
    expect(await refused.json()).toMatchObject({ code: 'invalid_argument.field', field: 'x-scope-orgid' });
  });

  it('by a method that a path is not served by is told which ones are', async () => {
    const answer = await http('/body?x=1', { method: 'DELETE' });
    expect([answer.status, answer.headers.get('allow')]).toEqual([405, 'POST']);
    expect(await answer.json()).toMatchObject({
      code: 'unimplemented.method',
      detail: 'DELETE is not served at /body: use POST.',
    });
  });

  it.each([
    ['/nowhere?x=1', {}, 404, 'not_found.route', 'Nothing is served at GET /nowhere.'],
    ['/%zz', {}, 400, 'invalid_argument.body', expect.any(String)],
    ['/fails', {}, 500, 'internal', 'Internal error.'],
    [
      '/body',
      { method: 'POST', body: '{', headers: { 'content-type': 'application/json' } },
      400,
      'invalid_argument.body',
      expect.any(String),
    ],
    [
      '/body',
      { method: 'POST', body: '<a/>', headers: { 'content-type': 'text/xml' } },
      415,
      'invalid_argument.content_type',
      expect.any(String),
    ],
    [
      '/body',
      { method: 'POST', body: `"${'x'.repeat(2 << 20)}"`, headers: { 'content-type': 'application/json' } },
      413,
      'too_large.call',
      expect.stringContaining('1048576'),
    ],
  ])('to %s that fails gets a problem', async (path, init, code, name, detail) => {
    const answer = await http(path, init);
    expect(answer.headers.get('content-type')).toContain('application/problem+json');
    expect([answer.status, await answer.json()]).toEqual([
      code,
      expect.objectContaining({
        type: `urn:rootspan:error:${name}`,
        title: expect.any(String),
        status: code,
        code: name,
        detail,
      }),
    ]);
  });

  it.each<[string, RequestInit, number, string]>([
    ['is answered', {}, 200, 'got'],
    ['is refused by its handler', { method: 'POST', body: 'x' }, 503, 'fault 503'],
    ['is refused by the guard', { headers: { 'tenant-id': 'no tenant' } }, 400, 'fault 400'],
    ['is refused by the server', { method: 'POST', body: 'x'.repeat(2 << 20) }, 413, 'fault 413'],
  ])('to a route with a form of its own %s in that form', async (_, init, status, text) => {
    const answer = await http('/foreign', init);
    expect([answer.status, answer.headers.get('x-product'), await answer.text()]).toEqual([status, 'foreign', text]);
    if (status >= 400) expect(answer.headers.get('content-type')).toBe('text/x-foreign');
    if (status === 503) expect(answer.headers.get('retry-after')).toBe('2');
  });

  it('of a web page elsewhere is refused', async () => {
    const answer = await http('/body', { method: 'POST', headers: { origin: 'https://evil.example' } });
    expect([answer.status, await answer.json()]).toEqual([403, expect.objectContaining({ code: 'forbidden.origin' })]);
    expect((await http('/body', { method: 'POST', headers: { origin: 'http://localhost:5173' } })).status).toBe(201);
  });
});
