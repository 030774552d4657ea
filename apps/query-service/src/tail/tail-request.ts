import { instantOfEpochMillis, parseTime, type Instant, type LogFilter } from '#domain';
import { invalidField } from '#platform';
import { logsFilterOf, type LogsFilterRequest } from '../queries/filter-request.js';
import { readTailToken, type TailToken } from './tail-token.js';

/** A question for live records, as every transport asks it. */
export interface TailRequest extends Omit<LogsFilterRequest, 'to'> {
  readonly position: string;
}

export type TailStart =
  /** With what is stored from now on. */
  | { readonly kind: 'now' }
  /** With all records of that instant and later; null: of all times. */
  | { readonly kind: 'since'; readonly since: Instant | null }
  | { readonly kind: 'behind'; readonly token: TailToken };

export interface TailQuestion {
  readonly filter: LogFilter;
  readonly start: TailStart;
}

/** @throws INVALID_ARGUMENT naming the field */
export function tailQuestionOf(request: TailRequest): TailQuestion {
  const { from, position, ...rest } = request;
  const now = instantOfEpochMillis(Date.now());
  const filter = logsFilterOf({ ...rest, from: '', to: '' }, now);
  const start = startOf(from, position, filter.from, now);
  const since = start.kind === 'behind' ? start.token.since : start.kind === 'since' ? start.since : null;
  return { filter: { ...filter, from: since }, start };
}

/** @param inQuery the first instant that the query names; null where it names none */
function startOf(from: string, position: string, inQuery: Instant | null, now: Instant): TailStart {
  if (position !== '') {
    if (from !== '') throw invalidField('from', 'is given together with a position: leave one of the two out');
    return { kind: 'behind', token: readTailToken(position) };
  }
  if (from !== '' && inQuery !== null) throw invalidField('from', 'is given in the query too: leave one of the two out');
  if (inQuery !== null) return { kind: 'since', since: inQuery };
  if (from === '' || from === 'now') return { kind: 'now' };
  if (from === 'earliest') return { kind: 'since', since: null };
  const outcome = parseTime(from, now);
  if (!outcome.ok) throw invalidField('from', `${outcome.reason}, or earliest`);
  return { kind: 'since', since: outcome.instant };
}
