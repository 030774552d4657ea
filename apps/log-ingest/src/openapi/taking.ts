import type { Parameter } from '#platform';

/** What all operations that take records have in common. */
export const TAKING = { method: 'post', group: 'Ingest', tagged: false, asksStore: true, takesRecords: true } as const;

/** The same bytes sent again are a retry where their times tell; this says that they are not. */
export const DEDUPE: Parameter = {
  name: 'X-Rootspan-Dedupe',
  in: 'header',
  description: 'off: the same body again is stored again.',
  schema: { type: 'string', enum: ['off'] },
};
