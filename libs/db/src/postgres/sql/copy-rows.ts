import type { PoolClient } from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import { LOG_COLUMNS } from '../copy/batch-encoder.js';
import type { EncodedRows, RecordTable } from '../copy/encoded-rows.js';
import { SPAN_COLUMNS } from '../copy/span-row.js';

export const COPY_ROWS: Readonly<Record<RecordTable, string>> = {
  logs: `COPY logs (${LOG_COLUMNS}) FROM STDIN (FORMAT binary)`,
  spans: `COPY spans (${SPAN_COLUMNS}) FROM STDIN (FORMAT binary)`,
};
/** Signature, flags, length of the header extension. */
export const COPY_HEADER = Buffer.from('PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0', 'latin1');
export const COPY_TRAILER = Buffer.from([0xff, 0xff]);

/** Copies the rows from `from` to before `to` into their table; the bytes may be used again once it resolves. */
export async function copyRows(client: PoolClient, rows: EncodedRows, from = 0, to = rows.count): Promise<void> {
  const stream = client.query(copyFrom(COPY_ROWS[rows.table]));
  await new Promise<void>((resolve, reject) => {
    stream.on('error', reject);
    stream.on('finish', resolve);
    stream.write(COPY_HEADER);
    stream.write(rows.bytes(from, to));
    stream.end(COPY_TRAILER);
  });
}
