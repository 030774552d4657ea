/** NDJSON exports (contract section 7). */
import type { AppProcess } from '../support/app-process.js';
import type { ContractClient } from '../support/contract-client.js';
import { unique, valid } from '../support/records.js';
import { useTestBed } from '../support/test-bed.js';

interface Page {
  readonly logs?: readonly unknown[];
  readonly nextPageToken?: string;
}

const bed = useTestBed();
let app: AppProcess;
let tenant: string;
let client: ContractClient;

beforeAll(async () => {
  app = await bed.allInOne();
  tenant = unique('export');
  client = bed.client(app.grpc).as(tenant);
});

const get = (path: string, headers: Readonly<Record<string, string>> = {}): Promise<Response> =>
  fetch(`http://${app.http}/api/v1${path}`, { headers: { 'tenant-id': tenant, ...headers } });

const getJson = async (path: string): Promise<unknown> => (await get(path)).json();

/** The records of all pages. */
async function followPages(path: string, limit: number): Promise<unknown[]> {
  const found: unknown[] = [];
  for (let token = ''; ;) {
    const page = (await getJson(`${path}&limit=${limit}${token}`)) as Page;
    found.push(...(page.logs ?? []));
    if (page.nextPageToken === undefined) return found;
    token = `&pageToken=${encodeURIComponent(page.nextPageToken)}`;
  }
}

describe('An export over REST', () => {
  const linesOf = async (path: string, coding: string): Promise<unknown[]> => {
    const response = await get(path, { 'accept-encoding': coding });
    expect(response.headers.get('content-type')).toBe('application/x-ndjson; charset=utf-8');
    expect(response.headers.get('content-encoding')).toBe(coding === 'identity' ? null : 'gzip');
    const text = await response.text();
    return text === ''
      ? []
      : text
          .trimEnd()
          .split('\n')
          .map((line) => JSON.parse(line) as unknown);
  };

  it('gives every record that the query asks for, as its pages do, plain or zipped', async () => {
    const logs = Array.from({ length: 12_000 }, (_, i) =>
      valid({ message: i % 3 === 0 ? 'wanted' : 'other', timestamp: `2026-01-01T00:${String(i % 60).padStart(2, '0')}:00Z` }),
    );
    for (let i = 0; i < logs.length; i += 2_000) await client.sendLogs({ logs: logs.slice(i, i + 2_000) });
    for (const [query, count] of [
      ['order=asc', 12_000],
      ['q=wanted', 4_000],
      ['q=wanted&order=asc&from=2026-01-01T00:30:00Z', 2_000],
      ['q=nowhere', 0],
    ] as const) {
      const plain = await linesOf(`/logs/export?${query}`, 'identity');
      expect(plain).toHaveLength(count);
      expect(await linesOf(`/logs/export?${query}`, 'gzip')).toEqual(plain);
      if (query.startsWith('q=wanted&')) expect(plain).toEqual(await followPages(`/logs?${query}`, 700));
    }
  });

  it('goes on behind a page token', async () => {
    const first = (await getJson('/logs?q=wanted&limit=100')) as Page;
    const rest = await linesOf(`/logs/export?q=wanted&pageToken=${encodeURIComponent(first.nextPageToken ?? '')}`, 'identity');
    expect([...(first.logs ?? []), ...rest]).toEqual(await linesOf('/logs/export?q=wanted', 'identity'));
  });

  it.each([
    ['/logs/export?q=level>', 'q'],
    ['/logs/export?pageToken=x', 'pageToken'],
    ['/logs/export?limit=5', 'limit'],
  ])('is refused before it begins: %s', async (path, field) => {
    expect(await getJson(path)).toMatchObject({ status: 400, field });
  });
});
