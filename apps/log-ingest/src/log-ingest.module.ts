import { Module, type DynamicModule } from '@nestjs/common';
import type { GrpcService } from '#platform';
import { IngesterServiceService, LogIngestionServiceService, type RecordLimits } from '#proto';
import { IngestService, RECORD_LIMITS } from './ingest.service.js';
import { ColumnIngestController } from './protocols/columns/column-ingest.controller.js';
import { ElasticsearchBulkController } from './protocols/elasticsearch/bulk.controller.js';
import { ElasticsearchSetupController } from './protocols/elasticsearch/index-setup.controller.js';
import { ElasticsearchFactsController } from './protocols/elasticsearch/server-facts.controller.js';
import { LogIngestionController } from './protocols/grpc/log-ingestion.controller.js';
import { PlainHttpController } from './protocols/http/plain-http.controller.js';
import { LokiController } from './protocols/loki/loki.controller.js';
import { ForeignIngest } from './protocols/records/foreign-ingest.js';
import { IngesterController } from './protocols/tenant-stream/ingester.controller.js';
import { TenantStreamController } from './protocols/tenant-stream/tenant-stream.controller.js';

/** What ingest serves on a gRPC port. */
export const INGEST_SERVICES: readonly GrpcService[] = [
  { name: 'logs.LogIngestionService', definition: LogIngestionServiceService },
  { name: 'proto.IngesterService', definition: IngesterServiceService },
];

/** Ingest: protocols in, slices out to the LogPublisher that `adapters` provides. */
@Module({})
export class LogIngestModule {
  static register(options: { readonly adapters: DynamicModule; readonly limits: RecordLimits }): DynamicModule {
    return {
      module: LogIngestModule,
      imports: [options.adapters],
      controllers: [
        LogIngestionController,
        PlainHttpController,
        LokiController,
        TenantStreamController,
        IngesterController,
        ColumnIngestController,
        ElasticsearchBulkController,
        ElasticsearchFactsController,
        ElasticsearchSetupController,
      ],
      providers: [IngestService, ForeignIngest, { provide: RECORD_LIMITS, useValue: options.limits }],
    };
  }
}
