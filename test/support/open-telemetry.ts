import { Metadata } from '@grpc/grpc-js';
import { ROOT_CONTEXT, SpanStatusCode, trace, type Span } from '@opentelemetry/api';
import { OTLPLogExporter as GrpcLogExporter } from '@opentelemetry/exporter-logs-otlp-grpc';
import { OTLPLogExporter as JsonLogExporter } from '@opentelemetry/exporter-logs-otlp-http';
import { OTLPLogExporter as ProtobufLogExporter } from '@opentelemetry/exporter-logs-otlp-proto';
import { OTLPTraceExporter as GrpcTraceExporter } from '@opentelemetry/exporter-trace-otlp-grpc';
import { OTLPTraceExporter as JsonTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { OTLPTraceExporter as ProtobufTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import { resourceFromAttributes, type Resource } from '@opentelemetry/resources';
import { BatchLogRecordProcessor, LoggerProvider, type LogRecordExporter } from '@opentelemetry/sdk-logs';
import { BasicTracerProvider, BatchSpanProcessor, type SpanExporter } from '@opentelemetry/sdk-trace-base';
import type { AppProcess } from './app-process.js';

// The exporters read it when they are made: Collectors compress too.
process.env.OTEL_EXPORTER_OTLP_COMPRESSION = 'gzip';

export const OTLP_PROTOCOLS = ['grpc', 'http/protobuf', 'http/json'] as const;
export type OtlpProtocol = (typeof OTLP_PROTOCOLS)[number];

/** What the official SDK of a service sends: logs and spans, linked, by its own exporters. */
export class InstrumentedService {
  private readonly logs: LoggerProvider;
  private readonly traces: BasicTracerProvider;

  constructor(
    private readonly name: string,
    exporters: { readonly logs: LogRecordExporter; readonly traces: SpanExporter },
  ) {
    const resource: Resource = resourceFromAttributes({ 'service.name': name, 'process.pid': 4711, 'os.ready': true });
    this.logs = new LoggerProvider({
      resource,
      processors: [new BatchLogRecordProcessor({ exporter: exporters.logs, maxExportBatchSize: 100, maxQueueSize: 10_000 })],
    });
    this.traces = new BasicTracerProvider({ resource, spanProcessors: [new BatchSpanProcessor(exporters.traces)] });
  }

  /** @param spanOf the span that it is logged in */
  log(body: string, severityNumber: number, spanOf: Span | null, attributes: Record<string, string | number> = {}): void {
    const context = spanOf === null ? ROOT_CONTEXT : trace.setSpan(ROOT_CONTEXT, spanOf);
    this.logs.getLogger('test', '1.2.3').emit({ body, severityNumber, context, attributes });
  }

  span(name: string, parent: Span | null = null): Span {
    const context = parent === null ? ROOT_CONTEXT : trace.setSpan(ROOT_CONTEXT, parent);
    return this.traces.getTracer('test').startSpan(name, {}, context);
  }

  /** Ends a span with an exception. */
  fail(span: Span, error: Error): void {
    span.recordException(error);
    span.setStatus({ code: SpanStatusCode.ERROR, message: error.message });
    span.end();
  }

  /** Sends what is waiting. @throws Error where the receiver does not take it */
  async flush(): Promise<void> {
    await this.logs.forceFlush();
    await this.traces.forceFlush();
  }

  async shutdown(): Promise<void> {
    await this.logs.shutdown();
    await this.traces.shutdown();
  }

  toString(): string {
    return this.name;
  }
}

/** A service whose SDK exports to the app by that protocol. */
export function instrumented(app: AppProcess, protocol: OtlpProtocol, name: string, tenant: string): InstrumentedService {
  return new InstrumentedService(name, exportersOf(app, protocol, tenant));
}

function exportersOf(app: AppProcess, protocol: OtlpProtocol, tenant: string) {
  const headers = { 'tenant-id': tenant };
  const logs = { url: `http://${app.otlpHttp}/v1/logs`, headers };
  const traces = { url: `http://${app.otlpHttp}/v1/traces`, headers };
  switch (protocol) {
    case 'grpc': {
      const metadata = new Metadata();
      metadata.set('tenant-id', tenant);
      const options = { url: `http://${app.otlpGrpc}`, metadata };
      return { logs: new GrpcLogExporter(options), traces: new GrpcTraceExporter(options) };
    }
    case 'http/protobuf':
      return { logs: new ProtobufLogExporter(logs), traces: new ProtobufTraceExporter(traces) };
    case 'http/json':
      return { logs: new JsonLogExporter(logs), traces: new JsonTraceExporter(traces) };
  }
}
