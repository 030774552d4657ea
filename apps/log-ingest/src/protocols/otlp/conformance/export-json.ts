import type { AnyValue, ExportLogsServiceRequest, ExportTraceServiceRequest, KeyValue } from '#proto';

/*
 * Export requests as OTLP/JSON writes them: ids in hex, 64-bit numbers as texts, bytes in base64, enums as numbers.
 */

type Attributed = { readonly attributes: readonly KeyValue[] };

export function logsToJson({ resourceLogs }: ExportLogsServiceRequest): object {
  return {
    resourceLogs: resourceLogs.map(({ resource, scopeLogs, schemaUrl }) => ({
      ...(resource && { resource: attributed(resource) }),
      scopeLogs: scopeLogs.map(({ scope, logRecords }) => ({
        ...(scope && { scope: attributed(scope) }),
        logRecords: logRecords.map((record) => ({
          ...attributed(record),
          body: record.body === undefined ? null : valueToJson(record.body),
          traceId: record.traceId.toString('hex'),
          spanId: record.spanId.toString('hex').toUpperCase(),
        })),
        aFieldOfTheFuture: [{}],
      })),
      schemaUrl,
    })),
  };
}

export function tracesToJson({ resourceSpans }: ExportTraceServiceRequest): object {
  return {
    resource_spans: resourceSpans.map(({ resource, scopeSpans }) => ({
      ...(resource && { resource: attributed(resource) }),
      scope_spans: scopeSpans.map(({ scope, spans }) => ({
        ...(scope && { scope: attributed(scope) }),
        spans: spans.map((span) => ({
          ...attributed(span),
          ...withHexIds(span),
          parent_span_id: span.parentSpanId.toString('hex'),
          parentSpanId: null,
          events: span.events.map(attributed),
          links: span.links.map((link) => ({ ...attributed(link), ...withHexIds(link) })),
        })),
      })),
    })),
  };
}

function withHexIds({ traceId, spanId }: { readonly traceId: Buffer; readonly spanId: Buffer }) {
  return { traceId: traceId.toString('hex'), spanId: spanId.toString('hex') };
}

function attributed<T extends Attributed>(message: T) {
  return { ...message, attributes: message.attributes.map(keyValueToJson) };
}

function keyValueToJson({ key, value }: KeyValue): object {
  return { key, value: value === undefined ? null : valueToJson(value) };
}

function valueToJson({ value }: AnyValue): object {
  if (value === undefined) return {};
  switch (value.$case) {
    case 'arrayValue':
      return { arrayValue: { values: value.value.values.map(valueToJson) } };
    case 'kvlistValue':
      return { kvlistValue: { values: value.value.values.map(keyValueToJson) } };
    case 'bytesValue':
      return { bytesValue: value.value.toString('base64') };
    case 'doubleValue':
      return { doubleValue: Number.isFinite(value.value) ? value.value : String(value.value) };
    default:
      return { [value.$case]: value.value };
  }
}
