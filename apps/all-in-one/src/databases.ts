import { join } from 'node:path';
import { startEmbeddedPostgres } from '#embedded-postgres';
import type { Config, Lifecycle, Logger } from '#platform';

/** Where the two databases are. */
export interface DatabaseUrls {
  readonly logIngestionUrl: string;
  readonly dagUrl: string;
}

const LOG_DATABASE = 'log_ingestion';
const DAG_DATABASE = 'dag_builder';

/**
 * The configured databases; for those that are not configured the embedded PostgreSQL, started on ROOTSPAN_DATA_DIR and
 * stopped with the program.
 *
 * @throws what startEmbeddedPostgres throws, each with a sentence that names the fix
 */
export async function openDatabases(config: Config, logger: Logger, lifecycle: Lifecycle): Promise<DatabaseUrls> {
  const { logIngestion, dag } = config.databases;
  if (logIngestion !== null && dag !== null) return { logIngestionUrl: logIngestion, dagUrl: dag };
  const server = await startEmbeddedPostgres({
    dataDir: join(config.dataDir, 'postgres'),
    databases: [LOG_DATABASE, DAG_DATABASE],
    onProgress: (phase) => logger.info(phase),
    onStateChange: (state) => logger.info({ state }, 'The embedded PostgreSQL changed its state.'),
  });
  lifecycle.onClose('the embedded PostgreSQL', () => server.stop());
  return { logIngestionUrl: logIngestion ?? server.url(LOG_DATABASE), dagUrl: dag ?? server.url(DAG_DATABASE) };
}
