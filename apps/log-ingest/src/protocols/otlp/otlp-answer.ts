import type { IncomingHttpHeaders } from 'node:http';
import { problemHeaders, toRpcStatus, unsupportedMediaType, type ErrorAnswer } from '#platform';
import { ExportLogsServiceResponse, ExportTraceServiceResponse, RpcStatus, messageToJson } from '#proto';
import type { Signal } from './encode-export.js';
import type { TakenExport } from './otlp-ingest.js';

export const PROTOBUF_TYPE = 'application/x-protobuf';
const JSON_TYPE = 'application/json';

/** The two encodings of OTLP/HTTP. */
export type Encoding = 'protobuf' | 'json';

/** @throws RootspanError 415 for a type that is neither */
export function encodingOf(headers: IncomingHttpHeaders): Encoding {
  const type = headers['content-type'] ?? '';
  if (/^\s*application\/(x-|vnd\.google\.)?protobuf\s*(;|$)/i.test(type)) return 'protobuf';
  if (/^\s*application\/(json|(x-)?ndjson|jsonl|x-jsonlines)\s*(;|$)/i.test(type)) return 'json';
  throw unsupportedMediaType(`Content-Type ${JSON.stringify(type)} is not OTLP's: use ${PROTOBUF_TYPE} or ${JSON_TYPE}.`);
}

export function typeOf(encoding: Encoding): string {
  return encoding === 'json' ? JSON_TYPE : PROTOBUF_TYPE;
}

/** ExportLogsServiceResponse; empty where all was taken. */
export function logsResponse({ rejected, message }: TakenExport): ExportLogsServiceResponse {
  const partialSuccess = { rejectedLogRecords: String(rejected), errorMessage: message };
  return { partialSuccess: message === '' ? undefined : partialSuccess };
}

/** ExportTraceServiceResponse; empty where all was taken. */
export function traceResponse({ rejected, message }: TakenExport): ExportTraceServiceResponse {
  const partialSuccess = { rejectedSpans: String(rejected), errorMessage: message };
  return { partialSuccess: message === '' ? undefined : partialSuccess };
}

/** The answer as the body of an HTTP response. */
export function responseBody(signal: Signal, taken: TakenExport, encoding: Encoding): Buffer {
  const isLogs = signal === 'logs';
  const bytes = isLogs
    ? ExportLogsServiceResponse.encode(logsResponse(taken)).finish()
    : ExportTraceServiceResponse.encode(traceResponse(taken)).finish();
  if (encoding === 'protobuf') return Buffer.from(bytes);
  const name = isLogs ? 'logs.v1.ExportLogsServiceResponse' : 'trace.v1.ExportTraceServiceResponse';
  return Buffer.from(messageToJson(`opentelemetry.proto.collector.${name}`, bytes));
}

/**
 * Errors of OTLP/HTTP: a google.rpc.Status in the encoding of the request.
 *
 * Source: OpenTelemetry Protocol Specification, "Failures". 429 and 503 carry Retry-After.
 */
export const statusAnswer: ErrorAnswer = (error, { headers }) => {
  const encoding = /json/i.test(headers['content-type'] ?? '') ? 'json' : 'protobuf';
  const status = toRpcStatus(error);
  return {
    headers: { ...problemHeaders(error), 'content-type': typeOf(encoding) },
    // Bytes: to a text Fastify would add a charset, which is none of OTLP's types.
    body: Buffer.from(
      encoding === 'json' ? JSON.stringify({ code: status.code, message: status.message }) : RpcStatus.encode(status).finish(),
    ),
  };
};
