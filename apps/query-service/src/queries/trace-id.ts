import { invalidField } from '#platform';
import { storedText } from './stored-text.js';

/** A trace id that can be asked for; throws INVALID_ARGUMENT where it can't. */
export function traceIdOf(traceId: string): string {
  if (traceId === '') throw invalidField('trace_id', 'is required: give the id of a trace');
  return storedText('trace_id', traceId, 'an id');
}
