import type { PoolClient } from 'pg';
import type { CellSignature } from '../signatures/cell-signature.js';
import { arrayText } from './array-text.js';
import type { ReceiptSpan } from './received-within.js';
import { timestampText } from './time-parameter.js';
import { RECORDS_OF_COUNTS, type CountedCell } from './unsigned-cells.js';

const PUT = `
  WITH done AS (
    UPDATE log_counts SET sign_at = NULL
    WHERE tenant = $1 AND starts_at = $2::timestamptz AND received_on = $3::date AND ${RECORDS_OF_COUNTS} = $4::bigint
    RETURNING tenant, starts_at, received_on
  )
  INSERT INTO text_signatures (tenant, starts_at, received_on, records, received_base, received_from, received_to, width, bits)
  SELECT tenant, starts_at, received_on, $4::bigint, $5::bigint, $6::integer[], $7::integer[], $8::integer, $9::bytea FROM done
  ON CONFLICT (tenant, starts_at, received_on) DO UPDATE
    SET records = excluded.records, received_base = excluded.received_base, received_from = excluded.received_from, received_to = excluded.received_to,
      width = excluded.width, bits = excluded.bits`;

/** The greatest integer of PostgreSQL, 24 days: an end that is not known. */
const LATEST = 2 ** 31 - 1;

/** When the pieces of a signature were received, as it is stored. */
export interface StoredSpans {
  readonly base: number;
  /** Texts of the columns: of hundreds of pieces, few are looked at. */
  readonly firsts: string;
  readonly lasts: string;
}

/** When some pieces were received. */
export function spansOf({ base, firsts, lasts }: StoredSpans, pieces: readonly number[]): ReceiptSpan[] {
  const [from, to] = [firsts, lasts].map((text) => text.slice(1, -1).split(',').map(Number));
  return pieces.map((piece) => {
    const last = to?.[piece] ?? LATEST;
    return { from: (base + (from?.[piece] ?? 0)) * 1000, to: last < LATEST ? (base + last) * 1000 : Infinity };
  });
}

/**
 * Keeps the signature of a cell, made of all its `records`.
 * @returns whether it did: false where more was counted in the cell meanwhile, or the cell is gone
 */
export async function putSignature(client: PoolClient, cell: CountedCell, signature: CellSignature): Promise<boolean> {
  const start = timestampText({ seconds: cell.start, nanos: 0 });
  const { pieces, width, bits } = signature;
  const base = Math.floor(Math.min(...pieces.map(({ from }) => from)) / 1000);
  const offset = (ms: number): number => Math.min(LATEST, ms - base);
  const received = [
    arrayText(pieces.map(({ from }) => offset(Math.floor(from / 1000)))),
    arrayText(pieces.map(({ to }) => offset(Math.ceil(to / 1000)))),
  ];
  const values = [cell.tenant, start, cell.day, cell.records, base, ...received, width, bits];
  return (await client.query({ name: 'put-signature', text: PUT, values })).rowCount === 1;
}
