import type { TimeSpan } from '#db';
import {
  compareInstants,
  instantOfEpochMillis,
  joined,
  levelsFrom,
  LEVELS_BY_SEVERITY,
  parseQuery,
  parseTime,
  type Condition,
  type Instant,
  type LogFilter,
} from '#domain';
import { invalidField } from '#platform';
import { storedText } from './stored-text.js';

/** What a caller says of the records that are wanted; an empty text or list says nothing. */
export interface FilterRequest {
  /** The compact query language. */
  readonly query: string;
  readonly from: string;
  readonly to: string;
}

/** The same with the parts that programs rather fill in one by one. */
export interface LogsFilterRequest extends FilterRequest {
  readonly minLevel: string;
  readonly services: readonly string[];
  readonly traceId: string;
  readonly spanId: string;
  readonly attributes: Readonly<Record<string, string>>;
}

const MAX_SERVICES = 200;
const MAX_ATTRIBUTES = 100;

/**
 * The filter of a request.
 * @param now what relative times count from
 * @throws INVALID_ARGUMENT naming the field, and for a query the column
 */
export function filterOf({ query, from, to }: FilterRequest, now: Instant): LogFilter {
  const parsed = parseQuery(query, now);
  if (!parsed.ok) throw invalidField('query', `column ${parsed.column}: ${parsed.reason}`);
  const { filter } = parsed;
  return {
    from: boundOf('from', from, filter.from, now),
    to: boundOf('to', to, filter.to, now),
    condition: filter.condition,
  };
}

/** The filter of a request with both ends of its range; without one it is the hour up to now. */
export function rangeOf(question: FilterRequest): LogFilter & TimeSpan {
  const now = instantOfEpochMillis(Date.now());
  const filter = filterOf(question, now);
  const to = filter.to ?? now;
  const hourBefore = parseTime('-1h', to);
  const from = filter.from ?? (hourBefore.ok ? hourBefore.instant : to);
  if (compareInstants(from, to) >= 0) throw invalidField('from', 'is not before the end of the range');
  return { from, to, condition: filter.condition };
}

function boundOf(field: 'from' | 'to', text: string, inQuery: Instant | null, now: Instant): Instant | null {
  if (text === '') return inQuery;
  if (inQuery !== null) throw invalidField(field, 'is given in the query too: leave one of the two out');
  const outcome = parseTime(text, now);
  if (!outcome.ok) throw invalidField(field, outcome.reason);
  return outcome.instant;
}

/** The filter of a request with all its parts, each of which has to be fulfilled. */
export function logsFilterOf(request: LogsFilterRequest, now: Instant): LogFilter {
  const filter = filterOf(request, now);
  const { minLevel, services, traceId, spanId, attributes } = request;
  const parts: Condition[] = [filter.condition];
  if (minLevel !== '') {
    const lowest = LEVELS_BY_SEVERITY.find((level) => level === minLevel.toLowerCase());
    if (lowest === undefined) throw invalidField('min_level', `is no level: known are ${LEVELS_BY_SEVERITY.join(', ')}`);
    parts.push({ kind: 'level', levels: levelsFrom(lowest) });
  }
  if (services.length > MAX_SERVICES) throw invalidField('services', `names more than ${MAX_SERVICES}: ask for fewer at once`);
  if (services.length > 0) {
    const patterns = services.map((name) => [storedText('services', name, 'a name')]);
    parts.push({ kind: 'name', field: 'service', patterns });
  }
  if (traceId !== '') parts.push({ kind: 'name', field: 'trace', patterns: [[storedText('trace_id', traceId, 'an id')]] });
  if (spanId !== '') parts.push({ kind: 'name', field: 'span', patterns: [[storedText('span_id', spanId, 'an id')]] });
  parts.push(...attributeParts(attributes));
  return { ...filter, condition: joined('all-of', parts) };
}

function attributeParts(attributes: Readonly<Record<string, string>>): Condition[] {
  const members = Object.entries(attributes);
  if (members.length > MAX_ATTRIBUTES)
    throw invalidField('attributes', `names more than ${MAX_ATTRIBUTES}: ask for fewer at once`);
  return members.map(([name, value]) => {
    if (value.includes('\0')) throw invalidField('attributes', 'holds U+0000, which no stored one does');
    const path = storedText('attributes', name, 'a name');
    return { kind: 'attribute', source: 'attributes', path, patterns: [[value]] };
  });
}
