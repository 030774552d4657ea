import { BinaryWriter } from '@bufbuild/protobuf/wire';
import { formatInstant } from '#domain';
import { ExportLogsServiceResponse } from '#proto';
import { JSON_TYPE, LOGS_EXPORT, PROTOBUF_TYPE } from '../../support/otlp-requests.js';
import { isTaken, post, type Protocol } from '../protocol.js';
import { bytesOf, hasHalfPair, jsonBytes, nanosOf, type StoredRecord } from '../stored-record.js';
import type { TrickyRecord } from '../tricky-records.js';

/** The first number of each range: logs.proto, SeverityNumber. */
const SEVERITIES = { trace: 1, debug: 5, info: 9, warn: 13, error: 17, fatal: 21 } as const;
const SECOND = 1_000_000_000n;
const LATEST = 2n ** 64n - 1n;

/** Times are unsigned nanoseconds of 64 bits since 1970, and 0 stands for none: the nearest that can be written. */
function writableNanos(record: TrickyRecord): bigint {
  const nanos = nanosOf(record);
  return nanos < 1n ? 1n : nanos > LATEST ? LATEST : nanos;
}

const isHex = (digits: number, id: string | undefined): id is string => id?.length === digits && /^[0-9a-f]+$/.test(id);

/** Ids of another size, and text that is no hex, count as none; a log has no parent but that of its span. */
function carries(stored: StoredRecord, record: TrickyRecord): StoredRecord {
  const nanos = writableNanos(record);
  return {
    ...stored,
    traceId: isHex(32, record.traceId) ? record.traceId : '',
    spanId: isHex(16, record.spanId) ? record.spanId : '',
    parentId: '',
    timestamp: formatInstant({ seconds: Number(nanos / SECOND), nanos: Number(nanos % SECOND) }),
  };
}

/** Protobuf has no escapes: for half of a surrogate pair the sender itself writes U+FFFD. */
function carriesInProtobuf(stored: StoredRecord, record: TrickyRecord): StoredRecord {
  const carried = carries(stored, record);
  if (!hasHalfPair(record)) return carried;
  const { 'rootspan.sanitized': _, ...attributes } = carried.attributes;
  return { ...carried, attributes };
}

const keeps: Protocol['keeps'] = ({ traceId = '' }) =>
  traceId.length > 256 ? 'its ids have one size: whatever is longer counts as none' : null;

/** `common.v1.AnyValue` as OTLP/JSON. */
function jsonValue(value: unknown): object {
  if (typeof value === 'string') return { stringValue: value };
  if (typeof value === 'boolean') return { boolValue: value };
  if (typeof value === 'number') return Number.isSafeInteger(value) ? { intValue: String(value) } : { doubleValue: value };
  if (Array.isArray(value)) return { arrayValue: { values: value.map(jsonValue) } };
  return typeof value === 'object' && value !== null ? { kvlistValue: { values: jsonEntries(value) } } : {};
}

function jsonEntries(values: object): object[] {
  return Object.entries(values).map(([key, value]) => ({ key, value: jsonValue(value) }));
}

function jsonExport(records: readonly TrickyRecord[]): Buffer {
  const resourceLogs = records.map((record) => {
    const { service, message, level, attributes, name, traceId, spanId } = record;
    const logRecord = {
      timeUnixNano: String(writableNanos(record)),
      ...(level && { severityNumber: SEVERITIES[level] }),
      body: jsonValue(message),
      attributes: jsonEntries({ ...attributes, case: name }),
      traceId,
      spanId,
    };
    const resource = service === undefined ? {} : { attributes: jsonEntries({ 'service.name': service }) };
    return { resource, scopeLogs: [{ logRecords: [logRecord] }] };
  });
  return jsonBytes({ resourceLogs });
}

const message = (field: number, ...parts: readonly Uint8Array[]) =>
  new BinaryWriter()
    .uint32(field * 8 + 2)
    .bytes(Buffer.concat(parts))
    .finish();

/** `common.v1.AnyValue`, by hand: a generated encoder would not write bytes that are no UTF-8. */
function wireValue(value: unknown): Uint8Array {
  if (typeof value === 'string') return message(1, bytesOf(value));
  if (typeof value === 'boolean') return new BinaryWriter().uint32(16).bool(value).finish();
  if (typeof value === 'number') {
    return Number.isSafeInteger(value)
      ? new BinaryWriter().uint32(24).int64(value).finish()
      : new BinaryWriter().uint32(33).double(value).finish();
  }
  if (Array.isArray(value)) return message(5, ...value.map((element) => message(1, wireValue(element))));
  return typeof value === 'object' && value !== null ? message(6, ...wireEntries(1, value)) : new Uint8Array(0);
}

function wireEntries(field: number, values: object): Uint8Array[] {
  return Object.entries(values).map(([key, value]) => message(field, message(1, bytesOf(key)), message(2, wireValue(value))));
}

function wireExport(records: readonly TrickyRecord[]): Buffer {
  const parts = records.map((record) => {
    const { service, level, attributes, name, traceId, spanId } = record;
    const head = new BinaryWriter().uint32(9).fixed64(writableNanos(record));
    if (level !== undefined) head.uint32(16).int32(SEVERITIES[level]);
    const logRecord = message(
      2,
      head.finish(),
      message(5, wireValue(record.message)),
      ...wireEntries(6, { ...attributes, case: name }),
      message(9, wireId(32, traceId)),
      message(10, wireId(16, spanId)),
    );
    const resource = service === undefined ? [] : wireEntries(1, { 'service.name': service });
    return message(1, message(1, ...resource), message(2, logRecord));
  });
  return Buffer.concat(parts);
}

function wireId(digits: number, id: string | undefined): Buffer {
  return isHex(digits, id) ? Buffer.from(id, 'hex') : Buffer.from(id ?? '');
}

const hasTakenAll = (answer: Uint8Array) => ExportLogsServiceResponse.decode(answer).partialSuccess === undefined;

export const OTLP_GRPC: Protocol = {
  name: 'OTLP/gRPC',
  send: async (records, { otlp }) => hasTakenAll(await otlp.raw(LOGS_EXPORT, wireExport(records))),
  carries: carriesInProtobuf,
  keeps,
};

export const OTLP_PROTOBUF: Protocol = {
  name: 'OTLP/HTTP as protobuf',
  send: async (records, to) => {
    const response = await post(to, '/v1/logs', wireExport(records), { 'content-type': PROTOBUF_TYPE });
    const answer = await response.clone().arrayBuffer();
    return (await isTaken(response)) && hasTakenAll(new Uint8Array(answer));
  },
  carries: carriesInProtobuf,
  keeps,
};

export const OTLP_JSON: Protocol = {
  name: 'OTLP/HTTP as JSON',
  send: async (records, to) => {
    const response = await post(to, '/v1/logs', jsonExport(records), { 'content-type': JSON_TYPE });
    const answer = await response.clone().text();
    return (await isTaken(response)) && !answer.includes('"partialSuccess"');
  },
  carries,
  keeps,
};
