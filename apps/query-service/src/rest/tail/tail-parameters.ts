import { parametersOf, type RawQuery } from '#platform';
import type { TailRequest } from '../../tail/tail-request.js';

/**
 * The question that a path's query asks, the same for both transports.
 * @param lastEventId what an EventSource sends where it comes back: it goes on there, whatever its URL says of the beginning
 * @throws INVALID_ARGUMENT naming the parameter
 */
export function tailRequestOf(raw: RawQuery, lastEventId = ''): TailRequest {
  const { q: query, from, position } = parametersOf(raw, ['q', 'from', 'position']);
  const start = lastEventId === '' ? { from, position } : { from: '', position: lastEventId };
  return { query, ...start, minLevel: '', services: [], traceId: '', spanId: '', attributes: {} };
}
