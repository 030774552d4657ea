/*
 * PostgreSQL's binary COPY format: a header, then rows, then -1 as int16. A row is the number of its fields as int16, and for
 * each its length as int32 (-1: null) and its bytes, numbers in network order.
 * Source: https://www.postgresql.org/docs/current/sql-copy.html, "Binary Format"
 */

/** Signature, flags, length of the header's extension (none). */
export const COPY_HEADER = Buffer.from('PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0', 'latin1');
export const COPY_TRAILER = Buffer.from([0xff, 0xff]);

/** Where the row that starts at `start` ends; null: the trailer is there. */
export function rowEndFrom(bytes: Buffer, start: number): number | null {
  const fields = bytes.readInt16BE(start);
  return fields < 0 ? null : fieldStart(bytes, start, fields) - 4;
}

/** Where the bytes of field `index` of a row lie; its length is in the 4 bytes before. */
export function fieldStart(bytes: Buffer, rowStart: number, index: number): number {
  let at = rowStart + 2;
  for (let i = 0; i < index; i++) at += 4 + Math.max(0, bytes.readInt32BE(at));
  return at + 4;
}
