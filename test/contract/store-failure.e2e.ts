/** A query service whose database is slow or away (contract section 2). */
import type { Client } from 'pg';
import type { AppProcess } from '../support/app-process.js';
import type { ContractClient } from '../support/contract-client.js';
import { outcomeOf } from '../support/outcome.js';
import { LogLevel, valid } from '../support/records.js';
import type { RestartablePostgres } from '../support/restartable-postgres.js';
import { useTestBed } from '../support/test-bed.js';
import { waitUntil } from '../support/wait-until.js';

describe('a query service', () => {
  const bed = useTestBed();
  let postgres: RestartablePostgres;
  let service: AppProcess;
  let client: ContractClient;
  let patternId: string;

  beforeAll(async () => {
    postgres = await bed.restartablePostgres(['logs', 'dags']);
    const databases = { LOG_INGESTION_DATABASE: postgres.url('logs'), DAG_DATABASE: postgres.url('dags') };
    const writer = await bed.allInOne(databases);
    service = await bed.start('query-service', databases);
    client = bed.client(service.grpc);
    await bed.client(writer.grpc).sendLog(valid({ level: LogLevel.ERROR }));
    patternId = (await waitUntil(() => client.getDagByTraceId('trace-1'), 'the DAG is there')).patternId;
    await writer.stop();
  });

  const questions: readonly [string, string, (deadlineMs?: number) => Promise<unknown>][] = [
    ['GetLogs', 'Failed to fetch logs.', (deadlineMs) => client.getLogs({}, { deadlineMs })],
    ['GetDags', 'Failed to fetch dags', (deadlineMs) => client.getDags({}, { deadlineMs })],
    [
      'GetLogsByTraceId',
      'Failed to fetch logs by trace id',
      (deadlineMs) => client.getLogsByTraceId({ traceId: 'trace-1' }, { deadlineMs }),
    ],
    ['GetDagByTraceId', 'Failed to fetch dag by trace id', (deadlineMs) => client.getDagByTraceId('trace-1', { deadlineMs })],
    ['GetServiceMap', 'Failed to fetch service map', (deadlineMs) => client.getServiceMap({}, { deadlineMs })],
    ['ListPatterns', 'Failed to fetch patterns', (deadlineMs) => client.listPatterns({}, { deadlineMs })],
    ['GetPattern', 'Failed to fetch pattern', (deadlineMs) => client.getPattern({ id: patternId }, { deadlineMs })],
    [
      'SetPatternState',
      'Failed to set pattern state',
      (deadlineMs) => client.setPatternState(patternId, 'resolved', { deadlineMs }),
    ],
  ];

  it('doesn’t take records', async () => {
    expect(await outcomeOf(client.sendLog(valid()))).toMatchObject({ status: 'UNIMPLEMENTED' });
  });

  describe('whose tables are locked', () => {
    let logs: Client;
    let dags: Client;

    beforeAll(async () => {
      logs = await bed.sql(postgres.url('logs'));
      dags = await bed.sql(postgres.url('dags'));
      await logs.query('BEGIN; LOCK TABLE logs IN ACCESS EXCLUSIVE MODE');
      await dags.query('BEGIN; LOCK TABLE dags, patterns IN ACCESS EXCLUSIVE MODE');
    });

    afterAll(async () => {
      for (const connection of [logs, dags]) {
        await connection.query('ROLLBACK');
        await connection.end();
      }
    });

    it.each(questions)('%s answers DEADLINE_EXCEEDED in time, and its SQL is cancelled', async (_rpc, _text, ask) => {
      expect(await outcomeOf(ask(300))).toMatchObject({ status: 'DEADLINE_EXCEEDED' });
      await waitUntil(async () => {
        const { rows } = await logs.query("SELECT query FROM pg_stat_activity WHERE wait_event_type = 'Lock'");
        return rows.length === 0;
      }, 'no query waits for the lock any more');
    });
  });

  it.each(questions)('%s answers again when the lock is gone', async (_rpc, _text, ask) => {
    expect((await outcomeOf(ask())).status).toBe('OK');
  });

  describe('whose database is away', () => {
    beforeAll(() => postgres.stop());

    it.each(questions)('%s answers INTERNAL with exactly "%s"', async (_rpc, text, ask) => {
      expect(await outcomeOf(ask())).toMatchObject({ status: 'INTERNAL', details: text });
    });

    it('lives, and names on /readyz what is missing', async () => {
      // What /readyz says is kept for half a second.
      const missing = await waitUntil(async () => {
        const readiness = await service.readiness();
        return readiness.status === 503 ? readiness.missing : null;
      }, 'the service says that it is not ready');
      expect(missing.join('\n')).toMatch(/log-ingestion-db/);
      expect((await fetch(`http://${service.http}/healthz`)).status).toBe(200);
    });

    it('tells health checks that it does not serve', async () => {
      const notServing = Buffer.from([0x08, 0x02]); // status = 2
      await waitUntil(
        async () => notServing.equals(await client.raw('/grpc.health.v1.Health/Check', Buffer.alloc(0))),
        'Check answers NOT_SERVING',
      );
    });

    it('tells the details in its own log', () => {
      expect(service.output).toMatch(/ECONNREFUSED|terminat|shutting down/i);
    });

    it('answers again once the database is back', async () => {
      await postgres.start();
      await waitUntil(async () => (await service.readiness()).status === 200, 'the service is ready again');
      for (const [, , ask] of questions) expect((await outcomeOf(ask())).status).toBe('OK');
    });
  });
});
