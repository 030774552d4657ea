/** How the web UI is served beside the API of the same port. */
import type { AppProcess } from '../support/app-process.js';
import { useTestBed } from '../support/test-bed.js';

const BROWSER = { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' };

describe('the web UI on HTTP_PORT', () => {
  const bed = useTestBed();
  let app: AppProcess;

  beforeAll(async () => {
    app = await bed.allInOne();
  });

  const get = (path: string, headers: Readonly<Record<string, string>> = BROWSER, method = 'GET'): Promise<Response> =>
    fetch(`http://${app.http}${path}`, { method, headers });

  it.each(['/', '/patterns', '/patterns/0123', '/traces/abc', '/traces/a%2Fb?span=x', '/logs?q=level%3Aerror', '/tail', '/map'])(
    'answers a browser with its page at %s',
    async (path) => {
      const response = await get(path);
      expect([response.status, response.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
      expect(await response.text()).toContain('<div id="root">');
    },
  );

  it('lets its page run and call nothing but what this server serves', async () => {
    const { headers } = await get('/');
    const policy = headers.get('content-security-policy') ?? '';
    expect(policy).toContain("default-src 'none'");
    expect(policy).not.toMatch(/unsafe|https?:|\*/);
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('cache-control')).toBe('no-cache');
  });

  it('has files that may be kept for ever, since their names change with their content', async () => {
    const page = await (await get('/')).text();
    const names = [...page.matchAll(/(?:src|href)="(\/assets\/[^"]+)"/g)].map(([, name = '']) => name);
    expect(names.length).toBeGreaterThan(1);
    for (const name of names) {
      const response = await get(name, { accept: '*/*' });
      expect([name, response.status, response.headers.get('cache-control')]).toEqual([
        name,
        200,
        'public, max-age=31536000, immutable',
      ]);
    }
  });

  it('answers 304 to who has the page already, and sends it compressed to who takes that', async () => {
    const plain = await get('/', { ...BROWSER, 'accept-encoding': 'identity' });
    const compressed = await get('/', { ...BROWSER, 'accept-encoding': 'gzip, br' });
    expect([plain.headers.get('content-encoding'), compressed.headers.get('content-encoding')]).toEqual([null, 'gzip']);
    expect(await compressed.text()).toBe(await plain.text());
    expect(compressed.headers.get('etag')).not.toBe(plain.headers.get('etag'));
    for (const response of [plain, compressed]) {
      const encoding = response === plain ? 'identity' : 'gzip';
      const headers = { ...BROWSER, 'accept-encoding': encoding, 'if-none-match': response.headers.get('etag') ?? '' };
      expect((await get('/', headers)).status).toBe(304);
    }
  });

  it('answers HEAD with no body', async () => {
    const response = await get('/logs', BROWSER, 'HEAD');
    expect([response.status, await response.text()]).toEqual([200, '']);
    expect(Number(response.headers.get('content-length'))).toBeGreaterThan(0);
  });

  it.each([
    '/no/such/path',
    '/traces',
    '/traces/a/b',
    '/api/v1/nothing',
    '/assets/none.js',
    '/assets/..%2findex.html',
    '/index.html',
  ])('leaves %s unknown, for browsers too', async (path) => {
    const response = await get(path);
    expect([response.status, response.headers.get('content-type')]).toEqual([404, 'application/problem+json; charset=utf-8']);
  });

  it('leaves the API and the probes as they are, whatever a browser says that it takes', async () => {
    for (const path of ['/healthz', '/readyz', '/api/openapi.json', '/api/v1/logs', '/api/v1/patterns']) {
      const response = await get(path);
      expect([path, response.headers.get('content-type')?.split(';')[0]]).toEqual([path, 'application/json']);
    }
  });

  it('takes no other method and no client that asks for JSON', async () => {
    expect((await get('/patterns', BROWSER, 'POST')).status).toBe(404);
    expect((await get('/patterns', { accept: 'application/json' })).status).toBe(404);
  });

  it('refuses names that are not this machine’s', async () => {
    const response = await get('/', { ...BROWSER, origin: 'https://evil.example' });
    expect(response.status).toBe(403);
  });
});
