import { jsonObjectFault, parseTimestamp, timestampFaultReason, type MutableInstant } from '#domain';
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

/** The least that a member takes: `"":0,`. */
const MEMBER_BYTES = 5;
/** Objects and lists inside one another in a JSON field. */
export const MAX_JSON_DEPTH = 64;
const instant: MutableInstant = { seconds: 0, nanos: 0 };

/** Says what is wrong with a text field, null where nothing. */
export function textFieldFault(bytes: Uint8Array, field: string, start: number, end: number, limit: number): RecordFault | null {
  if (end - start > limit) return tooLong(field, end - start, limit);
  const fault = textFault(bytes, start, end);
  if (fault === null) return null;
  return fault === 'nul'
    ? invalid(field, 'holds U+0000, which can not be stored: remove it')
    : invalid(field, 'is not valid UTF-8: encode the text as UTF-8');
}

/** Says what is wrong with a timestamp, null where nothing, or where none is given. */
export function timestampFieldFault(bytes: Uint8Array, field: string, start: number, end: number): RecordFault | null {
  if (start === end) return null;
  const fault = parseTimestamp(bytes, start, end, instant);
  return fault === null ? null : invalid(field, timestampFaultReason(fault));
}

/**
 * Says what is wrong with the text of a JSON object, null where nothing, or where none is given.
 *
 * @param room how many members it may have
 */
export function jsonFieldFault(
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
  // So short a text can hold neither a key nor a value that is too long, nor too many members.
  if (end - start <= limits.attributeKeyBytes && end - start <= limits.attributeValueBytes && end - start < room * MEMBER_BYTES) {
    return null;
  }
  const members = JSON.parse(text) as Readonly<Record<string, unknown>>;
  const count = Object.keys(members).length;
  return count > room ? tooMany(field, count, room) : memberFault(field, members, end - start, limits);
}

/** The last resource that was found good, and the limits that it kept. */
const lastResource = { bytes: Buffer.alloc(0), limits: null as RecordLimits | null };
const LARGEST_KEPT_RESOURCE = 64 * 1024;

/** jsonFieldFault of `resource_json`: a sender repeats its own in record after record, and the same bytes need no second look. */
export function resourceFault(bytes: Uint8Array, start: number, end: number, limits: RecordLimits): RecordFault | null {
  if (start === end) return null;
  if (lastResource.limits === limits && lastResource.bytes.compare(bytes, start, end) === 0) return null;
  const fault = jsonFieldFault(bytes, 'resource_json', start, end, limits, limits.attributes);
  if (fault !== null || end - start > LARGEST_KEPT_RESOURCE) return fault;
  lastResource.bytes = Buffer.from(bytes.subarray(start, end));
  lastResource.limits = limits;
  return null;
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

export function missing(field: string): RecordFault {
  return invalid(field, 'is required: give it a value that is not empty');
}

export function invalid(field: string, reason: string): RecordFault {
  return { kind: 'invalid', field, reason };
}

export function tooLong(field: string, size: number, limit: number): RecordFault {
  return { kind: 'too-large', field, reason: `has ${size} bytes: at most ${limit} are taken` };
}

export function tooMany(field: string, count: number, limit: number): RecordFault {
  return { kind: 'too-large', field, reason: `has ${count} entries: at most ${limit} are taken` };
}
