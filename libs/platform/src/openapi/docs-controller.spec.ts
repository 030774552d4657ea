import { loadConfig } from '../config/load-config.js';
import { createLogger } from '../logging/logger.js';
import { startServers, type RunningServers } from '../app/start-servers.js';
import { json, type ApiPart } from './operation.js';
import { wholeObject } from './schema.js';

const part = (name: string): ApiPart => ({
  operations: [
    {
      method: 'post',
      path: `/${name}`,
      id: name,
      group: 'Parts',
      summary: `Sends <${name}>`,
      parameters: [],
      body: [json(name)],
      content: null,
      status: 204,
      tagged: false,
      asksStore: false,
    },
  ],
  messages: [],
  schemas: { [name]: wholeObject({ [name]: { type: 'string' } }) },
});

const running: RunningServers[] = [];

async function start(api: readonly ApiPart[]): Promise<string> {
  const config = loadConfig('all-in-one', { HTTP_PORT: '0', LOG_LEVEL: 'silent' });
  const servers = await startServers({ config, logger: createLogger(config), modules: [], grpcServices: [], api });
  running.push(servers);
  return `http://${servers.addresses['http']}`;
}

afterEach(async () => {
  await Promise.all(running.splice(0).map((servers) => servers.close()));
}, 60_000);

describe('What a process says of itself', () => {
  it('is what its parts serve, together', async () => {
    const server = await start([part('a'), part('b')]);
    const answer = await fetch(`${server}/api/openapi.json`);
    const { paths } = (await answer.json()) as { readonly paths: object };
    expect(Object.keys(paths)).toEqual(['/a', '/b', '/api/openapi.json', '/api/docs']);
    expect(paths).toMatchObject({
      '/a': {
        post: {
          requestBody: { content: { 'application/json': { schema: { $ref: '#/components/schemas/a' } } } },
          responses: { 204: { description: expect.any(String) as string } },
        },
      },
    });
    const known = { headers: { 'if-none-match': answer.headers.get('etag') ?? '' } };
    expect((await fetch(`${server}/api/openapi.json`, known)).status).toBe(304);
    const page = await (await fetch(`${server}/api/docs`)).text();
    expect(page).toContain('Sends &lt;a&gt;');
    expect(page).toContain('Sends &lt;b&gt;');
  });

  it('is nothing where it serves no API', async () => {
    const server = await start([]);
    expect((await fetch(`${server}/api/openapi.json`)).status).toBe(404);
    expect((await fetch(`${server}/api/docs`)).status).toBe(404);
  });

  it('keeps it from starting where two parts contradict each other', async () => {
    await expect(start([part('a'), part('a')])).rejects.toThrow('Two parts of the API have the operation post /a');
  });
});
