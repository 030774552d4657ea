/** An all-in-one on PostgreSQL servers of one's own: both URLs may name one database, and it may be away for a while. */
import { setTimeout as pause } from 'node:timers/promises';
import type { AppProcess } from '../support/app-process.js';
import type { ContractClient } from '../support/contract-client.js';
import { account, ALL_EXACTLY_ONCE, Load, storedMessages } from '../support/load.js';
import { outcomeOf } from '../support/outcome.js';
import { LogLevel, unique, valid } from '../support/records.js';
import type { RestartablePostgres } from '../support/restartable-postgres.js';
import { useTestBed } from '../support/test-bed.js';
import { waitUntil } from '../support/wait-until.js';

/** What the contract's promise is tested with; nothing is asserted about time. */
const OUTAGE_MS = 10_000;

describe('an all-in-one with one database for both URLs', () => {
  const bed = useTestBed();
  let postgres: RestartablePostgres;
  let app: AppProcess;
  let client: ContractClient;

  beforeAll(async () => {
    postgres = await bed.restartablePostgres(['rootspan']);
    const url = postgres.url('rootspan');
    app = await bed.start('all-in-one', {
      ROOTSPAN_DATA_DIR: await bed.folder(),
      LOG_INGESTION_DATABASE: url,
      DAG_DATABASE: url,
    });
    client = bed.client(app.grpc).as(unique('away'));
  });

  it('works', async () => {
    const own = client.as(unique('works'));
    await own.sendLog(valid({ level: LogLevel.ERROR }));
    expect((await own.getLogs()).logs).toHaveLength(1);
    expect(await waitUntil(() => own.getDagByTraceId('trace-1'), 'the DAG is there')).toMatchObject({ logCount: 1 });
    expect((await own.getDags()).dags).toHaveLength(1);
  });

  it('starts no database of its own', () => {
    expect(app.output).not.toMatch(/starting the database/);
  });

  it('keeps every acknowledged record exactly once while the database is away for ten seconds', async () => {
    const load = new Load(client, { callers: 8 });
    await load.untilMore(1_000);

    await postgres.stop();
    await load.untilStatus('UNAVAILABLE');
    const single = valid({ traceId: 'while-away', message: 'sent while the database was away' });
    const outcome = await outcomeOf(client.sendLog(single));
    expect(outcome).toMatchObject({ status: 'UNAVAILABLE', retryable: true });
    await waitUntil(async () => (await app.readiness()).status === 503, 'the app is not ready');
    expect((await app.readiness()).missing.join('\n')).toContain('log-ingestion-db');
    const ackedWhileAway = load.acked.size;
    await pause(OUTAGE_MS);
    expect(load.acked.size).toBe(ackedWhileAway);

    await postgres.start();
    await load.untilMore(1_000);
    await load.stop();
    await load.finish(client);
    await waitUntil(async () => (await app.readiness()).status === 200, 'the app is ready again');
    const stored = (await storedMessages(client)).filter((message) => message !== single.message);
    expect(account(load, stored)).toEqual(ALL_EXACTLY_ONCE);
    expect(load.statuses.get('UNAVAILABLE')).toBeGreaterThan(0);
  });

  it('builds the DAGs of traces that failed around the outage', async () => {
    const { logs } = await client.getLogs({ pageSize: 10_000 });
    const failed = new Set(logs.filter((record) => record.level === 'error').map((record) => record.traceId));
    expect(failed.size).toBeGreaterThan(0);
    for (const traceId of failed) {
      await waitUntil(() => client.getDagByTraceId(traceId), `the DAG of ${traceId} is there`);
    }
  });
});
