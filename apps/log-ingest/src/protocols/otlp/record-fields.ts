import type { MutableInstant } from '#domain';
import type { WireBuffer } from '#proto';
import { instantOfNanos } from './nanos.js';
import type { Origin } from './origin.js';
import type { StorableText } from './storable-text.js';
import { fixed } from './wire-fields.js';

/*
 * What the encoders of logs and spans write alike. Sizes are bytes.
 */

/** Fields of `logs.Log`. */
export const LOG = {
  traceId: 1,
  parentId: 2,
  spanId: 3,
  service: 4,
  message: 5,
  level: 6,
  timestamp: 7,
  attributesJson: 10,
  resourceJson: 11,
  scope: 12,
  event: 13,
  severityNumber: 14,
  severityText: 15,
  observedTimestamp: 16,
  traceFlags: 17,
} as const;

/** Fields of `logs.Span`, of its events and of its links. */
export const SPAN = {
  traceId: 1,
  parentId: 2,
  spanId: 3,
  service: 4,
  name: 5,
  kind: 6,
  startTimestamp: 7,
  endTimestamp: 8,
  status: 9,
  statusMessage: 10,
  attributesJson: 11,
  resourceJson: 12,
  scope: 13,
  traceFlags: 14,
  traceState: 15,
  links: 16,
  events: 17,
} as const;
export const SPAN_EVENT = { timestamp: 1, name: 2, attributesJson: 3 } as const;
export const SPAN_LINK = { traceId: 1, spanId: 2, attributesJson: 3 } as const;

export const TRACE_ID_BYTES = 16;
export const SPAN_ID_BYTES = 8;
/** The lowest byte of flags holds the W3C trace flags; the others are reserved. */
export const TRACE_FLAGS = 0xff;
/** For the ids of a record in hex and its numbers, tags included. */
export const ROOM = 160;
export const INSTANT_ROOM = 40;

/** How fine the time is that a record brings: `none` where it brings none, `second` for a whole second. */
export type TimeGrain = 'none' | 'second' | 'finer';

/** An id has its full length and is not all zero; anything else stands for none. */
export function isId(bytes: Uint8Array, start: number, end: number, length: number): boolean {
  if (end - start !== length) return false;
  for (let at = start; at < end; at++) if (bytes[at] !== 0) return true;
  return false;
}

/** Service, resource and scope; logs and spans number them differently. */
export function writeOrigin(
  out: WireBuffer,
  { service, resourceJson, scopeName }: Origin,
  fields: { readonly service: number; readonly resourceJson: number; readonly scope: number },
): void {
  out.reserve(service.length + resourceJson.length + scopeName.length + 24);
  out.text(fields.service, service, 0, service.length);
  out.text(fields.resourceJson, resourceJson, 0, resourceJson.length);
  out.text(fields.scope, scopeName, 0, scopeName.length);
}

export function writeStorable(out: WireBuffer, field: number, { bytes, start, end }: StorableText): void {
  out.reserve(end - start + 12);
  out.text(field, bytes, start, end);
}

/** A number of at most 32 bits; left out where it is 0, as proto3 does. Room is the caller's. */
export function writeNumber(out: WireBuffer, field: number, value: number): void {
  if (value === 0) return;
  out.tag(field, 0);
  out.varint(value);
}

/** Writes the time that `fixed` holds where it is one, into `instant` too. @returns whether it is */
export function writeFixedTime(out: WireBuffer, field: number, instant: MutableInstant): boolean {
  if (fixed.low === 0 && fixed.high === 0) return false;
  instantOfNanos(fixed.low, fixed.high, instant);
  out.reserve(INSTANT_ROOM);
  out.instant(field, instant);
  return true;
}
