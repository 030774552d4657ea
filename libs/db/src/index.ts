export type { DagCursor, DagPage, DagPageRequest, DagReader, DagWriter, StoredDag } from './api/dag-store.js';
export type { ClaimedTrace, ErrorTraceQueue } from './api/error-trace-queue.js';
export type { LogCursor, LogPage, LogReader, PageRequest, TraceRecords } from './api/log-reader.js';
export type { LogWriter, StoreOutcome } from './api/log-writer.js';
export { StoreUnavailableError } from './api/store-unavailable.js';
