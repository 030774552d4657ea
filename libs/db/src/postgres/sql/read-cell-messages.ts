import type { PoolClient } from 'pg';
import { PG_EPOCH_SECONDS } from '../copy/copy-buffer.js';
import { CELL_SECONDS } from '../copy/count-tally.js';
import { queryRows } from '../rows/query-rows.js';
import type { Rows } from '../rows/reply.js';
import { READ_BY_INDEX } from './index-reads.js';
import { receivedWithin } from './received-within.js';
import { timestampText } from './time-parameter.js';
import type { CountedCell } from './unsigned-cells.js';

/** Records that are read at once, which holds the event loop for a millisecond, and bytes of a message: what a page may weigh. */
const PAGE = 2_000;
const MAX_MESSAGE_BYTES = 16 * 1024;

/** All rows are fetched. */
const BEGIN = `BEGIN TRANSACTION READ ONLY; SET LOCAL cursor_tuple_fraction = 1; ${READ_BY_INDEX}`;
/** The day of receipt tells the partition, BRIN on time the blocks. */
const declare = (day: string): string => `
  DECLARE cell_messages NO SCROLL CURSOR FOR
  SELECT received_at, CASE WHEN octet_length(message) <= ${MAX_MESSAGE_BYTES} THEN message END FROM logs
  WHERE tenant = $1 AND "time" >= $2::timestamptz AND "time" < $2::timestamptz + interval '${CELL_SECONDS} seconds'
    AND ${receivedWithin({ first: day, last: day })}`;
const FETCH = { name: '', text: `FETCH ${PAGE} FROM cell_messages` };

/** What is done with a cell's records, as they lie in the table. */
export interface MessageReader {
  /** @param received microseconds since 1970; the bytes are valid during the call */
  add(received: number, bytes: Uint8Array, start: number, end: number): void;
  /** A record whose message is too large to be read. */
  addUnread(received: number): void;
}

/**
 * Shows the messages of a cell's records as UTF-8, page by page, so that neither memory nor the event loop feels a large cell.
 * The client is not within a transaction, and is not left within one but where this throws.
 *
 * @param mayGoOn asked between two pages; where it says no, the rest is not read
 * @returns how many records there were; null where not all were read
 */
export async function readCellMessages(
  client: PoolClient,
  { tenant, start, day }: CountedCell,
  reader: MessageReader,
  mayGoOn: () => boolean,
): Promise<number | null> {
  await client.query(BEGIN);
  await client.query(declare(day), [tenant, timestampText({ seconds: start, nanos: 0 })]);
  let records = 0;
  let fetching: Promise<Rows> | null = queryRows(client, FETCH, []);
  while (fetching !== null) {
    const { bytes, starts }: Rows = await fetching;
    if (starts.length === PAGE && !mayGoOn()) {
      await client.query('ROLLBACK');
      return null;
    }
    // The server reads the next page while this one is shown.
    fetching = starts.length === PAGE ? queryRows(client, FETCH, []) : null;
    fetching?.catch(() => undefined);
    for (const at of starts) {
      // A length and eight bytes of the time of receipt, a length and the message.
      const received = PG_EPOCH_SECONDS * 1_000_000 + bytes.readInt32BE(at + 4) * 2 ** 32 + bytes.readUInt32BE(at + 8);
      const length = bytes.readInt32BE(at + 12);
      if (length < 0) reader.addUnread(received);
      else reader.add(received, bytes, at + 16, at + 16 + length);
    }
    records += starts.length;
  }
  await client.query('COMMIT');
  return records;
}
