/** The HTTP port: probes and metrics (contract section 3). */
import { request } from 'node:http';
import type { AppProcess } from '../support/app-process.js';
import type { ContractClient } from '../support/contract-client.js';
import { readMetrics, type Metrics } from '../support/metrics.js';
import { LogLevel, unique, valid } from '../support/records.js';
import { useTestBed } from '../support/test-bed.js';
import { waitUntil } from '../support/wait-until.js';

describe('the HTTP port', () => {
  const bed = useTestBed();
  let app: AppProcess;
  let client: ContractClient;

  beforeAll(async () => {
    app = await bed.allInOne();
    client = bed.client(app.grpc).as('http');
  });

  it('says on /healthz that the process lives', async () => {
    const response = await fetch(`http://${app.http}/healthz`);
    expect([response.status, await response.json()]).toEqual([200, { status: 'ok' }]);
  });

  it('says on /readyz that nothing is missing', async () => {
    const response = await fetch(`http://${app.http}/readyz`);
    expect([response.status, await response.json()]).toMatchObject([200, { status: 'ready', missing: [] }]);
  });

  it('answers an unknown path with a problem', async () => {
    const response = await fetch(`http://${app.http}/no/such/path`);
    expect(response.status).toBe(404);
    expect(response.headers.get('content-type')).toContain('application/problem+json');
    expect(await response.json()).toMatchObject({
      status: 404,
      code: expect.stringMatching(/./),
      detail: expect.stringContaining('/no/such/path'),
    });
  });

  it('is closed to web pages of other places and to names that are not this machine’s', async () => {
    expect(await statusOf(app.http, 'POST', { origin: 'https://evil.example' })).toBe(403);
    expect(await statusOf(app.http, 'POST', { host: 'evil.example' })).toBe(403);
    expect(await statusOf(app.http, 'GET', { host: 'evil.example' })).toBe(403);
  });

  describe('on /metrics', () => {
    it('has every metric that operators are promised', async () => {
      const names = Object.keys(await readMetrics(app.http));
      expect(names).toEqual(
        expect.arrayContaining([
          'rootspan_records_accepted_total',
          'rootspan_records_rejected_total',
          'rootspan_records_stored_total',
          'rootspan_slices_duplicate_total',
          'rootspan_records_dead_lettered_total',
          'rootspan_dag_delay_seconds_count',
        ]),
      );
      const response = await fetch(`http://${app.http}/metrics`);
      expect(response.headers.get('content-type')).toContain('text/plain; version=0.0.4');
      const text = await response.text();
      for (const name of ['rootspan_consumer_lag_messages', 'rootspan_ack_duration_seconds', 'rootspan_query_duration_seconds']) {
        expect(text).toContain(`# TYPE ${name} `);
      }
    });

    it('counts what was accepted, rejected, stored and recognized', async () => {
      const before = await readMetrics(app.http);
      const batch = { batchId: unique('b'), logs: [valid(), valid({ service: '' }), valid({ message: 'another' })] };
      await client.sendLogs(batch);
      await client.sendLog(valid());
      await client.sendLogs(batch);
      const moved = await movedSince(before, 'rootspan_records_stored_total', 3);
      expect(moved('rootspan_records_accepted_total')).toBe(5);
      expect(moved('rootspan_records_rejected_total')).toBe(2);
      expect(moved('rootspan_records_stored_total')).toBe(3);
      expect(moved('rootspan_slices_duplicate_total')).toBeGreaterThan(0);
      expect(moved('rootspan_ack_duration_seconds_count')).toBe(3);
    });

    it('measures DAGs and queries', async () => {
      const before = await readMetrics(app.http);
      await client.sendLog(valid({ traceId: unique('failed'), level: LogLevel.ERROR }));
      await client.getLogs();
      const moved = await movedSince(before, 'rootspan_dag_delay_seconds_count', 1);
      expect(moved('rootspan_query_duration_seconds_count')).toBe(1);
    });

    /** Waits until the metric has grown by that much, and answers how much each has grown. */
    async function movedSince(before: Metrics, name: string, by: number): Promise<(name: string) => number> {
      const grown = (now: Metrics, of: string) => (now[of] ?? 0) - (before[of] ?? 0);
      const after = await waitUntil(async () => {
        const now = await readMetrics(app.http);
        return grown(now, name) >= by ? now : null;
      }, `${name} has grown by ${by}`);
      return (of) => grown(after, of);
    }
  });
});

/** The status of a request with headers that fetch doesn't let anybody set. */
function statusOf(address: string, method: string, headers: Readonly<Record<string, string>>): Promise<number> {
  return new Promise((resolve, reject) => {
    const sent = request(`http://${address}/healthz`, { method, headers }, (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    });
    sent.on('error', reject);
    sent.end();
  });
}
