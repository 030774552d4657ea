import type { Protocol } from '../protocol.js';
import { isTaken, post } from '../protocol.js';
import { jsonBytes } from '../stored-record.js';
import type { TrickyRecord } from '../tricky-records.js';

/** The record as a row of JSON by names that plain HTTP and columns know. */
function rowOf({ name, attributes, ...fields }: TrickyRecord): Readonly<Record<string, unknown>> {
  const { tooLarge: _, ...row } = fields;
  return { ...attributes, case: name, ...row };
}

const NEW_LINE = Buffer.from('\n');
const lines = (values: readonly unknown[]) => Buffer.concat(values.flatMap((value) => [jsonBytes(value), NEW_LINE]));

export const PLAIN_HTTP: Protocol = {
  name: 'POST /api/v1/logs',
  send: async (records, to) => {
    const response = await post(to, '/api/v1/logs', lines(records.map(rowOf)), { 'content-type': 'application/x-ndjson' });
    const text = await response.clone().text();
    return (await isTaken(response)) && !text.includes('"rejected"');
  },
};

export const COLUMNS: Protocol = {
  name: 'POST /proton/v1/ingest/streams/{name}',
  send: async (records, to) => {
    const rows = records.map(rowOf);
    const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))];
    // A row has as many values as it has columns; null stands for what it has not.
    const data = rows.map((row) => columns.map((column) => (Object.hasOwn(row, column) ? row[column] : null)));
    const response = await post(to, '/proton/v1/ingest/streams/unknown_service', jsonBytes({ columns, data }));
    const text = await response.clone().text();
    return (await isTaken(response)) && !text.includes('"rejections"');
  },
};

const INDEX = 'logs-conformance';

/** Documents of the Elastic Common Schema, some of its fields nested, some with dots. */
function documentOf({ name, message, attributes, ...record }: TrickyRecord): Readonly<Record<string, unknown>> {
  const { timestamp, level, service, traceId, spanId, parentId } = record;
  return {
    ...attributes,
    case: name,
    '@timestamp': timestamp,
    message,
    ...(level && { log: { level } }),
    ...(service !== undefined && { service: { name: service } }),
    ...(traceId !== undefined && { 'trace.id': traceId }),
    ...(spanId !== undefined && { span: { id: spanId } }),
    ...(parentId !== undefined && { 'parent.id': parentId }),
  };
}

export const ELASTICSEARCH_BULK: Protocol = {
  name: 'POST /_bulk',
  send: async (records, to) => {
    const body = lines(records.flatMap((record) => [{ create: { _index: INDEX } }, documentOf(record)]));
    const response = await post(to, '/_bulk', body, { 'content-type': 'application/x-ndjson' });
    const text = await response.clone().text();
    return (await isTaken(response)) && !text.includes('"errors":true');
  },
  carries: (stored) => ({ ...stored, attributes: { ...stored.attributes, _index: INDEX } }),
};
