import 'reflect-metadata';
import { announce, required, runMain, startServers } from '#platform';
import { PostgresReadersModule } from './adapters/postgres-readers.module.js';
import { QUERY_SERVICES, QueryModule } from './query.module.js';
import { QUERY_API } from './rest/openapi/query-api.js';

await runMain('query-service', async ({ config, logger, lifecycle }) => {
  const readers = PostgresReadersModule.register({
    logIngestionUrl: required(config.databases.logIngestion, 'LOG_INGESTION_DATABASE'),
    dagUrl: required(config.databases.dag, 'DAG_DATABASE'),
    applicationName: 'rootspan query-service',
  });
  const servers = await startServers({
    config,
    logger,
    modules: [QueryModule.register({ adapters: readers })],
    grpcServices: QUERY_SERVICES,
    api: [QUERY_API],
  });
  lifecycle.onClose('the servers', servers.close);
  announce({ app: config.app, addresses: servers.addresses }, config.announce);
});
