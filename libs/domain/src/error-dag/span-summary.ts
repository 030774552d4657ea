import { compareCodePoints } from '../code-point-order.js';
import type { TraceRecord, TraceSpan } from '../error-dag.js';
import { compareInstants, type Instant } from '../instant.js';
import { ERROR_SEVERITY } from '../level.js';
import { compareRecords } from './record-order.js';

/** What the records of one span, and its TraceSpan where there is one, say together. */
export interface SpanSummary {
  readonly id: string;
  /** As named by the span's records, else by its TraceSpan; empty where none names one. */
  readonly parentId: string;
  /** True for the node that holds the trace's error records without a span. */
  readonly synthetic: boolean;
  /** In no particular order; empty where only a TraceSpan is known. */
  readonly records: readonly TraceRecord[];
  readonly traceSpan: TraceSpan | null;
  readonly service: string;
  readonly firstTime: Instant;
  readonly lastTime: Instant;
  /** The worst. */
  readonly severity: number;
  readonly firstErrorTime: Instant | null;
  /** Error records; 1 where only the TraceSpan's status says error. */
  readonly errorCount: number;
  /** The records that give the span its properties. */
  readonly earliest: TraceRecord | null;
  /** The earliest record that names a parent. */
  readonly namesParent: TraceRecord | null;
  /** The earliest of the worst level. */
  readonly worst: TraceRecord | null;
  readonly firstError: TraceRecord | null;
}

/** The records of a trace by what they hang on. */
export interface TraceSpans {
  /** By first time, then id: a span's index is its place among equals everywhere. */
  readonly spans: readonly SpanSummary[];
  /** Records of a level below error that have no span. They only count. */
  readonly loose: readonly TraceRecord[];
}

export function isError(record: TraceRecord): boolean {
  return record.severity >= ERROR_SEVERITY;
}

/** Groups distinct records and TraceSpans into spans; error records without a span make up the synthetic one. */
export function summarizeSpans(
  records: readonly TraceRecord[],
  traceSpans: ReadonlyMap<string, TraceSpan> = new Map(),
): TraceSpans {
  const bySpan = new Map<string, TraceRecord[]>();
  const loose: TraceRecord[] = [];
  for (const record of records) {
    if (record.spanId === '' && !isError(record)) {
      loose.push(record);
      continue;
    }
    const known = bySpan.get(record.spanId);
    if (known === undefined) bySpan.set(record.spanId, [record]);
    else known.push(record);
  }
  const withoutSpan = bySpan.get('');
  bySpan.delete('');
  for (const id of traceSpans.keys()) if (!bySpan.has(id)) bySpan.set(id, []);
  const spans: SpanSummary[] = [];
  for (const [id, ofSpan] of bySpan) spans.push(summarize(id, ofSpan, traceSpans.get(id) ?? null, false));
  if (withoutSpan !== undefined) spans.push(summarize(syntheticId(spans), withoutSpan, null, true));
  spans.sort((a, b) => compareInstants(a.firstTime, b.firstTime) || compareCodePoints(a.id, b.id));
  return { spans, loose };
}

function summarize(id: string, records: readonly TraceRecord[], traceSpan: TraceSpan | null, synthetic: boolean): SpanSummary {
  let earliest: TraceRecord | null = null;
  let latest: TraceRecord | null = null;
  let namesParent: TraceRecord | null = null;
  let worst: TraceRecord | null = null;
  let firstError: TraceRecord | null = null;
  let errorRecords = 0;
  for (const record of records) {
    earliest = earlier(earliest, record);
    if (latest === null || compareRecords(record, latest) > 0) latest = record;
    if (record.parentId !== '') namesParent = earlier(namesParent, record);
    if (worst === null || record.severity > worst.severity) worst = record;
    else if (record.severity === worst.severity) worst = earlier(worst, record);
    if (isError(record)) {
      firstError = earlier(firstError, record);
      errorRecords++;
    }
  }
  const first = earliest?.time ?? traceSpan?.start;
  const last = latest?.time ?? traceSpan?.end;
  if (first === undefined || last === undefined) throw new Error(`span ${id} has neither records nor a TraceSpan`);
  const failedBare = traceSpan?.status === 'error' && errorRecords === 0;
  const firstTime = traceSpan === null ? first : extreme(first, traceSpan.start, -1);
  return {
    id,
    parentId: synthetic ? '' : (namesParent?.parentId ?? traceSpan?.parentId ?? ''),
    synthetic,
    records,
    traceSpan,
    service: earliest?.service ?? traceSpan?.service ?? '',
    firstTime,
    // A sender's end may lie before its start.
    lastTime: traceSpan === null ? last : extreme(extreme(last, traceSpan.end, 1), firstTime, 1),
    severity: Math.max(worst?.severity ?? 9, failedBare ? ERROR_SEVERITY : 0),
    firstErrorTime: firstError?.time ?? (failedBare ? extreme(traceSpan.start, traceSpan.end, 1) : null),
    errorCount: failedBare ? 1 : errorRecords,
    earliest,
    namesParent,
    worst,
    firstError,
  };
}

/** The earlier (sign -1) or the later (sign 1) of two instants. */
function extreme(a: Instant, b: Instant, sign: -1 | 1): Instant {
  return compareInstants(b, a) * sign > 0 ? b : a;
}

function earlier(known: TraceRecord | null, record: TraceRecord): TraceRecord {
  return known === null || compareRecords(record, known) < 0 ? record : known;
}

/** `(no span)`, or `(no span 2)` and so on where a sender uses that very text as a span or parent id. */
function syntheticId(spans: readonly SpanSummary[]): string {
  const taken = new Set<string>();
  for (const span of spans) taken.add(span.id).add(span.parentId);
  let id = '(no span)';
  for (let n = 2; taken.has(id); n++) id = `(no span ${n})`;
  return id;
}
