import type { PoolClient } from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import { COPY_COLUMNS } from '../copy/batch-encoder.js';

export const COPY_ROWS = `COPY logs (${COPY_COLUMNS}) FROM STDIN (FORMAT binary)`;
/** Signature, flags, length of the header extension. */
export const COPY_HEADER = Buffer.from('PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0', 'latin1');
export const COPY_TRAILER = Buffer.from([0xff, 0xff]);

/** Sends rows in binary COPY format into `logs`; the bytes may be used again once it resolves. */
export async function copyRows(client: PoolClient, rows: Buffer): Promise<void> {
  const stream = client.query(copyFrom(COPY_ROWS));
  await new Promise<void>((resolve, reject) => {
    stream.on('error', reject);
    stream.on('finish', resolve);
    stream.write(COPY_HEADER);
    stream.write(rows);
    stream.end(COPY_TRAILER);
  });
}
