import 'reflect-metadata';
import { announce, required, runMain, startServers } from '#platform';
import { KafkaPublisherModule } from './adapters/kafka-publisher.module.js';
import { INGEST_SERVICES, LogIngestModule, ingestPorts } from './log-ingest.module.js';
import { INGEST_API } from './openapi/ingest-api.js';

await runMain('log-ingest', async ({ config, logger, lifecycle }) => {
  const bus = KafkaPublisherModule.register(required(config.kafka, 'KAFKA_BROKERS'), config.queue);
  const servers = await startServers({
    config,
    logger,
    modules: [LogIngestModule.register({ adapters: bus, limits: config.limits })],
    grpcServices: INGEST_SERVICES,
    api: [INGEST_API],
    furtherPorts: ingestPorts(config),
  });
  lifecycle.onClose('the servers', servers.close);
  announce({ app: config.app, addresses: servers.addresses }, config.announce);
});
