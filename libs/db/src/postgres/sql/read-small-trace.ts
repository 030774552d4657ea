import type { RowStatement } from '../rows/call-messages.js';
import { FIXED_COLUMNS, JSON_COLUMNS, TEXT_COLUMNS } from './log-columns.js';
import { ofTrace } from './trace-condition.js';

/** A trace is small where it has no more rows than this ... */
export const SMALL_TRACE_ROWS = 64;
/** ... and no row is stored in more bytes than this, and no JSON of a row prints in more. */
const SMALL_BYTES = 16_384;

const TEXTS = TEXT_COLUMNS.filter((column) => column !== 'message');
const storedSmall = (value: string, name: string): string => `CASE WHEN size <= ${SMALL_BYTES} THEN ${value} END AS ${name}`;
const STORED_SMALL = [storedSmall('message', 'message'), ...JSON_COLUMNS.map((column) => storedSmall(`${column}::text`, column))];
const PRINTS_LARGE = JSON_COLUMNS.map((column) => `octet_length(${column}) > ${SMALL_BYTES}`).join(' OR ');
const PRINTED_SMALL = JSON_COLUMNS.map((column) => `CASE WHEN octet_length(${column}) <= ${SMALL_BYTES} THEN ${column} END`);

/**
 * The records of a small trace, oldest first, at half the cost of a page that is cut in the server. A trace that is not small
 * shows it by a row too many or by a message of null, and its page has to be asked for. What then came in vain is a few
 * megabytes at the very most: the search ends at a row too many, and values that are large are left out, in two steps, so
 * that what is stored large is not even printed.
 *
 * The inner LIMIT also keeps the planner from merging the two steps, which would print every value several times.
 *
 * $1 trace, $2 tenant. Rows: the columns of a record, then `size` (stored bytes) as an integer.
 */
export const SMALL_TRACE: RowStatement = {
  name: 'small-trace',
  text: `
  SELECT ${[...FIXED_COLUMNS, ...TEXTS].join(', ')},
    CASE WHEN ${PRINTS_LARGE} THEN NULL ELSE message END, ${PRINTED_SMALL.join(', ')}, size
  FROM (
    SELECT ${[...FIXED_COLUMNS, ...TEXTS, ...STORED_SMALL].join(', ')}, size
    FROM logs WHERE ${ofTrace('$1')} AND tenant = $2 LIMIT ${SMALL_TRACE_ROWS + 1}
  ) AS found
  ORDER BY "time", nanos, id`,
};
