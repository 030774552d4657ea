import { levelOfSeverity, likeText } from '#domain';
import type { QueryConfig } from 'pg';
import type { FieldValues, FieldValuesRequest, ValueField } from '../../api/log-search.js';
import { BoundValues } from './bound-values.js';
import { cellsSql } from './counted-cells.js';
import { conditionSql, jsonAt } from './condition-sql.js';
import { windowSql } from './search-statement.js';
import type { TimeWindow } from './time-windows.js';

/** Values that a window answers at most, its most frequent ones; and values that are kept of all windows. */
const MAX_WINDOW_VALUES = 1_000;
const MAX_KEPT = 20_000;
/** A value longer than this suggests nothing. */
const MAX_VALUE_LENGTH = 256;

export interface FieldRow {
  readonly value: string | number;
  readonly records: number;
}

/** Distinct values of a window with their counts, the most frequent first. Rows: `value`, `records`. */
export function fieldValuesStatement({ tenant, filter, field, prefix }: FieldValuesRequest, window: TimeWindow): QueryConfig {
  const bound = new BoundValues();
  const where = windowSql(tenant, filter, window, bound);
  const { rows, value } = valueSql(field, bound);
  const wanted = wantedSql(field, 'value', prefix, bound);
  const text = `
    SELECT value, count(*)::float8 AS records
    FROM (SELECT ${value} AS value FROM logs${rows} WHERE ${where}) AS given
    WHERE ${wanted} GROUP BY value ORDER BY records DESC, value LIMIT ${MAX_WINDOW_VALUES + 1}`;
  return { text, values: bound.values };
}

/** The same for levels and services out of what is counted already; the window begins and ends with whole cells. */
export function countedValuesStatement(
  { tenant, filter, field, prefix }: FieldValuesRequest,
  window: TimeWindow,
  keptFrom: string,
): QueryConfig {
  const bound = new BoundValues();
  const cells = cellsSql(tenant, window, keptFrom, bound);
  const column = field.kind === 'level' ? 'severity' : 'service';
  const text = `
    SELECT ${column} AS value, sum(count)::float8 AS records
    FROM ${cells} WHERE ${conditionSql(filter.condition, bound)} AND ${wantedSql(field, column, prefix, bound)}
    GROUP BY 1 ORDER BY records DESC, value LIMIT ${MAX_WINDOW_VALUES + 1}`;
  return { text, values: bound.values };
}

function wantedSql({ kind }: ValueField, column: string, prefix: string, bound: BoundValues): string {
  return kind === 'level'
    ? 'true'
    : `${column} IS NOT NULL AND length(${column}) <= ${MAX_VALUE_LENGTH} AND ${column} COLLATE "C" ILIKE ${bound.add(`${likeText(prefix)}%`)}`;
}

function valueSql(field: ValueField, bound: BoundValues): { readonly rows: string; readonly value: string } {
  switch (field.kind) {
    case 'level':
      return { rows: '', value: 'severity' };
    case 'service':
      return { rows: '', value: 'service' };
    case 'keys':
      return { rows: `, jsonb_object_keys(${field.source}) AS member(name)`, value: 'member.name' };
    case 'values': {
      const value = jsonAt(field.source, field.path, bound);
      return {
        rows: '',
        value: `CASE WHEN jsonb_typeof(${value}) IN ('string', 'number', 'boolean') THEN ${value} #>> '{}' END`,
      };
    }
  }
}

/** Sums what the windows count. */
export class FieldTally {
  /** True where more values came than are kept: counts are lower bounds. */
  cut = false;
  private readonly counts = new Map<string, number>();

  constructor(private readonly request: Pick<FieldValuesRequest, 'field' | 'prefix'>) {}

  add(rows: readonly FieldRow[]): void {
    this.cut ||= rows.length > MAX_WINDOW_VALUES;
    for (const { value, records } of rows) {
      const isLevel = this.request.field.kind === 'level';
      const key = isLevel ? levelOfSeverity(Number(value)) : String(value);
      if (isLevel && !key.startsWith(this.request.prefix.toLowerCase())) continue;
      const known = this.counts.get(key);
      if (known === undefined && this.counts.size >= MAX_KEPT) this.cut = true;
      else this.counts.set(key, (known ?? 0) + records);
    }
  }

  top(limit: number): FieldValues['values'] {
    const sorted = [...this.counts].map(([value, count]) => ({ value, count }));
    return sorted.sort((a, b) => b.count - a.count || (a.value < b.value ? -1 : 1)).slice(0, limit);
  }
}
