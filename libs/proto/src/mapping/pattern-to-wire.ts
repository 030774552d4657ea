import { formatInstant, type Instant, type TracePattern } from '#domain';
import type { Pattern, PatternHour, PatternTrace } from '../generated/query.js';

/** A pattern with what the store knows of it. */
export interface PatternOfTraces extends TracePattern {
  readonly firstSeen: Instant;
  readonly lastSeen: Instant;
  readonly traceCount: number;
  readonly state: string;
  readonly resolvedAt: Instant | null;
  readonly regressedAt: Instant | null;
  readonly regressions: number;
  readonly sampleTraceIds: readonly string[];
}

/** What the wire form of one trace of a pattern needs. */
export interface TraceOfPattern {
  readonly traceId: string;
  readonly firstErrorTime: Instant;
  readonly rootSpanId: string;
  readonly errorCount: number;
  readonly spanCount: number;
}

/** uint32 ends there; a count beyond it is shown as that. */
const MAX_UINT32 = 0xffff_ffff;

/** A failure pattern as `query.Pattern`. */
export function patternToWire(pattern: PatternOfTraces): Pattern {
  return {
    id: pattern.id,
    title: pattern.title,
    template: pattern.template,
    service: pattern.service,
    services: [...pattern.services],
    firstSeen: formatInstant(pattern.firstSeen),
    lastSeen: formatInstant(pattern.lastSeen),
    traceCount: uint32(pattern.traceCount),
    state: pattern.state,
    resolvedAt: pattern.resolvedAt === null ? '' : formatInstant(pattern.resolvedAt),
    regressedAt: pattern.regressedAt === null ? '' : formatInstant(pattern.regressedAt),
    regressions: pattern.regressions,
    sampleTraceIds: [...pattern.sampleTraceIds],
  };
}

/** A trace of a pattern as `query.PatternTrace`. */
export function patternTraceToWire({ firstErrorTime, ...trace }: TraceOfPattern): PatternTrace {
  return { ...trace, firstErrorTime: formatInstant(firstErrorTime) };
}

/** An hour of a pattern's timeline as `query.PatternHour`. */
export function patternHourToWire(hour: { readonly start: Instant; readonly traceCount: number }): PatternHour {
  return { start: formatInstant(hour.start), traceCount: uint32(hour.traceCount) };
}

function uint32(count: number): number {
  return Math.min(Math.max(count, 0), MAX_UINT32);
}
