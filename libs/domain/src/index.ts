export type { ErrorDag, ErrorDagEdge, ErrorDagNode, TraceRecord } from './error-dag.js';
export { buildErrorDag } from './error-dag/build-error-dag.js';
export { DEFAULT_DAG_CAPS, type DagCaps } from './error-dag/caps.js';
export { dagJson, type DagJson } from './error-dag/dag-json.js';
export { formatInstant } from './format-instant.js';
export {
  compareInstants,
  epochMicrosOf,
  instantOfEpochMicros,
  instantOfEpochMillis,
  subMicrosecondNanosOf,
  type Instant,
  type MutableInstant,
} from './instant.js';
export { jsonObjectFault } from './json-object-fault.js';
export { splitJsonObject, type SplitJsonObject } from './json-object.js';
export {
  ERROR_SEVERITY,
  levelByWireNumber,
  levelOfSeverity,
  SEVERITY_BY_WIRE_LEVEL,
  severityOfLevel,
  type Level,
} from './level.js';
export type { LogRecord, LogRecordExtra } from './log-record.js';
export { RecordView } from './record-view.js';
export type { BusSource, DeadLetter, FetchedBatch, LogSlice, PositionedSlice, RetryKey, StoredPosition } from './slice.js';
export { timestampFaultReason, timestampFaultText, type TimestampFault } from './timestamp-fault.js';
export { parseTimestamp, parseTimestampText } from './timestamp.js';
