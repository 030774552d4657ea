import { invalidField } from '#platform';

const MAX_BYTES = 256;

/** A trace id that can be asked for; throws INVALID_ARGUMENT where it can't. */
export function traceIdOf(traceId: string): string {
  if (traceId === '') throw invalidField('trace_id', 'is required: give the id of a trace');
  const bytes = Buffer.byteLength(traceId);
  if (bytes > MAX_BYTES) throw invalidField('trace_id', `has ${bytes} bytes: an id has at most ${MAX_BYTES}`);
  if (traceId.includes('\0')) throw invalidField('trace_id', 'holds U+0000, which no stored id does');
  return traceId;
}
