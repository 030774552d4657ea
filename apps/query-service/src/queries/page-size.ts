import { invalidField } from '#platform';

const DEFAULT_ROWS = 1_000;
const MAX_ROWS = 10_000;

/** A page stays below this, because grpcurl and other clients refuse messages over 4 MiB. */
export const MAX_PAGE_BYTES = 3 * 1024 * 1024;

/** Rows of a page: what was asked for, 1,000 where nothing was. */
export function pageSizeOf(asked: number): number {
  if (asked === 0) return DEFAULT_ROWS;
  if (asked > MAX_ROWS) throw invalidField('page_size', `${asked} is too many: at most ${MAX_ROWS} rows fit a page`);
  return asked;
}
