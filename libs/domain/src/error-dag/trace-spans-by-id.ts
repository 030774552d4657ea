import { compareCodePoints } from '../code-point-order.js';
import type { TraceSpan } from '../error-dag.js';
import { compareInstants } from '../instant.js';

/**
 * Each TraceSpan once, by its id; those without an id are left out. Should two claim one id (a client and its server may
 * share it), the same one of them is kept in whatever order they come: the failed one, then the longer one.
 */
export function traceSpansById(traceSpans: Iterable<TraceSpan>): Map<string, TraceSpan> {
  const byId = new Map<string, TraceSpan>();
  for (const span of traceSpans) {
    if (span.spanId === '') continue;
    const known = byId.get(span.spanId);
    if (known === undefined || compareSpans(span, known) < 0) byId.set(span.spanId, span);
  }
  return byId;
}

function compareSpans(a: TraceSpan, b: TraceSpan): number {
  return (
    Number(b.status === 'error') - Number(a.status === 'error') ||
    compareInstants(a.start, b.start) ||
    compareInstants(b.end, a.end) ||
    compareCodePoints(text(a), text(b))
  );
}

function text({ parentId, service, name, kind, status, statusMessage, links }: TraceSpan): string {
  return JSON.stringify([parentId, service, name, kind, status, statusMessage, links.map((link) => [link.traceId, link.spanId])]);
}
