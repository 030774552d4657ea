export {
  DAG_READER,
  DAG_WRITER,
  type DagCursor,
  type DagPage,
  type DagPageRequest,
  type DagReader,
  type DagWriter,
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
export { LOG_WRITER, type LogWriter, type StoreOutcome } from './api/log-writer.js';
export { StoreUnavailableError } from './api/store-unavailable.js';
export { STORE_STATUS_READER, type StoreStatus, type StoreStatusReader } from './api/store-status.js';
export {
  MAX_SUMMARY_RECORDS,
  MAX_SUMMARY_SERVICES,
  TRACE_SUMMARY_READER,
  type TraceSummary,
  type TraceSummaryReader,
} from './api/trace-summary.js';
