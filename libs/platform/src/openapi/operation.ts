import { schemaRef, type Schema } from './schema.js';

/** What is sent or answered, where all is well. */
export interface Content {
  /** Media type without parameters. */
  readonly type: string;
  /** Of the content, or of each line where it is NDJSON; absent for what is no JSON. */
  readonly schema?: Schema;
}

export interface Parameter {
  readonly name: string;
  readonly in: 'path' | 'query' | 'header';
  readonly description: string;
  readonly schema: Schema;
  /** Those in the path always are. */
  readonly required?: true;
}

/** One operation that HTTP_PORT serves, from which its entry in the OpenAPI document is made. */
export interface Operation {
  readonly method: 'get' | 'post';
  /** `/api/v1/traces/{traceId}` */
  readonly path: string;
  /** The rpc that answers the same, or a name of its own; one of each in a document. */
  readonly id: string;
  readonly group: string;
  readonly summary: string;
  readonly description?: string;
  /** Beside the tenant, which every operation takes unless it names `tenant-id` itself. */
  readonly parameters: readonly Parameter[];
  /** What the body may be; absent where there is none. */
  readonly body?: readonly Content[];
  /** Null where a success has no content. */
  readonly content: Content | null;
  /** The same answer in further encodings: media types. */
  readonly otherTypes?: readonly string[];
  /** Status of a success; absent: 200. */
  readonly status?: 204;
  /** Errors where they are not application/problem+json. */
  readonly errors?: Content;
  /** What 400 holds where the request was read and none of its records was taken; absent: errors as all others. */
  readonly refused?: Content;
  /** True where the answer has an ETag and If-None-Match is taken. */
  readonly tagged: boolean;
  /** Why there may be nothing; absent where that can't be. */
  readonly notFound?: string;
  /** True where the store is asked, or the bus, which may be away. */
  readonly asksStore: boolean;
  /** True where records are sent: there may be too much of them. */
  readonly takesRecords?: true;
}

/** What one app module serves over HTTP; the apps of a process are described together. */
export interface ApiPart {
  readonly operations: readonly Operation[];
  /** Full names of the protobuf messages that its bodies are made of: `query.LogList`. */
  readonly messages: readonly string[];
  /** Schemas of what is no message, by name. */
  readonly schemas: Readonly<Record<string, Schema>>;
}

/** JSON of a named schema. */
export function json(name: string): Content {
  return { type: 'application/json', schema: schemaRef(name) };
}

/** Lines of JSON of a named schema. */
export function ndjson(name: string): Content {
  return { type: 'application/x-ndjson', schema: schemaRef(name) };
}
