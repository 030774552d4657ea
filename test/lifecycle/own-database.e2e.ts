/** An all-in-one on a PostgreSQL server of one's own: both URLs may name one database. */
import type { AppProcess } from '../support/app-process.js';
import type { ContractClient } from '../support/contract-client.js';
import { LogLevel, unique, valid } from '../support/records.js';
import type { RestartablePostgres } from '../support/restartable-postgres.js';
import { useTestBed } from '../support/test-bed.js';
import { waitUntil } from '../support/wait-until.js';

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
    client = bed.client(app.grpc).as(unique('own'));
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
});
