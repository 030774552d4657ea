import { startPostgresUnderTest } from '../conformance/postgres-under-test.js';
import { describeStoreLooks } from '../conformance/store-looks.js';
import { PostgresLogWriter } from './postgres-log-writer.js';
import { PostgresStoreStatus } from './postgres-store-status.js';
import { PostgresTraceSummary } from './postgres-trace-summary.js';

describeStoreLooks('PostgreSQL', async () => {
  const { database, close } = await startPostgresUnderTest('log-ingestion', 'dag-builder');
  return {
    writer: new PostgresLogWriter(database),
    summaries: new PostgresTraceSummary(database),
    status: new PostgresStoreStatus(database, database),
    close,
  };
});
