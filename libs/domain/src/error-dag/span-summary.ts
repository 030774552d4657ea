import { compareCodePoints } from '../code-point-order.js';
import type { TraceRecord } from '../error-dag.js';
import { compareInstants } from '../instant.js';
import { ERROR_SEVERITY } from '../level.js';
import { compareRecords } from './record-order.js';

/** What the records of one span say together. The records named here are the evidence for each property. */
export interface SpanSummary {
  readonly id: string;
  /** As named by the span's records; empty where none names one. */
  readonly parentId: string;
  /** True for the node that holds the trace's error records without a span. */
  readonly synthetic: boolean;
  /** In no particular order. */
  readonly records: readonly TraceRecord[];
  /** Gives the span its service and its first time. */
  readonly earliest: TraceRecord;
  readonly latest: TraceRecord;
  /** The earliest record that names a parent. */
  readonly namesParent: TraceRecord | null;
  /** The earliest of the worst level; gives the span its level. */
  readonly worst: TraceRecord;
  readonly firstError: TraceRecord | null;
  readonly errorCount: number;
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

/** Groups distinct records into spans; error records without a span make up the synthetic one. */
export function summarizeSpans(records: readonly TraceRecord[]): TraceSpans {
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
  const spans: SpanSummary[] = [];
  for (const [id, ofSpan] of bySpan) spans.push(summarize(id, ofSpan, false));
  if (withoutSpan !== undefined) spans.push(summarize(syntheticId(spans), withoutSpan, true));
  spans.sort((a, b) => compareInstants(a.earliest.time, b.earliest.time) || compareCodePoints(a.id, b.id));
  return { spans, loose };
}

function summarize(id: string, records: readonly TraceRecord[], synthetic: boolean): SpanSummary {
  let earliest: TraceRecord | null = null;
  let latest: TraceRecord | null = null;
  let namesParent: TraceRecord | null = null;
  let worst: TraceRecord | null = null;
  let firstError: TraceRecord | null = null;
  let errorCount = 0;
  for (const record of records) {
    earliest = earlier(earliest, record);
    if (latest === null || compareRecords(record, latest) > 0) latest = record;
    if (record.parentId !== '') namesParent = earlier(namesParent, record);
    if (worst === null || record.severity > worst.severity) worst = record;
    else if (record.severity === worst.severity) worst = earlier(worst, record);
    if (isError(record)) {
      firstError = earlier(firstError, record);
      errorCount++;
    }
  }
  if (earliest === null || latest === null || worst === null) throw new Error(`span ${id} has no records`);
  const parentId = synthetic ? '' : (namesParent?.parentId ?? '');
  return { id, parentId, synthetic, records, earliest, latest, namesParent, worst, firstError, errorCount };
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
