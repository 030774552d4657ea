import type { Instant } from './instant.js';

/** Kinds of spans by the numbers of the contract, which are OpenTelemetry's. */
export const SPAN_KINDS = ['unspecified', 'internal', 'server', 'client', 'producer', 'consumer'] as const;
export type SpanKind = (typeof SPAN_KINDS)[number];

/** Statuses by the numbers of the contract, which are OpenTelemetry's. */
export const SPAN_STATUSES = ['unset', 'ok', 'error'] as const;
export type SpanStatus = (typeof SPAN_STATUSES)[number];

/** A stored span as readers see it. Absent texts are empty strings; JSON objects are texts, empty where there is none. */
export interface SpanRecord {
  /** 32 hex digits; the same after every replay, and no log record's. Ties in time are ordered by it. */
  readonly id: string;
  readonly traceId: string;
  readonly parentId: string;
  readonly spanId: string;
  readonly service: string;
  readonly name: string;
  readonly kind: SpanKind;
  readonly start: Instant;
  /** As the sender has it: it may lie before the start. */
  readonly end: Instant;
  readonly status: SpanStatus;
  readonly statusMessage: string;
  readonly attributes: string;
  readonly resource: string;
  readonly scope: string;
  readonly traceState: string;
  readonly traceFlags: number;
  readonly links: readonly SpanRecordLink[];
  readonly events: readonly SpanRecordEvent[];
  readonly receivedAt: Instant;
}

/** Another span that led to this one. */
export interface SpanRecordLink {
  readonly traceId: string;
  readonly spanId: string;
  readonly attributes: string;
}

export interface SpanRecordEvent {
  /** The span's start where none was sent. */
  readonly time: Instant;
  readonly name: string;
  readonly attributes: string;
}
