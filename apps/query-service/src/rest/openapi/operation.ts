import type { Schema } from './message-schemas.js';

/** What an operation answers with where all is well. */
export interface Content {
  readonly type:
    | 'application/json'
    | 'application/x-ndjson'
    | 'text/event-stream'
    | 'image/svg+xml'
    | 'text/vnd.graphviz'
    | 'text/vnd.mermaid'
    | 'text/html';
  /** Of the body, or of each line where it is NDJSON; absent for what is no JSON. */
  readonly schema?: Schema;
}

export interface Parameter {
  readonly name: string;
  readonly in: 'path' | 'query';
  readonly description: string;
  readonly schema: Schema;
  /** Those in the path always are. */
  readonly required?: true;
}

/** One operation of the REST interface, from which its entry in the OpenAPI document is made. */
export interface Operation {
  readonly method: 'get' | 'post';
  /** `/api/v1/traces/{traceId}` */
  readonly path: string;
  /** The rpc that answers the same, or a name of its own. */
  readonly id: string;
  readonly group: string;
  readonly summary: string;
  readonly description?: string;
  readonly parameters: readonly Parameter[];
  /** Schema of the JSON body that is sent; absent where there is none. */
  readonly body?: Schema;
  readonly content: Content;
  /** True where the answer has an ETag and If-None-Match is taken. */
  readonly tagged: boolean;
  /** Why there may be nothing; absent where that can't be. */
  readonly notFound?: string;
  /** True where the store is asked, which may be away. */
  readonly asksStore: boolean;
}

const schemaRef = (name: string): Schema => ({ $ref: `#/components/schemas/${name}` });

/** JSON of a named schema. */
export function json(name: string): Content {
  return { type: 'application/json', schema: schemaRef(name) };
}

/** Lines of JSON of a named schema. */
export function ndjson(name: string): Content {
  return { type: 'application/x-ndjson', schema: schemaRef(name) };
}

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
