import 'reflect-metadata';
import { KafkaPublisherModule } from '../../log-ingest/src/adapters/kafka-publisher.module.js';
import { INGEST_SERVICES, LogIngestModule, ingestPorts } from '../../log-ingest/src/log-ingest.module.js';
import { INGEST_API } from '../../log-ingest/src/openapi/ingest-api.js';
import { KafkaSourceModule, KafkaSourceStartup } from '../../log-processor/src/adapters/kafka-source.module.js';
import { PostgresStoreModule } from '../../log-processor/src/adapters/postgres-store.module.js';
import { logBusStrategy } from '../../log-processor/src/log-bus-strategy.js';
import { LogProcessorModule } from '../../log-processor/src/log-processor.module.js';
import { PostgresReadersModule } from '../../query-service/src/adapters/postgres-readers.module.js';
import { QUERY_SERVICES, QueryModule } from '../../query-service/src/query.module.js';
import { QUERY_API } from '../../query-service/src/rest/openapi/query-api.js';
import { RecentBatches } from '#db/postgres';
import { announce, runMain, startServers } from '#platform';
import { InProcessBusModule } from './adapters/in-process-bus.module.js';
import { openDatabases } from './databases.js';
import { welcome } from './welcome.js';

await runMain('all-in-one', async ({ config, logger, lifecycle }) => {
  const databases = await openDatabases(config, logger, lifecycle);
  const { kafka } = config;
  // Live tails are shown what is stored here without reading it again.
  const recent = new RecentBatches();
  const store = PostgresStoreModule.register({
    ...databases,
    recent,
    applicationName: 'rootspan all-in-one',
    keepDeadLetters: kafka === null,
    retentionDays: config.retentionDays,
    retentionBytes: config.retentionBytes,
  });
  const readers = PostgresReadersModule.register({ ...databases, recent, applicationName: 'rootspan all-in-one (queries)' });
  const inProcess = InProcessBusModule.register(config.queue);
  const publisher = kafka === null ? inProcess : KafkaPublisherModule.register(kafka, config.queue);
  const source = kafka === null ? inProcess : KafkaSourceModule.register(kafka);

  const servers = await startServers({
    config,
    logger,
    modules: [
      LogIngestModule.register({ adapters: publisher, limits: config.limits }),
      LogProcessorModule.register({ adapters: [store, source] }),
      QueryModule.register({ adapters: readers }),
    ],
    grpcServices: [...INGEST_SERVICES, ...QUERY_SERVICES],
    api: [QUERY_API, INGEST_API],
    furtherPorts: ingestPorts(config),
    strategies: (app) => [
      kafka === null ? logBusStrategy(app) : logBusStrategy(app, () => app.get(KafkaSourceStartup, { strict: false }).ready()),
    ],
  });
  lifecycle.onClose('the servers', servers.close);
  announce({ app: config.app, addresses: servers.addresses }, config.announce);
  if (config.announce === 'text') process.stdout.write(welcome(servers.addresses));
});
