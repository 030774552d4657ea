export { descriptorSet, type DescribedFile, type DescriptorSet } from './descriptor/descriptor-set.js';
export { indexSymbols, type SymbolIndex } from './descriptor/symbol-index.js';
export { BadRequest, RetryInfo } from './generated/google/rpc/error_details.js';
export { Status as RpcStatus } from './generated/google/rpc/status.js';
export {
  ServerReflectionService,
  ServerReflectionRequest,
  ServerReflectionResponse,
} from './generated/grpc/reflection/v1/reflection.js';
export { ServerReflectionService as ServerReflectionV1AlphaService } from './generated/grpc/reflection/v1alpha/reflection.js';
export { IngesterServiceService, RequestReceivedProto, type Response as IngesterResponse } from './generated/ingester.js';
export {
  Log,
  LogAck,
  LogBatch,
  LogBatchAck,
  LogIngestionServiceService,
  LogLevel,
  Rejection,
  Span,
  SpanEvent,
  SpanKind,
  SpanLink,
  SpanStatus,
} from './generated/log.js';
export {
  Dag,
  DagList,
  DagNode,
  FieldValues,
  GetDagsRequest,
  GetFieldValuesRequest,
  GetLogHistogramRequest,
  GetLogsRequest,
  GetPatternRequest,
  GetServiceMapRequest,
  GetStatusRequest,
  ListPatternsRequest,
  Log as QueryLog,
  LogHistogram,
  LogList,
  Pattern,
  PatternDetails,
  PatternList,
  QueryServiceService,
  RootCause,
  ServiceMap,
  SetPatternStateRequest,
  Span as QuerySpan,
  SpanList,
  Status,
  TailLogsRequest,
  TailLogsResponse,
  TraceIdRequest,
} from './generated/query.js';
export { MetricsServiceService } from './generated/opentelemetry/proto/collector/metrics/v1/metrics_service.js';
export {
  ExportLogsServiceRequest,
  ExportLogsServiceResponse,
  LogsServiceService,
} from './generated/opentelemetry/proto/collector/logs/v1/logs_service.js';
export {
  ExportTraceServiceRequest,
  ExportTraceServiceResponse,
  TraceServiceService,
} from './generated/opentelemetry/proto/collector/trace/v1/trace_service.js';
export type { AnyValue, KeyValue } from './generated/opentelemetry/proto/common/v1/common.js';
export { SeverityNumber, type LogRecord as OtlpLogRecord } from './generated/opentelemetry/proto/logs/v1/logs.js';
export { Span_SpanKind, Status_StatusCode, type Span as OtlpSpan } from './generated/opentelemetry/proto/trace/v1/trace.js';
export { readFilebeatRecords, readJsonRecords, type JsonRecordFault, type JsonRecords } from './json/json-records.js';
export { logOfJson } from './json/log-of-json.js';
export { elementsToJson, messageToJson } from './json/message-json.js';
export { callDigest } from './wire/call-digest.js';
export { WireCursor } from './wire/cursor.js';
export { MAX_JSON_DEPTH, type RecordFault } from './wire/field-faults.js';
export { holdsSpans } from './wire/holds-spans.js';
export { textFault } from './wire/text-check.js';
export { LogFields } from './wire/log-fields.js';
export { murmur2, partitionOf } from './wire/murmur2.js';
export { readLog } from './wire/read-log.js';
export { readSpan } from './wire/read-span.js';
export { DEFAULT_RECORD_LIMITS, type RecordLimits } from './wire/record-limits.js';
export {
  SLICE_BYTES,
  sliceBatch,
  type BatchSlice,
  type RejectedRecord,
  type SlicedBatch,
  type SliceOptions,
} from './wire/slice-batch.js';
export { SpanFields, type Range, type SpanParts } from './wire/span-fields.js';
export { recordFault } from './wire/validate-record.js';
export { numbersFault, spanFault } from './wire/validate-span.js';
export { wrapLog } from './wire/wrap-log.js';
export { dagToWire, type DagOfTrace } from './mapping/dag-to-wire.js';
export { encodeListedLog, encodeLogList, type ViewedRecords } from './mapping/encode-log-list.js';
export { fieldValuesToWire, histogramToWire } from './mapping/aggregates-to-wire.js';
export { WireBuffer } from './mapping/wire-buffer.js';
export { logToWire } from './mapping/log-to-wire.js';
export {
  patternHourToWire,
  patternToWire,
  patternTraceToWire,
  type PatternOfTraces,
  type TraceOfPattern,
} from './mapping/pattern-to-wire.js';
export { spanToWire } from './mapping/span-to-wire.js';
export { serviceMapToWire } from './mapping/service-map-to-wire.js';
