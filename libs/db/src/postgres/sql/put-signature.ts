import type { PoolClient } from 'pg';
import type { CellSignature } from '../signatures/cell-signature.js';
import { arrayText } from './array-text.js';
import { timestampText } from './time-parameter.js';
import { RECORDS_OF_COUNTS, type CountedCell } from './unsigned-cells.js';

const PUT = `
  WITH done AS (
    UPDATE log_counts SET sign_at = NULL
    WHERE tenant = $1 AND starts_at = $2::timestamptz AND received_on = $3::date AND ${RECORDS_OF_COUNTS} = $4::bigint
    RETURNING tenant, starts_at, received_on
  )
  INSERT INTO text_signatures (tenant, starts_at, received_on, records, ends, width, bits)
  SELECT tenant, starts_at, received_on, $4::bigint, $5::integer[], $6::integer, $7::bytea FROM done
  ON CONFLICT (tenant, starts_at, received_on) DO UPDATE
    SET records = excluded.records, ends = excluded.ends, width = excluded.width, bits = excluded.bits`;

/**
 * Keeps the signature of a cell, made of all its `records`.
 * @returns whether it did: false where more was counted in the cell meanwhile, or the cell is gone
 */
export async function putSignature(client: PoolClient, cell: CountedCell, signature: CellSignature): Promise<boolean> {
  const start = timestampText({ seconds: cell.start, nanos: 0 });
  const { ends, width, bits } = signature;
  const values = [cell.tenant, start, cell.day, cell.records, arrayText(ends), width, bits];
  return (await client.query({ name: 'put-signature', text: PUT, values })).rowCount === 1;
}
