import { tracesOf, type LogFilter, type PartitionPlace } from '#domain';
import type { TailSelection } from '../../api/log-tail.js';
import { BoundValues } from '../search/bound-values.js';
import { conditionSql } from '../search/condition-sql.js';
import type { BoundStatement } from '../search/search-statement.js';
import type { Receipts, Stretch } from '../tail/tail-parts.js';
import { arrayText, quotedElement } from './array-text.js';
import { RECORD_COLUMNS, pageText } from './read-log-pages.js';
import { timestampText } from './time-parameter.js';
import { ofTrace } from './trace-condition.js';

/** What comes behind `chosen_rows`. */
const TENANT = 'tenant';

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
export function tailStatement({ stretches, records, limit, maxBytes }: TailRead, received: Receipts): BoundStatement {
  const bound = new BoundValues();
  const ofTenants =
    records.kind === 'tenants' ? [`tenant = ANY (${bound.add(arrayText(records.tenants.map(quotedElement)))}::text[])`] : [];
  const where = [receivedSql(received, bound), ...ofTenants, idsSql(stretches, bound), ...selectionSql(records, bound)].join(
    ' AND ',
  );
  const text = pageText(where, 'id', `${bound.add(limit + 1)}::bigint`, `${bound.add(maxBytes)}::bigint`, [TENANT]);
  // Those of live tail are planned once a connection.
  return { statement: { name: records.kind === 'filter' ? '' : `tail-${stretches.length}`, text }, values: bound.values };
}

/**
 * All rows of the stretches, received within a time, of all tenants and in no order: to sort and to cut them in the server costs
 * more than the rest of it. `chosen_rows` says nothing.
 */
export function recentStatement(stretches: readonly Stretch[], received: Receipts): BoundStatement {
  const bound = new BoundValues();
  const text = `
    SELECT ${RECORD_COLUMNS}, 0::bigint AS chosen_rows, ${TENANT}
    FROM logs WHERE ${receivedSql(received, bound)} AND ${idsSql(stretches, bound)}`;
  // The same again and again: each number of stretches is planned once a connection.
  return { statement: { name: `recent-${stretches.length}`, text }, values: bound.values };
}

function receivedSql({ from, to }: Receipts, bound: BoundValues): string {
  return `received_at >= ${bound.add(receiptText(from))}::timestamptz AND received_at <= ${bound.add(receiptText(to))}::timestamptz`;
}

function idsSql(stretches: readonly Stretch[], bound: BoundValues): string {
  const ranges = stretches.map(({ from, end }) => {
    return `(id >= ${bound.add(idAt(from))}::uuid AND id < ${bound.add(idAt({ ...from, offset: end, index: 0 }))}::uuid)`;
  });
  return `(${ranges.join(' OR ')})`;
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
