import { PATTERN_ORDERS, PATTERN_STATES, type PatternOrder, type PatternState } from '#db';
import { parseTimestampText, type Instant } from '#domain';
import { invalidField } from '#platform';
import { storedText } from './stored-text.js';

/** The fields of requests for patterns as the store takes them; each throws INVALID_ARGUMENT naming the field. */

export function patternIdOf(id: string): string {
  if (id === '') throw invalidField('id', 'is required: give the id of a pattern');
  return storedText('id', id, 'an id');
}

export function serviceFilterOf(service: string): string | undefined {
  return service === '' ? undefined : storedText('service', service, 'the name of a service');
}

/** Undefined where none is asked for. */
export function stateFilterOf(state: string): PatternState | undefined {
  return state === '' ? undefined : stateOf(state);
}

export function stateOf(state: string): PatternState {
  return oneOf('state', state, PATTERN_STATES);
}

/** The latest first, where nothing else is asked for. */
export function orderOf(order: string): PatternOrder {
  return order === '' ? 'last_seen' : oneOf('order_by', order, PATTERN_ORDERS);
}

/** Undefined where the bound is not given. */
export function boundOf(field: string, text: string): Instant | undefined {
  if (text === '') return undefined;
  const parsed = parseTimestampText(text);
  if (!parsed.ok) throw invalidField(field, parsed.reason);
  return parsed.instant;
}

function oneOf<T extends string>(field: string, text: string, choices: readonly T[]): T {
  const found = choices.find((choice) => choice === text);
  if (found === undefined) throw invalidField(field, `is one of ${choices.join(', ')}, not ${JSON.stringify(text.slice(0, 40))}`);
  return found;
}
