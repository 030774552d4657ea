import { levelOfSeverity, type LogRecordExtra, type RecordView } from '#domain';
import { JsonMembers } from './json-members.js';
import { INSTANT_BYTES, WireBuffer, varintBytes } from './wire-buffer.js';

const VARINT = 0;
const DELIMITED = 2;
/** Numbers of the fields in proto/query.proto. */
const LOGS = 1;
const NEXT_PAGE_TOKEN = 2;
const LOG = {
  traceId: 1,
  parentId: 2,
  spanId: 3,
  service: 4,
  message: 5,
  level: 6,
  timestamp: 7,
  attributes: 8,
  id: 9,
  attributesJson: 10,
  resourceJson: 11,
  scope: 12,
  event: 13,
  severityNumber: 14,
  severityText: 15,
  observedTimestamp: 16,
  traceFlags: 17,
  receivedAt: 18,
  idempotencyKey: 19,
} as const;
const KEY = 1;
const VALUE = 2;

/** Tags, lengths, level, id, numbers and both instants of a record. */
const FIXED_BYTES = 256 + 2 * INSTANT_BYTES;
/** Tag and length of a record, as most records need them: 128 to 16,383 bytes. */
const USUAL_HEADER = 3;
/** The longest tag and length. */
const LONGEST_HEADER = 6;
const ID_BYTES = 16;
const LEVELS = Array.from({ length: 25 }, (_, severity) => Buffer.from(levelOfSeverity(severity), 'latin1'));

/** A page of records as bytes, each shown by a view that is filled again for the next. */
export interface ViewedRecords {
  /** Whether records follow the last one. */
  readonly more: boolean;
  forEach(take: (record: RecordView) => void): void;
}

/** One for the process: a list is written in one go. */
const out = new WireBuffer();
const members = new JsonMembers();

/**
 * A serialized `query.LogList` made of records' bytes: the same message that `logToWire` and the generated codec give, without
 * an object or a string for each field. No bytes where the list is empty.
 *
 * @param tokenAfter the token of the page that follows a record; asked where `more` follow
 * @throws SyntaxError where attributes are not a JSON object, RangeError for an instant outside of the years 0001-9999
 */
export function encodeLogList(records: ViewedRecords, tokenAfter: (last: RecordView) => string): Buffer {
  out.length = 0;
  let last: RecordView | null = null;
  records.forEach((record) => {
    putRecord(record);
    last = record;
  });
  if (records.more && last !== null) {
    const token = Buffer.from(tokenAfter(last));
    out.reserve(token.length + LONGEST_HEADER);
    out.text(NEXT_PAGE_TOKEN, token, 0, token.length);
  }
  return out.take();
}

/** A record as the field `logs` of a LogList. @throws as encodeLogList does */
export function encodeListedLog(record: RecordView): Buffer {
  out.length = 0;
  putRecord(record);
  return out.take();
}

function putRecord(record: RecordView): void {
  out.reserve(bytesAtMost(record));
  const start = out.length;
  out.length += USUAL_HEADER;
  putFields(record);
  const size = out.length - start - USUAL_HEADER;
  const header = 1 + varintBytes(size);
  if (header !== USUAL_HEADER) out.bytes.copyWithin(start + header, start + USUAL_HEADER, out.length);
  out.length = start;
  out.tag(LOGS, DELIMITED);
  out.varint(size);
  out.length += size;
}

/** A map's entry has at most 15 bytes around key and value, where JSON has at least five: so attributes at most triple. */
function bytesAtMost(record: RecordView): number {
  const ids = record.traceIdEnd - record.traceIdStart + (record.parentIdEnd - record.parentIdStart);
  const span = record.spanIdEnd - record.spanIdStart + (record.serviceEnd - record.serviceStart);
  const texts = record.messageEnd - record.messageStart + (record.resourceEnd - record.resourceStart);
  const json = record.attributesEnd - record.attributesStart + (record.extraEnd - record.extraStart);
  return FIXED_BYTES + ids + span + texts + 3 * json;
}

function putFields(record: RecordView): void {
  const { bytes, severity } = record;
  out.text(LOG.traceId, bytes, record.traceIdStart, record.traceIdEnd);
  out.text(LOG.parentId, bytes, record.parentIdStart, record.parentIdEnd);
  out.text(LOG.spanId, bytes, record.spanIdStart, record.spanIdEnd);
  out.text(LOG.service, bytes, record.serviceStart, record.serviceEnd);
  out.text(LOG.message, bytes, record.messageStart, record.messageEnd);
  const level = LEVELS[severity] ?? Buffer.from(levelOfSeverity(severity), 'latin1');
  out.text(LOG.level, level, 0, level.length);
  out.instant(LOG.timestamp, record.time);
  if (record.attributesStart !== record.attributesEnd) putAttributes(record);
  out.hex(LOG.id, bytes, record.idStart, record.idStart + ID_BYTES);
  out.text(LOG.resourceJson, bytes, record.resourceStart, record.resourceEnd);
  putNumber(LOG.severityNumber, severity);
  out.instant(LOG.receivedAt, record.receivedAt);
  if (record.extraStart !== record.extraEnd) putExtra(record.text(record.extraStart, record.extraEnd));
}

/** String members as map entries; the others' source together as one JSON object, so that numbers keep every digit. */
function putAttributes({ bytes, attributesStart, attributesEnd }: RecordView): void {
  const others: Buffer[] = [];
  members.open(bytes, attributesStart, attributesEnd);
  while (members.next()) {
    const { keyStart, keyEnd, valueStart, valueEnd } = members;
    if (!members.isString) {
      others.push(
        others.length === 0 ? OPEN : COMMA,
        bytes.subarray(keyStart, keyEnd),
        COLON,
        bytes.subarray(valueStart, valueEnd),
      );
    } else if (members.keyIsEscaped || members.valueIsEscaped) {
      const key = decoded(bytes, keyStart, keyEnd);
      const value = decoded(bytes, valueStart, valueEnd);
      putEntry(key, 0, key.length, value, 0, value.length);
    } else putEntry(bytes, keyStart + 1, keyEnd - 1, bytes, valueStart + 1, valueEnd - 1);
  }
  if (others.length === 0) return;
  const json = Buffer.concat([...others, CLOSE]);
  out.text(LOG.attributesJson, json, 0, json.length);
}

const OPEN = Buffer.from('{');
const COMMA = Buffer.from(', ');
const COLON = Buffer.from(': ');
const CLOSE = Buffer.from('}');

function putEntry(keys: Uint8Array, keyStart: number, keyEnd: number, values: Uint8Array, valueStart: number, valueEnd: number) {
  out.tag(LOG.attributes, DELIMITED);
  out.varint(textBytes(keyEnd - keyStart) + textBytes(valueEnd - valueStart));
  out.text(KEY, keys, keyStart, keyEnd);
  out.text(VALUE, values, valueStart, valueEnd);
}

/** What `text` of a field below 16 writes for so many bytes. */
function textBytes(size: number): number {
  return size === 0 ? 0 : 1 + varintBytes(size) + size;
}

/** The text that a JSON string literal stands for. */
function decoded(bytes: Buffer, start: number, end: number): Buffer {
  return Buffer.from(JSON.parse(bytes.toString('utf8', start, end)) as string);
}

function putExtra(json: string): void {
  const extra = JSON.parse(json) as LogRecordExtra;
  putText(LOG.scope, extra.scope);
  putText(LOG.event, extra.event);
  putText(LOG.severityText, extra.severityText);
  putText(LOG.observedTimestamp, extra.observedTimestamp);
  putNumber(LOG.traceFlags, extra.traceFlags ?? 0);
  putText(LOG.idempotencyKey, extra.id);
}

function putText(field: number, text = ''): void {
  const bytes = Buffer.from(text);
  out.text(field, bytes, 0, bytes.length);
}

function putNumber(field: number, value: number): void {
  if (value === 0) return;
  out.tag(field, VARINT);
  out.varint(value >>> 0);
}
