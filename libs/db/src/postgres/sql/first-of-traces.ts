import { ofTrace } from './trace-condition.js';

/** Rows that a DAG is built from. */
interface DagSource {
  readonly table: 'logs' | 'spans';
  /** What a cap leaves out comes last. */
  readonly order: string;
}

/** The first rows of a trace; `place` counts them from 1. $1 trace, $2 tenant, $3 how many at most. */
export function firstOfTrace({ table, order }: DagSource, columns: string): string {
  return `
  SELECT ${columns}
  FROM (
    SELECT *, row_number() OVER (ORDER BY ${order}) AS place FROM ${table}
    WHERE ${ofTrace('$1')} AND tenant = $2
    ORDER BY place
    LIMIT $3
  ) AS placed
  ORDER BY place`;
}

/** The first rows of several traces; `place` counts the traces from 1. $1 tenants, $2 traces, $3 how many of each at most. */
export function firstOfTraces({ table, order }: DagSource, columns: string): string {
  return `
  SELECT wanted.place, found.*
  FROM unnest($1::text[], $2::text[]) WITH ORDINALITY AS wanted (tenant, trace_id, place), LATERAL (
    SELECT ${columns} FROM ${table}
    WHERE ${ofTrace('wanted.trace_id')} AND tenant = wanted.tenant
    ORDER BY ${order}
    LIMIT $3
  ) AS found`;
}
