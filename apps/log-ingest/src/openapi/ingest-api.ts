import { json, schemaRef, type ApiPart, type Operation, type Parameter } from '#platform';
import { FOREIGN_OPERATIONS } from './foreign-operations.js';
import { INGEST_SCHEMAS } from './ingest-schemas.js';
import { OTLP_OPERATIONS } from './otlp-operations.js';
import { TAKING } from './taking.js';

const ROW = schemaRef('LogRow');

const START: Parameter = {
  name: 'start',
  in: 'query',
  description: 'For text: an RE2 expression that the first line of each entry matches, so that stack traces stay whole.',
  schema: { type: 'string', maxLength: 1_000 },
};

const PLAIN_HTTP: Operation = {
  ...TAKING,
  path: '/api/v1/logs',
  id: 'postLogs',
  summary: 'Sends records as JSON, NDJSON or lines of text',
  description:
    'Also gzip, deflate, and zstd where Node has it. 200 once the good records are durable, with those that were refused; 400 with ' +
    'the same where none was taken.',
  parameters: [
    { name: 'service', in: 'query', description: 'Service of rows that name none.', schema: { type: 'string' } },
    START,
    { name: 'traceparent', in: 'header', description: 'W3C: for rows without a trace.', schema: { type: 'string' } },
    {
      name: 'Idempotency-Key',
      in: 'header',
      description: 'The same records with the same key within 24 hours are stored once.',
      schema: { type: 'string', maxLength: 256 },
    },
  ],
  body: [
    { type: 'application/json', schema: { anyOf: [ROW, { type: 'array', items: ROW }] } },
    { type: 'application/x-ndjson', schema: ROW },
    { type: 'text/plain' },
  ],
  content: json('LogBatchAck'),
  refused: json('LogBatchAck'),
};

/** All that ingest serves over HTTP and that is more than a probe. */
export const INGEST_API: ApiPart = {
  operations: [PLAIN_HTTP, ...OTLP_OPERATIONS, ...FOREIGN_OPERATIONS],
  messages: ['logs.LogBatchAck'],
  schemas: INGEST_SCHEMAS,
};
