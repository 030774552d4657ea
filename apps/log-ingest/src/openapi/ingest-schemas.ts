import { schemaRef, wholeObject, type Schema } from '#platform';
import { FIELD_NAMES } from '../protocols/http/row-fields.js';

const TEXT: Schema = { type: 'string' };
const COUNT: Schema = { type: 'integer', minimum: 0 };
const listOf = (items: Schema, more: Schema = {}): Schema => ({ type: 'array', items, ...more });
/** An object that may hold more than is named. */
const open = (properties: Readonly<Record<string, Schema>>, more: Schema = {}): Schema => ({
  type: 'object',
  properties,
  additionalProperties: true,
  ...more,
});

/** `{"streams": [{"stream": {labels}, "values": [[time, line], ...]}]}` */
function push(time: Schema, rest: readonly Schema[]): Schema {
  const values = listOf({
    type: 'array',
    minItems: 2,
    maxItems: 2 + rest.length,
    prefixItems: [time, { ...TEXT, description: 'The line.' }, ...rest],
  });
  const labels = {
    type: 'object',
    additionalProperties: true,
    description: 'Labels; service, level and the like are known by name.',
  };
  return open({ streams: listOf(open({ stream: labels, values })) }, { required: ['streams'] });
}

const exportOf = (records: string): Schema =>
  open({ [records]: listOf({ type: 'object' }) }, { description: `OTLP/JSON; ${records} as opentelemetry-proto has them.` });

const exported = (rejected: string): Schema => ({
  type: 'object',
  description: 'Empty where all was taken.',
  properties: {
    partialSuccess: {
      type: 'object',
      properties: { [rejected]: { ...TEXT, description: 'How many, as digits.' }, errorMessage: TEXT },
    },
  },
});

const CAUSE: Readonly<Record<string, Schema>> = { type: TEXT, reason: TEXT };

/** The best name of each field, and its other ones. */
const ROW_FIELDS = Object.fromEntries(
  Object.values(FIELD_NAMES).map(([name, ...others]) => [
    name,
    others.length === 0 ? {} : { description: `Also ${others.join(', ')}.` },
  ]),
);

/** Schemas of bodies that ingest takes and of answers that are no messages of the gRPC contract. */
export const INGEST_SCHEMAS: Readonly<Record<string, Schema>> = {
  LogRow: open(ROW_FIELDS, {
    description: 'A record by the names that loggers write; every other member is an attribute (docs/ingest.md).',
  }),
  ColumnRows: open(
    { columns: listOf(TEXT), data: listOf({}, { maxItems: 10_000, description: 'Rows: arrays of values, null for none.' }) },
    { required: ['columns', 'data'] },
  ),
  ColumnAnswer: {
    type: 'object',
    required: ['request_id'],
    properties: {
      request_id: TEXT,
      error: { ...TEXT, description: 'Where rows were refused.' },
      rejections: listOf(wholeObject({ index: COUNT, field: TEXT, reason: TEXT })),
    },
  },
  LokiPush: push({ ...TEXT, description: 'Nanoseconds since 1970.' }, [{ type: 'object', description: 'Structured metadata.' }]),
  StreamPush: push(
    { type: ['string', 'number'], description: 'A date (midnight UTC), RFC 3339, or nanoseconds since 1970.' },
    [],
  ),
  ExportLogsRequest: exportOf('resourceLogs'),
  ExportTraceRequest: exportOf('resourceSpans'),
  ExportLogsResponse: exported('rejectedLogRecords'),
  ExportTraceResponse: exported('rejectedSpans'),
  RpcStatus: wholeObject({ code: COUNT, message: TEXT }, { description: 'google.rpc.Status.' }),
  BulkAnswer: wholeObject({
    took: { ...COUNT, description: 'Milliseconds.' },
    errors: { type: 'boolean' },
    items: listOf(
      { type: 'object', additionalProperties: schemaRef('BulkItem') },
      { description: 'One an action, in order, under the name of its action.' },
    ),
  }),
  BulkItem: {
    type: 'object',
    required: ['_index', '_id', 'status'],
    properties: {
      _index: TEXT,
      _id: TEXT,
      status: { enum: [201, 400] },
      error: wholeObject(CAUSE),
      result: TEXT,
      _version: COUNT,
      _seq_no: COUNT,
      _primary_term: COUNT,
      _shards: wholeObject({ total: COUNT, successful: COUNT, failed: COUNT }),
    },
  },
  ElasticsearchError: wholeObject({
    error: wholeObject({ root_cause: listOf(wholeObject(CAUSE)), ...CAUSE }),
    status: COUNT,
  }),
};
