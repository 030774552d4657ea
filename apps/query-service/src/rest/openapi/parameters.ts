import type { Parameter } from '#platform';

export const PAGE_TOKEN: Parameter = {
  name: 'pageToken',
  in: 'query',
  description: 'nextPageToken of the page before; absent for the first page.',
  schema: { type: 'string' },
};

export const PAGE: readonly Parameter[] = [
  {
    name: 'limit',
    in: 'query',
    description: 'Rows of a page. Pages also end at 3 MiB.',
    schema: { type: 'integer', minimum: 1, maximum: 10_000, default: 1_000 },
  },
  PAGE_TOKEN,
];

/** What an export is, where an error can't be its status any more. */
export const EXPORT =
  'One Log a line. Where something fails on the way, the last line is an object with `error`, a Problem, and `nextPageToken`: ' +
  'the same question with this pageToken goes on behind the last record. gzip is taken.';

export const TRACE_ID: Parameter = {
  name: 'traceId',
  in: 'path',
  description: 'Id of the trace, percent-encoded: any text of 1 to 256 bytes, slashes too.',
  schema: { type: 'string', minLength: 1, maxLength: 256 },
};
