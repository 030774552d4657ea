import type { Instant } from './instant.js';

/** A stored log record as readers see it. Absent texts are empty strings. */
export interface LogRecord {
  /** 32 hex digits; the same after every replay. Ties in time are ordered by it. */
  readonly id: string;
  readonly traceId: string;
  readonly parentId: string;
  readonly spanId: string;
  readonly service: string;
  readonly message: string;
  /** OpenTelemetry severity number, 1-24. */
  readonly severity: number;
  readonly time: Instant;
  /** A JSON object as text; empty where there is none. */
  readonly attributes: string;
  /** A JSON object as text; empty where there is none. */
  readonly resource: string;
  readonly extra: LogRecordExtra;
  readonly receivedAt: Instant;
}

/** What richer sources send along. Absent where not sent. */
export interface LogRecordExtra {
  readonly id?: string;
  readonly scope?: string;
  readonly event?: string;
  readonly severityText?: string;
  readonly observedTimestamp?: string;
  readonly traceFlags?: number;
}
