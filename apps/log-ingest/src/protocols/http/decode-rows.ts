import { RecordBatch } from '../records/record-batch.js';
import { logOfRow, type RowDefaults } from './log-of-row.js';
import { UnreadableLine, type ReadRows } from './read-rows.js';

/** Turns rows into records. @param limit bytes that the records may take @throws RootspanError 413 beyond it */
export function decodeRows({ rows, replaced }: ReadRows, defaults: Omit<RowDefaults, 'replaced'>, limit: number): RecordBatch {
  const batch = new RecordBatch(limit);
  let index = 0;
  for (const row of rows) {
    const outcome =
      row instanceof UnreadableLine
        ? ({ kind: 'refused', field: '', reason: 'is not JSON: write one JSON object a line' } as const)
        : logOfRow(row, { ...defaults, replaced });
    if (outcome.kind === 'log') batch.add(index, outcome.log);
    else batch.refuse(index, outcome.field, outcome.reason);
    index++;
  }
  return batch;
}
