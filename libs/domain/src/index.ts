export type { ErrorDag, ErrorDagEdge, ErrorDagNode, TraceRecord } from './error-dag.js';
export type { Instant } from './instant.js';
export type { Level } from './level.js';
export type { LogRecord, LogRecordExtra } from './log-record.js';
export type { BusSource, DeadLetter, FetchedBatch, LogSlice, PositionedSlice, RetryKey, StoredPosition } from './slice.js';
