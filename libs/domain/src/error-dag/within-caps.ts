import type { TraceRecord } from '../error-dag.js';
import { compareInstants, type Instant } from '../instant.js';
import type { DagCaps } from './caps.js';
import { itemAt } from './item-at.js';
import { spanMessageBytes, utf8Length } from './message-bytes.js';
import { compareRecords } from './record-order.js';
import { NO_PARENT, type SpanForest } from './span-forest.js';
import { isError, type SpanSummary, type TraceSpans } from './span-summary.js';

/*
 * A trace beyond the caps is cut down to fewer records, and its DAG is built from those alone. What is kept follows from
 * the set of records, never from their order:
 *
 * 1. Error paths: the span with the earliest error and its ancestors, from the span upwards, then the next one's.
 * 2. The other spans by first time.
 * 3. Where the records of these spans are still too many: first those that give a span on an error path its properties,
 *    then the other errors, then the rest of the error paths, then the rest.
 */

/** Bytes left for what a DAG carries beside its spans: ids, figures, warnings and root causes (10 of 5.6 KiB at most). */
const TRACE_BYTES = 72 * 1024;

/** The part of a trace that is kept. */
export interface KeptPart {
  readonly records: readonly TraceRecord[];
  /** Ids of the spans that are kept, whether or not records of theirs are. */
  readonly spanIds: ReadonlySet<string>;
}

/** The part of the trace that is kept; null where all of it fits. Holds the trace's first error where it has one. */
export function partWithinCaps(trace: TraceSpans, forest: SpanForest, caps: DagCaps): KeptPart | null {
  const { spans, loose } = trace;
  const order = orderOfImportance(spans, forest);
  const kept = spansThatFit(order.spans, caps);
  const keptRecords = kept.reduce((sum, span) => sum + span.records.length, loose.length);
  const cap = Math.max(1, caps.records);
  if (kept.length === spans.length && keptRecords <= cap) return null;
  const spanIds = new Set(kept.map(({ id }) => id));
  if (keptRecords <= cap) return { records: kept.flatMap((span) => span.records).concat(loose), spanIds };

  const ranked: { readonly rank: number; readonly record: TraceRecord }[] = [];
  kept.forEach((span, index) => {
    const onErrorPath = index < order.onErrorPaths;
    for (const record of span.records) ranked.push({ rank: rankOf(record, span, onErrorPath), record });
  });
  for (const record of loose) ranked.push({ rank: LEAST, record });
  ranked.sort((a, b) => a.rank - b.rank || compareRecords(a.record, b.record));
  return { records: ranked.slice(0, cap).map(({ record }) => record), spanIds };
}

/** All spans, the most important first; the first `onErrorPaths` of them erred or have an erring descendant. */
function orderOfImportance(
  spans: readonly SpanSummary[],
  { parentOf }: SpanForest,
): { readonly spans: readonly SpanSummary[]; readonly onErrorPaths: number } {
  const erring: { readonly index: number; readonly firstError: Instant }[] = [];
  spans.forEach(({ firstErrorTime }, index) => {
    if (firstErrorTime !== null) erring.push({ index, firstError: firstErrorTime });
  });
  // Stable: of equals, the earlier span comes first.
  erring.sort((a, b) => compareInstants(a.firstError, b.firstError));

  const taken = new Set<number>();
  // Where a span was taken, its ancestors were too.
  for (const { index } of erring) {
    for (let at = index; at !== NO_PARENT && !taken.has(at); at = itemAt(parentOf, at)) taken.add(at);
  }
  const onErrorPaths = taken.size;
  spans.forEach((_, index) => taken.add(index));
  return { spans: Array.from(taken, (index) => itemAt(spans, index)), onErrorPaths };
}

/** The first of the spans that stay within the caps in number and bytes; at least one. */
function spansThatFit(spans: readonly SpanSummary[], caps: DagCaps): readonly SpanSummary[] {
  const services = new Set<string>();
  let bytes = TRACE_BYTES;
  let count = 0;
  for (const span of spans) {
    const { service } = span;
    bytes += spanMessageBytes(span);
    if (!services.has(service)) bytes += utf8Length(service) + 3;
    services.add(service);
    if (count > 0 && (count >= caps.spans || bytes > caps.bytes)) break;
    count++;
  }
  return count === spans.length ? spans : spans.slice(0, count);
}

const LEAST = 4;

function rankOf(record: TraceRecord, span: SpanSummary, onErrorPath: boolean): number {
  if (record === span.firstError || (record === span.worst && isError(record))) return 0;
  if (onErrorPath && (record === span.earliest || record === span.namesParent)) return 1;
  if (isError(record)) return 2;
  return onErrorPath ? 3 : LEAST;
}
