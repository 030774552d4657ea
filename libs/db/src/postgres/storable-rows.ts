import type { PoolClient } from 'pg';
import type { BatchEncoder, UnstorableRecord } from './copy/batch-encoder.js';
import { isDataFault } from './sql-state.js';
import { copyRows } from './sql/copy-rows.js';

/**
 * Copies an encoder's rows although some may be refused: runs of rows go in under savepoints, a refused run is halved
 * until a refused row stands alone. Costs about 2 log2(rows) small COPYs a bad row.
 *
 * @returns the refused rows with PostgreSQL's reason; all others are in.
 */
export async function storableRows(client: PoolClient, encoder: BatchEncoder): Promise<UnstorableRecord[]> {
  const refused: UnstorableRecord[] = [];
  const refusedRows = new Set<number>();
  const runs: { from: number; to: number }[] = encoder.rows > 0 ? [{ from: 0, to: encoder.rows }] : [];
  for (let run = runs.pop(); run !== undefined; run = runs.pop()) {
    const reason = await refusalOf(client, encoder, run.from, run.to);
    if (reason === null) continue;
    if (run.to - run.from === 1) {
      refused.push(encoder.unstorableRow(run.from, reason));
      refusedRows.add(run.from);
    } else {
      const middle = (run.from + run.to) >>> 1;
      runs.push({ from: middle, to: run.to }, { from: run.from, to: middle });
    }
  }
  // A record that is not stored touches no trace and counts nowhere.
  if (refused.length > 0) encoder.recount(refusedRows);
  return refused;
}

/** Copies rows from `from` to before `to`; answers why they were refused, null where they are in. */
async function refusalOf(client: PoolClient, encoder: BatchEncoder, from: number, to: number): Promise<string | null> {
  const rows = encoder.buffer.bytes.subarray(encoder.rowEnd(from - 1), encoder.rowEnd(to - 1));
  await client.query('SAVEPOINT run');
  try {
    await copyRows(client, rows);
    await client.query('RELEASE SAVEPOINT run');
    return null;
  } catch (error) {
    if (!isDataFault(error)) throw error;
    await client.query('ROLLBACK TO SAVEPOINT run');
    return `PostgreSQL refuses the record: ${(error as Error).message}`;
  }
}
