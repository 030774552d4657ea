import { messageSchemas, type Schema } from './message-schemas.js';
import { OPERATIONS } from './operations.js';
import type { Operation } from './operation.js';
import { OWN_SCHEMAS } from './own-schemas.js';

/** The messages that answers are made of. */
const MESSAGES = [
  'LogList',
  'SpanList',
  'LogHistogram',
  'FieldValues',
  'DagList',
  'PatternList',
  'PatternDetails',
  'ServiceMap',
].map((name) => `query.${name}`);

const TENANT = {
  name: 'tenant-id',
  in: 'header',
  description: 'The tenant whose data is asked for (X-Scope-OrgID is the same); `default` where none is named.',
  schema: { type: 'string', pattern: '^[A-Za-z0-9_.-]{1,64}$', default: 'default' },
};

const ETAG = { ETag: { description: 'Send it back in If-None-Match.', schema: { type: 'string' } } };
const RETRY = { 'Retry-After': { description: 'Seconds.', schema: { type: 'integer' } } };

/** The OpenAPI 3.1 document of everything that is served under /api. */
export function openApiDocument(): Schema {
  const paths: Record<string, Record<string, Schema>> = {};
  for (const operation of OPERATIONS) {
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
        'fields with their default value left out. It only grows: expect fields that you do not know.',
    },
    paths,
    components: { schemas: schemas() },
  };
}

function schemas(): Readonly<Record<string, Schema>> {
  const { Problem, ...own } = OWN_SCHEMAS;
  const field = { type: 'string', description: 'The parameter or field at fault, where one is.' };
  const problem = { ...Problem, properties: { ...(Problem?.['properties'] as Schema), field } };
  return { ...messageSchemas(MESSAGES), ...own, Problem: problem };
}

function entryOf(operation: Operation): Schema {
  const { id, group, summary, description, parameters, body } = operation;
  const all = [...parameters.map((one) => ({ ...one, required: one.in === 'path' || one.required === true })), TENANT];
  return {
    operationId: id,
    tags: [group],
    summary,
    ...(description === undefined ? {} : { description }),
    parameters: all,
    ...(body === undefined ? {} : { requestBody: { required: true, content: { 'application/json': { schema: body } } } }),
    responses: responsesOf(operation),
  };
}

function responsesOf({ content, tagged, notFound, asksStore }: Operation): Schema {
  const { type, schema } = content;
  const what = type === 'application/x-ndjson' ? 'Lines of JSON; the schema is that of a line.' : 'The answer.';
  return {
    200: { description: what, content: { [type]: schema === undefined ? {} : { schema } }, ...(tagged ? { headers: ETAG } : {}) },
    ...(tagged ? { 304: { description: 'What If-None-Match names is still the answer.', headers: ETAG } } : {}),
    400: problem('A parameter or header is not valid; `field` names it.'),
    403: problem('The request comes from a web page of another place, or by a name that is not this machine’s.'),
    ...(notFound === undefined ? {} : { 404: problem(notFound) }),
    ...(asksStore ? { 503: { ...problem('The database is away: try again.'), headers: RETRY } } : {}),
    default: problem('Anything else that went wrong.'),
  };
}

function problem(description: string): Schema {
  return { description, content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } } };
}
