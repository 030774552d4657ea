import { SEVERITY_BY_WIRE_LEVEL } from '#domain';
import {
  invalid,
  jsonFieldFault,
  missing,
  resourceFault,
  textFieldFault,
  timestampFieldFault,
  tooLong,
  tooMany,
  type RecordFault,
} from './field-faults.js';
import type { LogFields } from './log-fields.js';
import type { RecordLimits } from './record-limits.js';
import { textFault } from './text-check.js';

const MAX_SEVERITY = 24;

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
    timestampFieldFault(bytes, 'timestamp', f.timestampStart, f.timestampEnd);
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
    timestampFieldFault(bytes, 'observed_timestamp', f.observedTimestampStart, f.observedTimestampEnd) ??
    resourceFault(bytes, f.resourceJsonStart, f.resourceJsonEnd, limits)
  );
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
  return jsonFieldFault(bytes, 'attributes_json', f.attributesJsonStart, f.attributesJsonEnd, limits, room);
}
