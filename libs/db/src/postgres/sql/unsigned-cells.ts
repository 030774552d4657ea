import type { PoolClient } from 'pg';
import { arrayText, quotedElement } from './array-text.js';
import { timestampText } from './time-parameter.js';

/** A cell of `log_counts` as it was when it was read. */
export interface CountedCell {
  readonly tenant: string;
  /** First second of its ten, since 1970. */
  readonly start: number;
  /** UTC day of receipt, such as 2026-11-21. */
  readonly day: string;
  /** What its counts sum up to. */
  readonly records: number;
}

/** The sum of a row's counts. They only grow: where the sum is the same, so are the records that were counted. */
export const RECORDS_OF_COUNTS = '(SELECT sum(line.count) FROM unnest(counts) AS line (count))';

/** Said as in log_counts_unsigned_idx. */
const DUE = `sign_at < 'infinity' AND sign_at <= now()`;

const NEWEST = `
  SELECT tenant, extract(epoch FROM starts_at)::float8 AS start, to_char(received_on, 'YYYY-MM-DD') AS day,
    ${RECORDS_OF_COUNTS}::float8 AS records
  FROM log_counts WHERE ${DUE} ORDER BY starts_at DESC LIMIT $1`;

/** Cells that are to be signed by now, the newest first. */
export async function readUnsignedCells(client: PoolClient, limit: number): Promise<CountedCell[]> {
  return (await client.query<CountedCell>({ name: 'unsigned-cells', text: NEWEST, values: [limit] })).rows;
}

/** SKIP LOCKED: who folds counts locks several cells too. A row that is skipped is changed right now. */
const GIVE_UP = `
  UPDATE log_counts SET sign_at = 'infinity' WHERE ctid = ANY (ARRAY(
    SELECT c.ctid FROM log_counts c
    JOIN unnest($1::text[], $2::timestamptz[], $3::date[], $4::bigint[]) AS cell (tenant, starts_at, received_on, records)
      USING (tenant, starts_at, received_on)
    WHERE ${DUE} AND cell.records = ${RECORDS_OF_COUNTS}
    FOR UPDATE OF c SKIP LOCKED
  ))`;

/** Leaves cells unsigned until something more is counted in them. */
export async function giveUpCells(client: PoolClient, cells: readonly CountedCell[]): Promise<void> {
  if (cells.length === 0) return;
  const values = [
    cells.map(({ tenant }) => quotedElement(tenant)),
    cells.map(({ start }) => timestampText({ seconds: start, nanos: 0 })),
    cells.map(({ day }) => day),
    cells.map(({ records }) => records),
  ];
  await client.query({ name: 'give-up-cells', text: GIVE_UP, values: values.map(arrayText) });
}
