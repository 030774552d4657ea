import { DOCS_API } from './docs-api.js';
import { messageSchemas } from './message-schemas.js';
import type { ApiPart, Content, Operation } from './operation.js';
import { schemaRef, type Schema } from './schema.js';

const TENANT = {
  name: 'tenant-id',
  in: 'header',
  description: 'The tenant whose data is asked for or sent (X-Scope-OrgID is the same); `default` where none is named.',
  schema: { type: 'string', pattern: '^[A-Za-z0-9_.-]{1,64}$', default: 'default' },
};

const ETAG = { ETag: { description: 'Send it back in If-None-Match.', schema: { type: 'string' } } };
const RETRY = { 'Retry-After': { description: 'Seconds.', schema: { type: 'integer' } } };
const PROBLEM: Content = { type: 'application/problem+json', schema: schemaRef('Problem') };

/** Everything that a process describes: what its parts serve, and the document itself. */
export function allOperations(parts: readonly ApiPart[]): readonly Operation[] {
  return [...parts, DOCS_API].flatMap(({ operations }) => operations);
}

/** Schemas of all bodies, by name. @throws Error where two parts call different things by one name */
export function allSchemas(parts: readonly ApiPart[]): Readonly<Record<string, Schema>> {
  const all = [...parts, DOCS_API].flatMap(({ messages, schemas }) =>
    Object.entries({ ...messageSchemas(messages), ...schemas }),
  );
  const names = all.map(([name]) => name);
  unique('schema', names);
  return Object.fromEntries(all);
}

/**
 * The OpenAPI 3.1 document of what a process serves on HTTP_PORT.
 *
 * @throws Error where two parts claim the same operation, id or name of a schema
 */
export function openApiDocument(parts: readonly ApiPart[]): Schema {
  const operations = allOperations(parts);
  unique('operation', [...operations.map(({ method, path }) => `${method} ${path}`), ...operations.map(({ id }) => id)]);
  const paths: Record<string, Record<string, Schema>> = {};
  for (const operation of operations) {
    paths[operation.path] = { ...paths[operation.path], [operation.method]: entryOf(operation) };
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Rootspan',
      version: '1',
      license: { name: 'MIT', identifier: 'MIT' },
      description:
        'Logs, traces and error DAGs over HTTP. Bodies are the protobuf-JSON of the gRPC messages of the same names: camelCase, ' +
        'fields with their default value left out; those of foreign protocols are what these say. It only grows: expect fields ' +
        'that you do not know.',
    },
    paths,
    components: { schemas: allSchemas(parts) },
  };
}

function unique(what: string, names: readonly string[]): void {
  const twice = names.find((name, at) => names.indexOf(name) !== at);
  if (twice !== undefined) throw new Error(`Two parts of the API have the ${what} ${twice}: give one another name.`);
}

function entryOf(operation: Operation): Schema {
  const { id, group, summary, description, parameters, body } = operation;
  const named = parameters.map((one) => ({ ...one, required: one.in === 'path' || one.required === true }));
  return {
    operationId: id,
    tags: [group],
    summary,
    ...(description === undefined ? {} : { description }),
    parameters: parameters.some(({ name }) => name === TENANT.name) ? named : [...named, TENANT],
    ...(body === undefined ? {} : { requestBody: { required: true, content: contents(body) } }),
    responses: responsesOf(operation),
  };
}

function responsesOf(operation: Operation): Schema {
  const { content, otherTypes = [], status = 200, tagged, notFound, refused, asksStore, takesRecords } = operation;
  const errors = operation.errors ?? PROBLEM;
  const failure = (description: string): Schema => ({ description, content: contents([errors]) });
  const what =
    content === null
      ? 'All is done; there is no content.'
      : content.type === 'application/x-ndjson'
        ? 'Lines of JSON; the schema is that of a line.'
        : 'The answer.';
  const answers = content === null ? [] : [content, ...otherTypes.map((type) => ({ type }))];
  return {
    [status]: {
      description: what,
      ...(answers.length === 0 ? {} : { content: contents(answers) }),
      ...(tagged ? { headers: ETAG } : {}),
    },
    ...(tagged ? { 304: { description: 'What If-None-Match names is still the answer.', headers: ETAG } } : {}),
    400: {
      description: 'A parameter, a header or the body is not valid; the answer names it.',
      content: contents([errors, ...(refused === undefined ? [] : [refused])]),
    },
    403: failure('The request comes from a web page of another place, or by a name that is not this machine’s.'),
    ...(notFound === undefined ? {} : { 404: failure(notFound) }),
    ...(takesRecords
      ? {
          413: failure('The body, or what it inflates to, is larger than ROOTSPAN_MAX_CALL_BYTES: send less at once.'),
          429: { ...failure('More is waiting than is taken: send it again.'), headers: RETRY },
        }
      : {}),
    ...(asksStore ? { 503: { ...failure('The database, or Kafka, is away: try again.'), headers: RETRY } } : {}),
    default: failure('Anything else that went wrong.'),
  };
}

function contents(all: readonly Content[]): Schema {
  return Object.fromEntries(all.map(({ type, schema }) => [type, schema === undefined ? {} : { schema }]));
}
