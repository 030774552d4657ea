import 'reflect-metadata';
import { announce, required, runMain, startServers } from '#platform';
import { KafkaSourceModule, KafkaSourceStartup } from './adapters/kafka-source.module.js';
import { PostgresStoreModule } from './adapters/postgres-store.module.js';
import { logBusStrategy } from './log-bus-strategy.js';
import { LogProcessorModule } from './log-processor.module.js';

await runMain('log-processor', async ({ config, logger, lifecycle }) => {
  const { kafka, databases } = config;
  const store = PostgresStoreModule.register({
    logIngestionUrl: required(databases.logIngestion, 'LOG_INGESTION_DATABASE'),
    dagUrl: required(databases.dag, 'DAG_DATABASE'),
    applicationName: 'rootspan log-processor',
    keepDeadLetters: false,
    retentionDays: config.retentionDays,
    retentionBytes: config.retentionBytes,
  });
  const bus = KafkaSourceModule.register(required(kafka, 'KAFKA_BROKERS'));
  const servers = await startServers({
    config,
    logger,
    modules: [LogProcessorModule.register({ adapters: [store, bus] })],
    grpcServices: [],
    strategies: (app) => [logBusStrategy(app, () => app.get(KafkaSourceStartup, { strict: false }).ready())],
  });
  lifecycle.onClose('the servers', servers.close);
  announce({ app: config.app, addresses: servers.addresses }, config.announce);
});
