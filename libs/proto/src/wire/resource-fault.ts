import { jsonFieldFault, type RecordFault } from './field-faults.js';
import type { RecordLimits } from './record-limits.js';

/** The resource that was found good last, and by which limits. */
const lastGood: { resource: Buffer; limits: RecordLimits | null } = { resource: Buffer.alloc(0), limits: null };

/**
 * Says what is wrong with resource_json, null where nothing, or where none is given. Records of one sender bring the same
 * resource, mostly one after another: the same bytes are not read again.
 */
export function resourceFault(bytes: Uint8Array, start: number, end: number, limits: RecordLimits): RecordFault | null {
  if (start === end) return null;
  const { resource } = lastGood;
  if (lastGood.limits === limits && end - start === resource.length && resource.compare(bytes, start, end) === 0) return null;
  const fault = jsonFieldFault(bytes, 'resource_json', start, end, limits, limits.attributes);
  if (fault === null) {
    lastGood.resource = Buffer.from(bytes.subarray(start, end));
    lastGood.limits = limits;
  }
  return fault;
}
