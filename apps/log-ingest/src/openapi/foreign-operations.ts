import { json, wholeObject, type Operation, type Parameter } from '#platform';
import { DEDUPE, TAKING } from './taking.js';

const PROBE = { method: 'get', group: 'Ingest', parameters: [], tagged: false, asksStore: false } as const;
const TEXT = { type: 'string' } as const;

const answerOf = (...members: readonly string[]) => ({
  type: 'application/json',
  schema: wholeObject(Object.fromEntries(members.map((name) => [name, TEXT]))),
});

const TENANT_OF_STREAM: Parameter = {
  name: 'tenant-id',
  in: 'header',
  description: 'The tenant whose records are sent.',
  schema: { type: 'string', pattern: '^[A-Za-z0-9_.-]{10}$' },
  required: true,
};

const inPath = (name: string, description: string): Parameter => ({ name, in: 'path', description, schema: TEXT });

const BULK = {
  ...TAKING,
  summary: 'Sends documents as into Elasticsearch',
  description:
    'Lines of an action (create, index) and of its document in turn; fields of the Elastic Common Schema are read. 200 with an item ' +
    'for each once the good ones are durable; update and delete are refused by their items. PUT is the same. Source: Elasticsearch 8, ' +
    'Bulk API.',
  body: [{ type: 'application/x-ndjson', schema: { type: 'object' } }],
  content: json('BulkAnswer'),
  errors: json('ElasticsearchError'),
} as const;

/** What clients of other systems send by, unchanged. */
export const FOREIGN_OPERATIONS: readonly Operation[] = [
  {
    ...TAKING,
    path: '/loki/api/v1/push',
    id: 'pushLoki',
    summary: 'Sends lines as into Loki',
    description:
      'Snappy protobuf (logproto.PushRequest), or JSON with gzip or deflate. 204 once all is durable; 400 where some lines break a ' +
      'limit: the others are kept. Source: Grafana Loki, Loki HTTP API.',
    parameters: [DEDUPE],
    body: [json('LokiPush'), { type: 'application/x-protobuf' }],
    content: null,
    status: 204,
  },
  {
    ...PROBE,
    path: '/loki/api/v1/status/buildinfo',
    id: 'getLokiBuildInfo',
    summary: 'The release line of Loki whose push API is served',
    content: answerOf('version', 'revision', 'branch', 'buildUser', 'buildDate', 'goVersion'),
  },
  {
    ...TAKING,
    path: '/api/push',
    id: 'pushTenantStream',
    summary: 'Sends lines of labelled streams, for tenants of ten characters',
    description:
      '200 once all is durable; 400 names the entry that is at fault. The same over gRPC: proto.IngesterService/PushToIngester.',
    parameters: [TENANT_OF_STREAM],
    body: [json('StreamPush')],
    content: null,
  },
  {
    ...PROBE,
    path: '/api/health',
    id: 'getTenantStreamHealth',
    summary: 'Whether the process lives',
    content: answerOf('status'),
  },
  {
    ...TAKING,
    path: '/proton/v1/ingest/streams/{name}',
    id: 'postColumns',
    summary: 'Sends rows of named columns, as into Timeplus Proton',
    description:
      'The columns have the names of POST /api/v1/logs. 200 once the good rows are durable; 400 where none was taken. Source: Timeplus ' +
      'Proton, Push data to Proton via REST API.',
    parameters: [inPath('name', 'Service of rows that name none.')],
    body: [json('ColumnRows')],
    content: json('ColumnAnswer'),
    refused: json('ColumnAnswer'),
  },
  {
    ...PROBE,
    path: '/proton/ping',
    id: 'pingProton',
    summary: 'Whether the process lives',
    content: answerOf('status'),
  },
  { ...BULK, path: '/_bulk', id: 'postBulk', parameters: [DEDUPE] },
  {
    ...BULK,
    path: '/{index}/_bulk',
    id: 'postBulkOfIndex',
    parameters: [inPath('index', 'Index of actions that name none; kept as the attribute _index.'), DEDUPE],
  },
];
