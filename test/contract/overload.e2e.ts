/** More than fits the queue: refused with a delay, one tenant never at another's cost; limits follow the configuration. */
import type { Client } from 'pg';
import type { AppProcess } from '../support/app-process.js';
import { allLogs, type ContractClient } from '../support/contract-client.js';
import { outcomeOf, type Outcome } from '../support/outcome.js';
import { unique, valid } from '../support/records.js';
import { useTestBed } from '../support/test-bed.js';
import { waitUntil } from '../support/wait-until.js';

const CALL_BYTES = 200_000;
const LARGE = 'x'.repeat(CALL_BYTES);

/** One large record by each protocol over HTTP. */
const POSTS: readonly (readonly [path: string, type: string, body: string])[] = [
  ['/api/v1/logs', 'text/plain', LARGE],
  ['/proton/v1/ingest/streams/s', 'application/json', JSON.stringify({ columns: ['message'], data: [[LARGE]] })],
  [
    '/loki/api/v1/push',
    'application/json',
    JSON.stringify({ streams: [{ stream: {}, values: [['1700000000000000001', LARGE]] }] }),
  ],
  ['/_bulk', 'application/x-ndjson', `{"create":{}}\n${JSON.stringify({ message: LARGE })}\n`],
  [
    '/v1/logs',
    'application/json',
    JSON.stringify({ resourceLogs: [{ scopeLogs: [{ logRecords: [{ body: { stringValue: LARGE } }] }] }] }),
  ],
];

describe('an all-in-one with small queues', () => {
  const bed = useTestBed();
  let app: AppProcess;
  let client: ContractClient;
  let sql: Client;

  beforeAll(async () => {
    const postgres = await bed.postgres();
    const url = await postgres.createDatabase();
    app = await bed.allInOne({
      LOG_INGESTION_DATABASE: url,
      DAG_DATABASE: url,
      ROOTSPAN_MAX_CALL_BYTES: '1MiB',
      ROOTSPAN_QUEUE_BYTES: '4MiB',
      ROOTSPAN_TENANT_QUEUE_BYTES: '1MiB',
      ROOTSPAN_MAX_MESSAGE_BYTES: String(CALL_BYTES),
      ROOTSPAN_MAX_ATTRIBUTES: '2',
    });
    client = bed.client(app.grpc);
    sql = await bed.sql(url);
  });

  it('refuses what its configuration says is too large, for good', async () => {
    const attributes = { a: '1', b: '2', c: '3' };
    for (const record of [valid({ message: 'x'.repeat(CALL_BYTES + 1) }), valid({ attributes })]) {
      expect(await outcomeOf(client.sendLog(record))).toMatchObject({ status: 'RESOURCE_EXHAUSTED', retryable: false });
    }
    const logs = Array.from({ length: 8 }, () => valid({ message: LARGE }));
    expect(await outcomeOf(client.sendLogs({ logs }))).toMatchObject({ status: 'RESOURCE_EXHAUSTED', retryable: false });
  });

  it('refuses more than waits for the database with a delay, and stores what it acknowledges', async () => {
    const tenant = unique('busy');
    const busy = client.as(tenant);
    const quiet = client.as(unique('quiet'));
    await quiet.sendLog(valid({ message: 'before' }));
    await sql.query('BEGIN; LOCK TABLE logs IN ACCESS EXCLUSIVE MODE');

    const settled: Outcome<unknown>[] = [];
    const calls = Array.from({ length: 30 }, async (_, i) => {
      const outcome = await outcomeOf(busy.sendLog(valid({ spanId: `s${i}`, message: LARGE })));
      settled.push(outcome);
      return outcome;
    });
    await waitUntil(() => settled.some((outcome) => outcome.status === 'RESOURCE_EXHAUSTED'), 'a call is refused');
    for (const outcome of settled) expect(outcome).toMatchObject({ status: 'RESOURCE_EXHAUSTED', retryable: true });
    for (const [path, type, body] of POSTS) {
      const headers = { 'tenant-id': tenant, 'content-type': type };
      const response = await fetch(`http://${app.http}${path}`, { method: 'POST', headers, body });
      expect([path, response.status, response.headers.get('retry-after')]).toEqual([path, 429, expect.stringMatching(/^[1-9]/)]);
    }
    // The other tenant's share is free: its call waits with those that were taken.
    const other = outcomeOf(quiet.sendLog(valid({ message: 'meanwhile' })));

    await sql.query('ROLLBACK');
    expect((await other).status).toBe('OK');
    const outcomes = await Promise.all(calls);
    const acked = outcomes.flatMap((outcome, i) => (outcome.status === 'OK' ? [`s${i}`] : []));
    expect(acked.length).toBeGreaterThan(0);
    expect((await allLogs(busy)).map((record) => record.spanId).sort()).toEqual(acked.sort());
    expect((await allLogs(quiet)).map((record) => record.message).sort()).toEqual(['before', 'meanwhile']);
  });
});
