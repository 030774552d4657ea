/** The OpenAPI document against the server: every path, every answer, so that it can never lie (contract section 7). */
import { gzipSync } from 'node:zlib';
import type { AppProcess } from '../support/app-process.js';
import { INGEST_SAMPLES, type IngestSample } from '../support/ingest-samples.js';
import { bodyChecks, promisedAnswers, type PromisedAnswer } from '../support/open-api.js';
import { LogLevel, valid } from '../support/records.js';
import type { RestartablePostgres } from '../support/restartable-postgres.js';
import { useTestBed } from '../support/test-bed.js';
import { waitUntil } from '../support/wait-until.js';

/** Everything in a record, so that every field of an answer is seen. */
const FULL = valid({
  traceId: 'failed',
  spanId: 'b',
  parentId: 'a',
  level: LogLevel.ERROR,
  attributes: { region: 'eu' },
  attributesJson: '{"attempt":2}',
  resourceJson: '{"host":"h"}',
  scope: 'scope',
  event: 'event',
  severityText: 'ERR',
  observedTimestamp: '2026-01-01T00:00:00Z',
  traceFlags: 1,
  id: 'key',
});

const CALL_BYTES = 1_048_576;
/** Of every operation that takes records: overload.e2e.ts brings it about. */
const BROUGHT_ABOUT_ELSEWHERE = '429';

const sampleOf = ({ method, path }: PromisedAnswer): IngestSample | undefined => INGEST_SAMPLES[`${method} ${path}`];

describe('the OpenAPI document', () => {
  const bed = useTestBed();
  let postgres: RestartablePostgres;
  let app: AppProcess;
  let document: Readonly<Record<string, unknown>>;
  let promised: PromisedAnswer[];
  let patternId: string;

  beforeAll(async () => {
    postgres = await bed.restartablePostgres(['logs', 'dags']);
    app = await bed.allInOne({
      LOG_INGESTION_DATABASE: postgres.url('logs'),
      DAG_DATABASE: postgres.url('dags'),
      ROOTSPAN_MAX_CALL_BYTES: String(CALL_BYTES),
    });
    const client = bed.client(app.grpc);
    await client.sendLogs({ logs: [valid({ traceId: 'failed', spanId: 'a', service: 'gateway' }), FULL] });
    await client.sendLog(valid({ traceId: 'fine' }));
    await waitUntil(() => client.getDagByTraceId('failed'), 'the DAG is there');
    const response = await fetch(`http://${app.http}/api/openapi.json`);
    const { patterns } = (await (await fetch(`http://${app.http}/api/v1/patterns`)).json()) as { patterns: { id: string }[] };
    patternId = patterns[0]?.id ?? '';
    document = (await response.json()) as Readonly<Record<string, unknown>>;
    promised = promisedAnswers(document).filter(({ status }) => status !== BROUGHT_ABOUT_ELSEWHERE);
  });

  /** How each answer is brought about, whatever the operation. */
  const requests: Readonly<Record<string, (answer: PromisedAnswer) => Promise<Response>>> = {
    200: (answer) => ask(answer),
    304: async (answer) => ask(answer, { headers: { 'if-none-match': (await ask(answer)).headers.get('etag') ?? 'none' } }),
    204: (answer) => ask(answer),
    400: (answer) =>
      isQuestion(answer) ? ask(answer, {}, '?no-such-parameter=1') : ask(answer, { headers: { 'tenant-id': 'no tenant' } }),
    403: (answer) => ask(answer, { headers: { origin: 'https://evil.example' } }),
    404: (answer) => ask({ ...answer, path: answer.path.replace(/\{\w+\}/, 'unknown') }),
    413: (answer) =>
      ask(answer, { body: new Uint8Array(gzipSync(Buffer.alloc(2 * CALL_BYTES))), headers: { 'content-encoding': 'gzip' } }),
    503: (answer) => ask(answer),
    default: (answer) =>
      sampleOf(answer) === undefined
        ? ask(answer, { method: 'DELETE' })
        : ask(answer, { headers: { 'content-encoding': 'none of ours' } }),
  };

  /** Whether it takes the parameters that it names and no others; protocols take what their clients send. */
  function isQuestion(answer: PromisedAnswer): boolean {
    return answer.path.startsWith('/api/') && answer.path !== '/api/health' && sampleOf(answer) === undefined;
  }

  function ask(answer: PromisedAnswer, init: RequestInit = {}, query = ''): Promise<Response> {
    const { method, path } = answer;
    const { type, body, headers: own } = sampleOf(answer) ?? { type: 'application/json', body: '{"state":"ignored"}' };
    const filled = path
      .replace('{traceId}', 'failed')
      .replace('{id}', patternId)
      .replace(/\{\w+\}/, 'logs');
    const asked = path.endsWith('/fields') ? `${query || '?'}&field=service` : query;
    const sends = method === 'post' && init.method === undefined;
    const headers = { ...(sends && { 'content-type': type, ...own }), ...init.headers };
    return fetch(`http://${app.http}${filled}${asked}`, {
      method: method.toUpperCase(),
      body: sends ? body : undefined,
      ...init,
      headers,
    });
  }

  /** Brings the answer about and holds it against what is promised. @returns what is wrong */
  async function faultsOf(answer: PromisedAnswer): Promise<string[]> {
    const { method, path, status, type, check } = answer;
    const where = `${method} ${path} ${status}`;
    const request = requests[status];
    if (request === undefined) return [`${where}: this test does not know how to get it`];
    const response = await request(answer);
    const body = await bodyOf(response);
    const expected = status === 'default' ? (sampleOf(answer) === undefined ? 405 : 415) : Number(status);
    if (response.status !== expected) return [`${where}: got ${response.status} ${body.slice(0, 200)}`];
    const sent = response.headers.get('content-type')?.split(';')[0] ?? '';
    if (sent !== type) return [`${where}: is ${sent}, not ${type}`];
    const texts = type === 'application/x-ndjson' ? body.trimEnd().split('\n') : [body];
    return texts.flatMap((text) =>
      check === null || check(JSON.parse(text)) ? [] : [`${where}: ${JSON.stringify(check.errors)} in ${text.slice(0, 500)}`],
    );
  }

  /** All of it; of a stream that never ends what comes first. */
  async function bodyOf(response: Response): Promise<string> {
    if (response.headers.get('content-type')?.startsWith('text/event-stream') !== true) return response.text();
    const reader = response.body?.getReader();
    const first = await reader?.read();
    await reader?.cancel();
    return Buffer.from(first?.value ?? []).toString();
  }

  async function faultsWhere(wanted: (answer: PromisedAnswer) => boolean): Promise<string[]> {
    const faults: string[] = [];
    for (const answer of promised.filter(wanted)) faults.push(...(await faultsOf(answer)));
    return faults;
  }

  it('is of some size, and strict', () => {
    expect(new Set(promised.map(({ path }) => path)).size).toBeGreaterThan(10);
    const checks = promised.flatMap(({ path, check }) => (check === null || path === '/api/openapi.json' ? [] : [check]));
    expect(checks.map((check) => check({ noSuchField: 1 }))).toEqual(checks.map(() => false));
  });

  it('takes the bodies that it describes', () => {
    const checks = bodyChecks(document);
    const described = checks.map(({ operation }) => operation).filter((operation) => !operation.includes('/patterns/'));
    expect([...new Set(described)].sort()).toEqual(Object.keys(INGEST_SAMPLES).sort());
    for (const { operation, type, check } of checks) {
      const sample = INGEST_SAMPLES[operation];
      if (sample?.type !== type || check === null) continue;
      const texts = type === 'application/x-ndjson' ? sample.body.trimEnd().split('\n') : [sample.body];
      for (const text of texts) expect([operation, check(JSON.parse(text)), check.errors]).toEqual([operation, true, null]);
    }
  });

  it('promises for every path what comes', async () => {
    expect(await faultsWhere(({ status }) => status !== '503')).toEqual([]);
  });

  it('promises for a trace without an error what comes', async () => {
    const trace = promised.filter(({ path, status }) => path === '/api/v1/traces/{traceId}' && status === '200');
    for (const { check } of trace) {
      const body: unknown = await (await fetch(`http://${app.http}/api/v1/traces/fine`)).json();
      expect([check?.(body), check?.errors]).toEqual([true, null]);
      expect(body).toMatchObject({ dag: null, dagState: 'none', logCount: 1 });
    }
    expect(trace).toHaveLength(1);
  });

  it('has a page for people that shows every path', async () => {
    const page = await (await fetch(`http://${app.http}/api/docs`)).text();
    for (const { path } of promised) expect(page).toContain(path);
  });

  it('promises 503 with Retry-After wherever the database is asked and away', async () => {
    await postgres.stop();
    // All at once: ingest looks for the database for a while before it gives up.
    const answers = promised.filter(({ status }) => status === '503');
    expect((await Promise.all(answers.map(faultsOf))).flat()).toEqual([]);
    const response = await fetch(`http://${app.http}/api/v1/logs`);
    expect([response.status, response.headers.get('retry-after')]).toEqual([503, '1']);
    expect((await fetch(`http://${app.http}/api/docs`)).status).toBe(200);
  });
});
