import type { PoolClient } from 'pg';
import type { BatchEncoder, UnstorableRecord } from './copy/batch-encoder.js';
import type { EncodedRows } from './copy/encoded-rows.js';
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
  for (const rows of [encoder.logs, encoder.spans]) {
    const runs: { from: number; to: number }[] = rows.count > 0 ? [{ from: 0, to: rows.count }] : [];
    for (let run = runs.pop(); run !== undefined; run = runs.pop()) {
      const reason = await refusalOf(client, rows, run.from, run.to);
      if (reason === null) continue;
      if (run.to - run.from === 1) {
        refused.push(encoder.unstorableRow(rows, run.from, reason));
        rows.leftOut.add(run.from);
      } else {
        const middle = (run.from + run.to) >>> 1;
        runs.push({ from: middle, to: run.to }, { from: run.from, to: middle });
      }
    }
  }
  // A record that is not stored touches no trace and counts nowhere.
  if (refused.length > 0) encoder.tallyAgain();
  return refused;
}

/** Copies rows from `from` to before `to`; answers why they were refused, null where they are in. */
async function refusalOf(client: PoolClient, rows: EncodedRows, from: number, to: number): Promise<string | null> {
  await client.query('SAVEPOINT run');
  try {
    await copyRows(client, rows, from, to);
    await client.query('RELEASE SAVEPOINT run');
    return null;
  } catch (error) {
    if (!isDataFault(error)) throw error;
    await client.query('ROLLBACK TO SAVEPOINT run');
    return `PostgreSQL refuses the record: ${(error as Error).message}`;
  }
}
