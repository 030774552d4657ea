import { Module, type DynamicModule } from '@nestjs/common';
import type { Config, FurtherPort, GrpcService } from '#platform';
import {
  LogIngestionServiceService,
  LogsServiceService,
  MetricsServiceService,
  TraceServiceService,
  type RecordLimits,
} from '#proto';
import { IngestService, RECORD_LIMITS } from './ingest.service.js';
import { ColumnIngestController } from './protocols/columns/column-ingest.controller.js';
import { LogIngestionController } from './protocols/grpc/log-ingestion.controller.js';
import { PlainHttpController } from './protocols/http/plain-http.controller.js';
import { LokiController } from './protocols/loki/loki.controller.js';
import { OtlpGrpcController } from './protocols/otlp/otlp-grpc.controller.js';
import { OtlpHttpController } from './protocols/otlp/otlp-http.controller.js';
import { OtlpIngest } from './protocols/otlp/otlp-ingest.js';
import { ForeignIngest } from './protocols/records/foreign-ingest.js';
import { TenantStreamController } from './protocols/tenant-stream/tenant-stream.controller.js';

/** What ingest serves on a gRPC port. */
export const INGEST_SERVICES: readonly GrpcService[] = [
  { name: 'logs.LogIngestionService', definition: LogIngestionServiceService },
];

const OTLP = 'opentelemetry.proto.collector';
const OTLP_SERVICES: readonly GrpcService[] = [
  { name: `${OTLP}.logs.v1.LogsService`, definition: LogsServiceService },
  { name: `${OTLP}.trace.v1.TraceService`, definition: TraceServiceService },
  { name: `${OTLP}.metrics.v1.MetricsService`, definition: MetricsServiceService },
];

/** What ingest serves on ports of its own. */
export function ingestPorts({ otlp }: Pick<Config, 'otlp'>): readonly FurtherPort[] {
  return [
    { kind: 'grpc', name: 'otlp-grpc', variable: 'OTLP_GRPC_PORT', port: otlp.grpcPort, services: OTLP_SERVICES },
    { kind: 'http', name: 'otlp-http', variable: 'OTLP_HTTP_PORT', port: otlp.httpPort, pathPrefix: '/v1/' },
  ];
}

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
        OtlpGrpcController,
        OtlpHttpController,
        LokiController,
        TenantStreamController,
        ColumnIngestController,
      ],
      providers: [IngestService, ForeignIngest, OtlpIngest, { provide: RECORD_LIMITS, useValue: options.limits }],
    };
  }
}
