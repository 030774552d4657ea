import { tracesOf, type LogFilter, type PartitionPlace } from '#domain';
import type { TailSelection } from '../../api/log-tail.js';
import { BoundValues } from '../search/bound-values.js';
import { conditionSql } from '../search/condition-sql.js';
import type { RowPlace } from '../tail/row-places.js';
import type { BoundStatement } from '../search/search-statement.js';
import type { Receipts, Stretch } from '../tail/tail-parts.js';
import { arrayText, quotedElement } from './array-text.js';
import { pageText } from './read-log-pages.js';
import { timestampText } from './time-parameter.js';
import { ofTrace } from './trace-condition.js';

/** What comes behind `chosen_rows`: tenant, and where the row lies. */
const EXTRAS = { columns: ['tenant', 'row_table', 'row_place'], aliased: ['tableoid AS row_table', 'ctid AS row_place'] };

/** What a statement reads: of which stretches, which records, how much. */
export interface TailRead {
  readonly stretches: readonly Stretch[];
  readonly records: TailSelection;
  readonly limit: number;
  readonly maxBytes: number;
}

/**
 * Rows of some stretches, received within a time, in the order of ids: `limit` rows and one more, cut where their bytes reach
 * the bound.
 *
 * BRIN finds the blocks of the time; nothing indexes ids.
 */
export function tailStatement(read: TailRead, received: Receipts): BoundStatement {
  const bound = new BoundValues();
  const time = [
    `received_at >= ${bound.add(receiptText(received.from))}::timestamptz`,
    `received_at <= ${bound.add(receiptText(received.to))}::timestamptz`,
  ];
  const { records } = read;
  const ofTenants =
    records.kind === 'tenants' ? [`tenant = ANY (${bound.add(arrayText(records.tenants.map(quotedElement)))}::text[])`] : [];
  return statementOf(read, [...time, ...ofTenants], bound, 'logs');
}

/** The same of rows that lie in one partition of the table from a block on, of all tenants and whatever their time. */
export function newestStatement(read: TailRead, { table, block }: RowPlace): BoundStatement {
  const bound = new BoundValues();
  return statementOf(read, [`ctid >= ${bound.add(`(${block},0)`)}::tid`], bound, table);
}

function statementOf(
  { stretches, records, limit, maxBytes }: TailRead,
  place: readonly string[],
  bound: BoundValues,
  table: string,
): BoundStatement {
  const ids = stretches.map(({ from, end }) => {
    return `id >= ${bound.add(idAt(from))}::uuid AND id < ${bound.add(idAt({ ...from, offset: end, index: 0 }))}::uuid`;
  });
  const where = [...place, `(${ids.map((range) => `(${range})`).join(' OR ')})`, ...selectionSql(records, bound)].join(' AND ');
  const text = pageText(where, 'id', `${bound.add(limit + 1)}::bigint`, `${bound.add(maxBytes)}::bigint`, { table, ...EXTRAS });
  // Those of live tail are the same again and again: each number of stretches is planned once a connection.
  const name = records.kind === 'filter' ? '' : `tail-${table}-${stretches.length}`;
  return { statement: { name, text }, values: bound.values };
}

function selectionSql(records: TailSelection, bound: BoundValues): string[] {
  if (records.kind === 'tenants') return [];
  const { condition, from, to } = records.filter;
  const traces = tracesOf(condition);
  return [
    `tenant = ${bound.add(records.tenant)}`,
    ...timeSql('>=', from, bound),
    ...timeSql('<', to, bound),
    // Said apart from the condition, so that the index on traces serves it wherever in the condition it stands.
    ...(traces === null ? [] : [ofTrace(...traces.map((id) => bound.add(id)))]),
    conditionSql(condition, bound),
  ];
}

function timeSql(comparison: '>=' | '<', instant: LogFilter['from'], bound: BoundValues): string[] {
  if (instant === null) return [];
  const time = `${bound.add(timestampText(instant))}::timestamptz`;
  return [`("time", nanos) ${comparison} (${time}, ${bound.add(instant.nanos % 1000)}::smallint)`];
}

/** The first id at a place. */
function idAt({ epoch, partition, offset, index }: PartitionPlace): string {
  const parts = [epoch.toString(16).padStart(4, '0'), partition.toString(16).padStart(4, '0')];
  return [...parts, offset.toString(16).padStart(16, '0'), index.toString(16).padStart(8, '0')].join('');
}

function receiptText(ms: number): string {
  if (Number.isFinite(ms)) return new Date(ms).toISOString();
  return ms < 0 ? '-infinity' : 'infinity';
}
