import { SEVERITY_BY_WIRE_LEVEL, jsonObjectFault, parseTimestamp, timestampFaultReason, type MutableInstant } from '#domain';
import type { LogFields } from './log-fields.js';
import type { RecordLimits } from './record-limits.js';
import { textFault } from './text-check.js';

/** Why a record is refused. `too-large`: it breaks a limit and would do so again. */
export interface RecordFault {
  readonly kind: 'invalid' | 'too-large';
  /** The field's name in the contract, such as `trace_id` or `attributes["k"]`. */
  readonly field: string;
  /** What is wrong and what is expected; reads on after the field's name. */
  readonly reason: string;
}

const MAX_JSON_DEPTH = 64;
const MAX_SEVERITY = 24;
const instant: MutableInstant = { seconds: 0, nanos: 0 };

/**
 * Says what the contract has against a record, null where nothing.
 *
 * @param required whether trace_id and span_id must be there, as they must in SendLog; service always must.
 */
export function recordFault(bytes: Uint8Array, f: LogFields, limits: RecordLimits, required: boolean): RecordFault | null {
  if (required && f.traceIdStart === f.traceIdEnd) return missing('trace_id');
  if (required && f.spanIdStart === f.spanIdEnd) return missing('span_id');
  if (f.serviceStart === f.serviceEnd) return missing('service');
  const fault =
    textFieldFault(bytes, 'trace_id', f.traceIdStart, f.traceIdEnd, limits.idBytes) ??
    textFieldFault(bytes, 'parent_id', f.parentIdStart, f.parentIdEnd, limits.idBytes) ??
    textFieldFault(bytes, 'span_id', f.spanIdStart, f.spanIdEnd, limits.idBytes) ??
    textFieldFault(bytes, 'service', f.serviceStart, f.serviceEnd, limits.idBytes) ??
    textFieldFault(bytes, 'message', f.messageStart, f.messageEnd, limits.messageBytes) ??
    timestamp(bytes, 'timestamp', f.timestampStart, f.timestampEnd);
  if (fault !== null) return fault;
  if (f.level < 0 || f.level >= SEVERITY_BY_WIRE_LEVEL.length) {
    return invalid('level', `${f.level} is no level: use 0 info, 1 debug, 2 warn, 3 error, 4 fatal or 5 trace`);
  }
  if (f.severityNumber > MAX_SEVERITY) {
    return invalid('severity_number', `${f.severityNumber} is out of range: use 1 to 24, or 0 to derive it from level`);
  }
  return attributesFault(bytes, f, limits) ?? richerFieldsFault(bytes, f, limits);
}

function richerFieldsFault(bytes: Uint8Array, f: LogFields, limits: RecordLimits): RecordFault | null {
  return (
    textFieldFault(bytes, 'id', f.idStart, f.idEnd, limits.idBytes) ??
    textFieldFault(bytes, 'scope', f.scopeStart, f.scopeEnd, limits.idBytes) ??
    textFieldFault(bytes, 'event', f.eventStart, f.eventEnd, limits.idBytes) ??
    textFieldFault(bytes, 'severity_text', f.severityTextStart, f.severityTextEnd, limits.idBytes) ??
    timestamp(bytes, 'observed_timestamp', f.observedTimestampStart, f.observedTimestampEnd) ??
    resourceFault(bytes, f.resourceJsonStart, f.resourceJsonEnd, limits)
  );
}

/** The resource that was found good last, and by which limits. */
const lastGood: { resource: Buffer; limits: RecordLimits | null } = { resource: Buffer.alloc(0), limits: null };

/** Records of one sender bring the same resource, mostly one after another: the same bytes are not read again. */
function resourceFault(bytes: Uint8Array, start: number, end: number, limits: RecordLimits): RecordFault | null {
  if (start === end) return null;
  const { resource } = lastGood;
  if (lastGood.limits === limits && end - start === resource.length && resource.compare(bytes, start, end) === 0) return null;
  const fault = jsonText(bytes, 'resource_json', start, end, limits, limits.attributes);
  if (fault === null) {
    lastGood.resource = Buffer.from(bytes.subarray(start, end));
    lastGood.limits = limits;
  }
  return fault;
}

function attributesFault(bytes: Uint8Array, f: LogFields, limits: RecordLimits): RecordFault | null {
  const json = f.attributesJsonEnd - f.attributesJsonStart;
  if (f.attributeCount === 0 && json === 0) return null;
  if (f.attributeCount > limits.attributes) return tooMany('attributes', f.attributeCount, limits.attributes);
  let total = json + (f.resourceJsonEnd - f.resourceJsonStart);
  for (let at = 0; at < f.attributeCount * 4; at += 4) {
    const keyStart = f.attributes[at] ?? 0;
    const keyEnd = f.attributes[at + 1] ?? 0;
    const valueStart = f.attributes[at + 2] ?? 0;
    const valueEnd = f.attributes[at + 3] ?? 0;
    const keyFault = textFieldFault(bytes, 'attributes (a key)', keyStart, keyEnd, limits.attributeKeyBytes);
    if (keyFault !== null) return keyFault;
    if (valueEnd - valueStart > limits.attributeValueBytes || textFault(bytes, valueStart, valueEnd) !== null) {
      const field = `attributes[${JSON.stringify(Buffer.from(bytes.subarray(keyStart, keyEnd)).toString('utf8'))}]`;
      return textFieldFault(bytes, field, valueStart, valueEnd, limits.attributeValueBytes);
    }
    total += keyEnd - keyStart + (valueEnd - valueStart);
  }
  if (json > limits.attributesBytes) return tooLong('attributes_json', json, limits.attributesBytes);
  if (total > limits.attributesBytes) return tooLong('attributes', total, limits.attributesBytes);
  const room = limits.attributes - f.attributeCount;
  return jsonText(bytes, 'attributes_json', f.attributesJsonStart, f.attributesJsonEnd, limits, room);
}

function jsonText(
  bytes: Uint8Array,
  field: string,
  start: number,
  end: number,
  limits: RecordLimits,
  room: number,
): RecordFault | null {
  if (start === end) return null;
  const fault = textFieldFault(bytes, field, start, end, limits.attributesBytes);
  if (fault !== null) return fault;
  const text = Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start).toString('utf8');
  const reason = jsonObjectFault(text, MAX_JSON_DEPTH);
  if (reason !== null) return invalid(field, reason);
  const members = JSON.parse(text) as Readonly<Record<string, unknown>>;
  const count = Object.keys(members).length;
  return count > room ? tooMany(field, count, room) : memberFault(field, members, end - start, limits);
}

/** Holds the members of a JSON object against the limits of attributes; what is not a string counts as its JSON text. */
function memberFault(
  field: string,
  members: Readonly<Record<string, unknown>>,
  size: number,
  limits: RecordLimits,
): RecordFault | null {
  if (size <= limits.attributeKeyBytes) return null;
  for (const key of Object.keys(members)) {
    const keyBytes = Buffer.byteLength(key);
    if (keyBytes > limits.attributeKeyBytes) return tooLong(`${field} (a key)`, keyBytes, limits.attributeKeyBytes);
    if (size <= limits.attributeValueBytes) continue;
    const value = members[key];
    const valueBytes = Buffer.byteLength(typeof value === 'string' ? value : JSON.stringify(value));
    if (valueBytes > limits.attributeValueBytes) {
      return tooLong(`${field}[${JSON.stringify(key)}]`, valueBytes, limits.attributeValueBytes);
    }
  }
  return null;
}

/** Says what is wrong with a text field, null where nothing. */
export function textFieldFault(bytes: Uint8Array, field: string, start: number, end: number, limit: number): RecordFault | null {
  if (end - start > limit) return tooLong(field, end - start, limit);
  const fault = textFault(bytes, start, end);
  if (fault === null) return null;
  return fault === 'nul'
    ? invalid(field, 'holds U+0000, which can not be stored: remove it')
    : invalid(field, 'is not valid UTF-8: encode the text as UTF-8');
}

function timestamp(bytes: Uint8Array, field: string, start: number, end: number): RecordFault | null {
  if (start === end) return null;
  const fault = parseTimestamp(bytes, start, end, instant);
  return fault === null ? null : invalid(field, timestampFaultReason(fault));
}

function missing(field: string): RecordFault {
  return invalid(field, 'is required: give it a value that is not empty');
}

function invalid(field: string, reason: string): RecordFault {
  return { kind: 'invalid', field, reason };
}

function tooLong(field: string, size: number, limit: number): RecordFault {
  return { kind: 'too-large', field, reason: `has ${size} bytes: at most ${limit} are taken` };
}

function tooMany(field: string, count: number, limit: number): RecordFault {
  return { kind: 'too-large', field, reason: `has ${count} entries: at most ${limit} are taken` };
}
