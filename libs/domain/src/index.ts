export type { ErrorDag, ErrorDagEdge, ErrorDagNode, TraceRecord, TraceSpan } from './error-dag.js';
export { buildErrorDag, type ErrorDagOptions } from './error-dag/build-error-dag.js';
export { DEFAULT_DAG_CAPS, type DagCaps } from './error-dag/caps.js';
export { dagJson, type DagJson } from './error-dag/dag-json.js';
export { isOfServiceAndLevel, serviceAndLevelOf, serviceLevelAndTextOf } from './filter/counted-condition.js';
export { LEVELS_BY_SEVERITY, levelsFrom, severityRangesOf, type SeverityRange } from './filter/level-sets.js';
export {
  EVERYTHING,
  bothOf,
  joined,
  attributeOf,
  namesOf,
  tracesOf,
  type AttributeCondition,
  type AttributeSource,
  type Condition,
  type LogFilter,
  type NameField,
  type TextPattern,
} from './filter/log-filter.js';
export { asciiLowerCase, isAscii } from './filter/letter-case.js';
export { isComparableNumber } from './filter/json-number.js';
export { matcherOf, mayHold, type CompileRegex, type FilteredRecord } from './filter/match-filter.js';
export { parseQuery, type QueryOutcome } from './filter/parse-query.js';
export { printFilter } from './filter/print-filter.js';
export { parseRegex, regexOfText } from './filter/regex/parse-regex.js';
export { postgresRegexOf } from './filter/regex/print-regex.js';
export type { Regex } from './filter/regex/regex.js';
export { likeOf, likeText } from './filter/text-pattern.js';
export { parseTime, type TimeOutcome } from './filter/time-expression.js';
export { formatInstant } from './format-instant.js';
export {
  FIRST_SECOND,
  LAST_SECOND,
  compareInstants,
  epochDecimals,
  epochMicrosOf,
  instantOfEpochMicros,
  instantOfEpochMillis,
  instantOfEpochNanos,
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
export type { RootCause, RootCauseRule, SpanRole } from './root-cause.js';
export { RecordView } from './record-view.js';
export type { BusSource, DeadLetter, FetchedBatch, LogSlice, PositionedSlice, RetryKey, StoredPosition } from './slice.js';
export {
  SPAN_KINDS,
  SPAN_STATUSES,
  type SpanKind,
  type SpanRecord,
  type SpanRecordEvent,
  type SpanRecordLink,
  type SpanStatus,
} from './span-record.js';
export { StorePosition, comparePlaces, placeBehindRecord, placeOfRecord, type PartitionPlace } from './store-position.js';
export { timestampFaultReason, timestampFaultText, type TimestampFault } from './timestamp-fault.js';
export { parseTimestamp, parseTimestampText } from './timestamp.js';
export { maskMessage } from './pattern/mask-message.js';
export { patternInputOf, patternOfDag } from './pattern/pattern-of-dag.js';
export { patternOf, type PatternInput, type TracePattern } from './pattern/trace-pattern.js';
