import { formatInstant, splitJsonObject, type SpanRecord } from '#domain';
import type { Span as QuerySpan } from '../generated/query.js';

/** A stored span as `query.Span`. */
export function spanToWire(span: SpanRecord): QuerySpan {
  const attributes = splitJsonObject(span.attributes === '' ? '{}' : span.attributes);
  const { start, end } = span;
  return {
    traceId: span.traceId,
    parentId: span.parentId,
    spanId: span.spanId,
    service: span.service,
    name: span.name,
    kind: span.kind,
    startTimestamp: formatInstant(start),
    endTimestamp: formatInstant(end),
    durationMs: ((end.seconds - start.seconds) * 1e9 + (end.nanos - start.nanos)) / 1e6,
    status: span.status,
    statusMessage: span.statusMessage,
    attributes: attributes.strings,
    attributesJson: attributes.others,
    resourceJson: span.resource,
    scope: span.scope,
    traceFlags: span.traceFlags,
    traceState: span.traceState,
    links: span.links.map((link) => ({ traceId: link.traceId, spanId: link.spanId, attributesJson: link.attributes })),
    events: span.events.map((event) => ({
      timestamp: formatInstant(event.time),
      name: event.name,
      attributesJson: event.attributes,
    })),
    id: span.id,
    receivedAt: formatInstant(span.receivedAt),
  };
}
