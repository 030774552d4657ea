import { Controller, Inject } from '@nestjs/common';
import type { Metadata } from '@grpc/grpc-js';
import { Ctx, GrpcMethod, Payload } from '@nestjs/microservices';
import { CurrentCaller, notImplemented, type Caller } from '#platform';
import type { ExportLogsServiceResponse, ExportTraceServiceResponse } from '#proto';
import type { Signal } from './encode-export.js';
import { logsResponse, traceResponse } from './otlp-answer.js';
import { OtlpIngest, type TakenExport } from './otlp-ingest.js';
import { NO_METRICS, isDedupeOff } from './otlp-words.js';

/**
 * OTLP/gRPC on OTLP_GRPC_PORT: LogsService/Export and TraceService/Export. Requests come as raw bytes.
 *
 * UNAVAILABLE, and RESOURCE_EXHAUSTED with RetryInfo, are to be sent again; all else is permanent.
 *
 * Source: OpenTelemetry Protocol Specification 1.x, "OTLP/gRPC".
 */
@Controller()
export class OtlpGrpcController {
  constructor(@Inject(OtlpIngest) private readonly otlp: OtlpIngest) {}

  @GrpcMethod('LogsService', 'Export')
  async logs(
    @Payload() body: Buffer,
    @Ctx() metadata: Metadata,
    @CurrentCaller() caller: Caller,
  ): Promise<ExportLogsServiceResponse> {
    return logsResponse(await this.export('logs', body, metadata, caller));
  }

  @GrpcMethod('TraceService', 'Export')
  async traces(
    @Payload() body: Buffer,
    @Ctx() metadata: Metadata,
    @CurrentCaller() caller: Caller,
  ): Promise<ExportTraceServiceResponse> {
    return traceResponse(await this.export('traces', body, metadata, caller));
  }

  @GrpcMethod('MetricsService', 'Export')
  metrics(): never {
    throw notImplemented(NO_METRICS);
  }

  private export(signal: Signal, body: Buffer, metadata: Metadata, caller: Caller): Promise<TakenExport> {
    const sent = isDedupeOff(metadata.get('x-rootspan-dedupe')[0]) ? null : body;
    return this.otlp.export(caller, signal, body, { rpc: `otlp-grpc-${signal}`, sent });
  }
}
