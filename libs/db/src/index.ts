export { DAG_RETENTION, type DagRetention, type SweptDags } from './api/dag-retention.js';
export {
  DAG_READER,
  DAG_WRITER,
  type DagCursor,
  type DagPage,
  type DagPageRequest,
  type DagReader,
  type DagWriter,
  type NewDag,
  type StoredDag,
} from './api/dag-store.js';
export { ERROR_TRACE_QUEUE, type ClaimedTrace, type ErrorTraceQueue } from './api/error-trace-queue.js';
export { LOG_MAINTENANCE, type LogMaintenance, type MaintenanceOutcome } from './api/log-maintenance.js';
export {
  LOG_READER,
  type LogCursor,
  type LogPage,
  type LogReader,
  type PageRequest,
  type RecordPage,
  type TraceRecords,
} from './api/log-reader.js';
export {
  LOG_SEARCH,
  type AggregateRequest,
  type Coverage,
  type FieldValues,
  type FieldValuesRequest,
  type FoundPage,
  type Histogram,
  type HistogramRequest,
  type HistogramSeries,
  type LogSearch,
  type MatchCount,
  type SearchOrder,
  type SearchPosition,
  type SearchRequest,
  type TimeSpan,
  type ValueField,
} from './api/log-search.js';
export { LOG_TAIL, type LogTail, type TailPage, type TailRequest, type TailSelection } from './api/log-tail.js';
export { LOG_WRITER, type LogWriter, type StoreOutcome } from './api/log-writer.js';
export { PATTERN_EVENTS, type PatternEvent, type PatternEvents } from './api/pattern-events.js';
export {
  PATTERN_ORDERS,
  PATTERN_READER,
  PATTERN_STATES,
  PATTERN_STATE_WRITER,
  type PatternCursor,
  type PatternHour,
  type PatternOrder,
  type PatternPage,
  type PatternPageRequest,
  type PatternReader,
  type PatternState,
  type PatternStateWriter,
  type PatternTrace,
  type StoredPattern,
} from './api/pattern-store.js';
export { SEARCH_UPKEEP, type SearchUpkeep, type UpkeepOutcome } from './api/search-upkeep.js';
export { SERVICE_MAP_READER, type ServiceMap, type ServiceMapReader } from './api/service-map.js';
export { SPAN_READER, type SpanPage, type SpanReader, type TraceSpans } from './api/span-reader.js';
export { StoreUnavailableError } from './api/store-unavailable.js';
export { STORE_STATUS_READER, type StoreStatus, type StoreStatusReader } from './api/store-status.js';
export {
  MAX_SUMMARY_RECORDS,
  MAX_SUMMARY_SERVICES,
  TRACE_SUMMARY_READER,
  type TraceSummary,
  type TraceSummaryReader,
} from './api/trace-summary.js';
