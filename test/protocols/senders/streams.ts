import { BinaryWriter } from '@bufbuild/protobuf/wire';
import snappy from 'snappyjs';
import { outcomeOf } from '../../support/outcome.js';
import type { Protocol } from '../protocol.js';
import { isTaken, post } from '../protocol.js';
import {
  attributeTexts,
  bytesOf,
  hasBytes,
  hasHalfPair,
  hasNul,
  instantOf,
  jsonBytes,
  nanosOf,
  type StoredRecord,
} from '../stored-record.js';
import type { TrickyRecord } from '../tricky-records.js';

/** Names by which streams say what a record has fields for. */
function labelsOf({ service, level }: TrickyRecord): Readonly<Record<string, string>> {
  return { ...(service !== undefined && { service_name: service }), ...(level && { level }) };
}

function metadataOf(record: TrickyRecord): Readonly<Record<string, string>> {
  const { traceId, spanId, parentId } = record;
  return {
    ...attributeTexts(record),
    ...(traceId !== undefined && { trace_id: traceId }),
    ...(spanId !== undefined && { span_id: spanId }),
    ...(parentId !== undefined && { parent_id: parentId }),
  };
}

/** Labels are texts, and those that name service and level stay attributes, so that they can be searched by. */
function carries(stored: StoredRecord, record: TrickyRecord): StoredRecord {
  const sanitized = stored.attributes['rootspan.sanitized'];
  const texts = Object.entries(attributeTexts(record)).map(([name, text]) => {
    const kept = stored.attributes[name];
    return [name, typeof kept === 'string' ? kept : text] as const;
  });
  const attributes = {
    ...Object.fromEntries(texts),
    ...labelsOf(record),
    ...(sanitized !== undefined && { 'rootspan.sanitized': sanitized }),
  };
  return { ...stored, attributes };
}

/** Protobuf has no escapes: for half of a surrogate pair the sender itself writes U+FFFD. */
function carriesInProtobuf(stored: StoredRecord, record: TrickyRecord): StoredRecord {
  const { 'rootspan.sanitized': sanitized, ...attributes } = carries(stored, record).attributes;
  const isTold = sanitized !== undefined && !hasHalfPair(record);
  return { ...stored, attributes: isTold ? { ...attributes, 'rootspan.sanitized': sanitized } : attributes };
}

const JSON_TYPE = { 'content-type': 'application/json' };

export const LOKI_JSON: Protocol = {
  name: 'POST /loki/api/v1/push as JSON',
  send: async (records, to) => {
    const streams = records.map((record) => ({
      stream: labelsOf(record),
      values: [[String(nanosOf(record)), record.message, metadataOf(record)]],
    }));
    return isTaken(await post(to, '/loki/api/v1/push', jsonBytes({ streams }), JSON_TYPE));
  },
  carries,
};

export const LOKI_PROTOBUF: Protocol = {
  name: 'POST /loki/api/v1/push as Snappy protobuf',
  send: async (records, to) => {
    const push = new BinaryWriter();
    for (const record of records) push.uint32(10).bytes(streamOf(record));
    const headers = { 'content-type': 'application/x-protobuf' };
    return isTaken(await post(to, '/loki/api/v1/push', snappy.compress(push.finish()), headers));
  },
  carries: carriesInProtobuf,
};

/** `logproto.StreamAdapter` of one entry. */
function streamOf(record: TrickyRecord): Uint8Array {
  const { seconds, nanos } = instantOf(record);
  const time = new BinaryWriter().uint32(8).int64(seconds).uint32(16).int32(nanos).finish();
  const entry = new BinaryWriter().uint32(10).bytes(time).uint32(18).bytes(bytesOf(record.message));
  for (const [name, value] of Object.entries(metadataOf(record))) {
    entry.uint32(26).bytes(new BinaryWriter().uint32(10).string(name).uint32(18).bytes(bytesOf(value)).finish());
  }
  const labels = Object.entries(labelsOf(record)).map(([name, value]) => `${name}=${JSON.stringify(value)}`);
  return new BinaryWriter()
    .uint32(10)
    .string(`{${labels.join(', ')}}`)
    .uint32(18)
    .bytes(entry.finish())
    .finish();
}

export const TENANT_STREAM: Protocol = {
  name: 'POST /api/push',
  send: async (records, to) => {
    const streams = records.map((record) => ({
      stream: { ...labelsOf(record), ...metadataOf(record) },
      values: [[String(nanosOf(record)), record.message]],
    }));
    return isTaken(await post(to, '/api/push', jsonBytes({ streams }), JSON_TYPE));
  },
  carries,
};

export const TENANT_STREAM_GRPC: Protocol = {
  name: 'gRPC PushToIngester',
  send: async (records, { client, tenant }) => {
    const request = new BinaryWriter().uint32(10).string(tenant);
    for (const record of records) request.uint32(18).bytes(strmsOf(record));
    const outcome = await outcomeOf(client.raw('/proto.IngesterService/PushToIngester', request.finish()));
    if (outcome.status !== 'OK' && outcome.status !== 'INVALID_ARGUMENT') throw new Error(JSON.stringify(outcome));
    return outcome.status === 'OK';
  },
  refuses: (record) =>
    hasBytes(record) || hasNul(record) ? 'the sender can act on a refusal of text that can not be stored' : null,
  carries: carriesInProtobuf,
};

/** `proto.Strms` of one line. */
function strmsOf(record: TrickyRecord): Uint8Array {
  const strms = new BinaryWriter();
  for (const [name, value] of Object.entries({ ...labelsOf(record), ...metadataOf(record) })) {
    strms.uint32(10).bytes(new BinaryWriter().uint32(10).string(name).uint32(18).bytes(bytesOf(value)).finish());
  }
  const line = new BinaryWriter()
    .uint32(10)
    .string(String(nanosOf(record)))
    .uint32(18)
    .bytes(bytesOf(record.message))
    .finish();
  return strms.uint32(18).bytes(line).finish();
}
