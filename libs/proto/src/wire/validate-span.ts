import { jsonObjectFault } from '#domain';
import {
  MAX_JSON_DEPTH,
  invalid,
  jsonFieldFault,
  missing,
  resourceFault,
  textFieldFault,
  timestampFieldFault,
  tooMany,
  type RecordFault,
} from './field-faults.js';
import type { RecordLimits } from './record-limits.js';
import { MAX_SPAN_PARTS, type Range, type SpanFields, type SpanParts } from './span-fields.js';

const LAST_KIND = 5;
const LAST_STATUS = 2;

/**
 * Says what the contract has against a span, null where nothing.
 *
 * trace_id, span_id and service must be there: without them a span can't be found or hung anywhere. An end before the start is
 * taken as it is: clocks are set back, and both instants are true to their sender.
 */
export function spanFault(bytes: Uint8Array, f: SpanFields, limits: RecordLimits): RecordFault | null {
  if (f.traceIdStart === f.traceIdEnd) return missing('trace_id');
  if (f.spanIdStart === f.spanIdEnd) return missing('span_id');
  if (f.serviceStart === f.serviceEnd) return missing('service');
  return (
    textFieldFault(bytes, 'trace_id', f.traceIdStart, f.traceIdEnd, limits.idBytes) ??
    textFieldFault(bytes, 'parent_id', f.parentIdStart, f.parentIdEnd, limits.idBytes) ??
    textFieldFault(bytes, 'span_id', f.spanIdStart, f.spanIdEnd, limits.idBytes) ??
    textFieldFault(bytes, 'service', f.serviceStart, f.serviceEnd, limits.idBytes) ??
    textFieldFault(bytes, 'name', f.nameStart, f.nameEnd, limits.attributeValueBytes) ??
    timestampFieldFault(bytes, 'start_timestamp', f.startTimestampStart, f.startTimestampEnd) ??
    timestampFieldFault(bytes, 'end_timestamp', f.endTimestampStart, f.endTimestampEnd) ??
    numbersFault(f) ??
    textFieldFault(bytes, 'status_message', f.statusMessageStart, f.statusMessageEnd, limits.messageBytes) ??
    textFieldFault(bytes, 'scope', f.scopeStart, f.scopeEnd, limits.idBytes) ??
    textFieldFault(bytes, 'trace_state', f.traceStateStart, f.traceStateEnd, limits.attributeValueBytes) ??
    attributesFault(bytes, f, limits)
  );
}

/** kind and status, as numbers of their enums. */
export function numbersFault({ kind, status }: SpanFields): RecordFault | null {
  if (kind < 0 || kind > LAST_KIND) {
    const kinds = '0 unspecified, 1 internal, 2 server, 3 client, 4 producer or 5 consumer';
    return invalid('kind', `${kind} is no kind of span: use ${kinds}`);
  }
  if (status < 0 || status > LAST_STATUS) return invalid('status', `${status} is no status: use 0 unset, 1 ok or 2 error`);
  return null;
}

function attributesFault(bytes: Uint8Array, f: SpanFields, limits: RecordLimits): RecordFault | null {
  if (f.links.count > MAX_SPAN_PARTS) return tooMany('links', f.links.count, MAX_SPAN_PARTS);
  if (f.events.count > MAX_SPAN_PARTS) return tooMany('events', f.events.count, MAX_SPAN_PARTS);
  const own = f.attributesJsonEnd - f.attributesJsonStart + (f.resourceJsonEnd - f.resourceJsonStart);
  const total = own + bytesOfParts(f.links) + bytesOfParts(f.events);
  if (total > limits.attributesBytes) {
    const reason = `has ${total} bytes with the resource, the links and the events: at most ${limits.attributesBytes} are taken`;
    return { kind: 'too-large', field: 'attributes_json', reason };
  }
  const { attributes } = limits;
  return (
    jsonFieldFault(bytes, 'attributes_json', f.attributesJsonStart, f.attributesJsonEnd, limits, attributes) ??
    resourceFault(bytes, f.resourceJsonStart, f.resourceJsonEnd, limits) ??
    (f.links.count === 0 ? null : linksFault(bytes, f.links, limits)) ??
    (f.events.count === 0 ? null : eventsFault(bytes, f.events, limits)) ??
    (f.links.count + f.events.count < 2 ? null : numbersTogetherFault(bytes, f))
  );
}

function linksFault(bytes: Uint8Array, links: SpanParts, limits: RecordLimits): RecordFault | null {
  return links.first(
    (place, traceId, spanId, json) =>
      textFieldFault(bytes, `links[${place}].trace_id`, traceId.start, traceId.end, limits.idBytes) ??
      textFieldFault(bytes, `links[${place}].span_id`, spanId.start, spanId.end, limits.idBytes) ??
      jsonFieldFault(bytes, `links[${place}].attributes_json`, json.start, json.end, limits, limits.attributes),
  );
}

function eventsFault(bytes: Uint8Array, events: SpanParts, limits: RecordLimits): RecordFault | null {
  return events.first(
    (place, timestamp, name, json) =>
      timestampFieldFault(bytes, `events[${place}].timestamp`, timestamp.start, timestamp.end) ??
      textFieldFault(bytes, `events[${place}].name`, name.start, name.end, limits.attributeValueBytes) ??
      jsonFieldFault(bytes, `events[${place}].attributes_json`, json.start, json.end, limits, limits.attributes),
  );
}

/**
 * Holds the attributes of all links and events together against what one JSON object may hold: each may print 64 KiB of
 * exponents, but not a thousand of them.
 */
function numbersTogetherFault(bytes: Uint8Array, { links, events }: SpanFields): RecordFault | null {
  const objects: string[] = [];
  const take = (_place: number, _one: Range, _two: Range, { start, end }: Range): null => {
    if (start < end) objects.push(Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start).toString('utf8'));
    return null;
  };
  links.first(take);
  events.first(take);
  if (objects.length < 2) return null;
  const together = `{${objects.map((object, i) => `"${i}":${object}`).join()}}`;
  if (jsonObjectFault(together, MAX_JSON_DEPTH + 1) === null) return null;
  return invalid(links.count > 0 ? 'links' : 'events', 'hold exponents that stand for too many digits: write numbers shorter');
}

function bytesOfParts(parts: SpanParts): number {
  if (parts.count === 0) return 0;
  let bytes = 0;
  parts.first((_, one, two, three) => {
    bytes += one.end - one.start + (two.end - two.start) + (three.end - three.start);
    return null;
  });
  return bytes;
}
