import { Log } from '../generated/log.js';
import { WireCursor } from '../wire/cursor.js';
import { LogFields } from '../wire/log-fields.js';
import { readLog } from '../wire/read-log.js';
import { DEFAULT_RECORD_LIMITS, type RecordLimits } from '../wire/record-limits.js';
import { recordFault } from '../wire/validate-record.js';
import { wrapLog } from '../wire/wrap-log.js';
import { logOfFilebeat } from './log-of-filebeat.js';
import { logOfJson } from './log-of-json.js';

/** A record of a foreign message that can't be taken. */
export interface JsonRecordFault {
  /** Position in the message, from 0. */
  readonly index: number;
  readonly reason: string;
  /** The record as JSON, or the line as it came where it is none. */
  readonly bytes: Buffer;
}

export type JsonRecords =
  | {
      readonly kind: 'records';
      /** Serialized `logs.LogBatch` of the good records. */
      readonly value: Buffer;
      readonly faults: readonly JsonRecordFault[];
    }
  /** The bytes are no JSON at all. */
  | { readonly kind: 'unreadable'; readonly reason: string };

const decoder = new TextDecoder('utf-8', { fatal: true });

/** A line that is no JSON, among lines that are. */
class UnreadableLine {
  constructor(readonly text: string) {}
}

/**
 * Reads JSON `Log` objects as other producers write them: one object, an array, or objects separated by newlines.
 *
 * Field names as in protobuf-JSON, camelCase or snake_case; a record needs its service, trace and span may be missing.
 * Among newline-separated objects a line that is no JSON is a fault of its own; without any object nothing is readable.
 */
export function readJsonRecords(bytes: Buffer, limits: RecordLimits = DEFAULT_RECORD_LIMITS): JsonRecords {
  return readDocuments(bytes, logOfJson, limits);
}

/** The same for events as Filebeat 8 writes them to Kafka. */
export function readFilebeatRecords(bytes: Buffer, limits: RecordLimits = DEFAULT_RECORD_LIMITS): JsonRecords {
  return readDocuments(bytes, logOfFilebeat, limits);
}

/** A `logs.Log` of a JSON value, or a sentence that says why not. */
type LogOfDocument = (document: unknown) => Log | string;

function readDocuments(bytes: Buffer, logOf: LogOfDocument, limits: RecordLimits): JsonRecords {
  let text: string;
  try {
    text = decoder.decode(bytes);
  } catch {
    return { kind: 'unreadable', reason: 'the message is not UTF-8: send JSON, or protobuf with the header "format: 1"' };
  }
  const documents = parseDocuments(text);
  if (documents === null) {
    return { kind: 'unreadable', reason: 'the message is not JSON: send JSON, or protobuf with the header "format: 1"' };
  }
  const parts: Buffer[] = [];
  const faults: JsonRecordFault[] = [];
  documents.forEach((document, index) => {
    const record = document instanceof UnreadableLine ? 'the line is not JSON' : encodeRecord(document, logOf, limits);
    if (typeof record === 'string') faults.push({ index, reason: record, bytes: bytesOf(document) });
    else parts.push(record);
  });
  return { kind: 'records', value: Buffer.concat(parts), faults };
}

/** The JSON values of the text: of an array its members; null where the text is not JSON. */
function parseDocuments(text: string): unknown[] | null {
  const whole = parse(text);
  if (whole !== undefined) return Array.isArray(whole) ? (whole as unknown[]) : [whole];
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  const documents = lines.map((line) => parse(line) ?? new UnreadableLine(line));
  const readable = documents.some(
    (document) => typeof document === 'object' && document !== null && !(document instanceof UnreadableLine),
  );
  return readable || lines.length === 0 ? documents : null;
}

function bytesOf(document: unknown): Buffer {
  return Buffer.from(document instanceof UnreadableLine ? document.text : JSON.stringify(document));
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

const cursor = new WireCursor();
const fields = new LogFields();

/** One record as a LogBatch of itself, or what is wrong with it. */
function encodeRecord(document: unknown, logOf: LogOfDocument, limits: RecordLimits): Buffer | string {
  const log = logOf(document);
  if (typeof log === 'string') return log;
  const bytes = Log.encode(log).finish();
  cursor.open(bytes, 0, bytes.length);
  readLog(cursor, fields);
  const fault = recordFault(bytes, fields, limits, false);
  return fault === null ? wrapLog(bytes) : `${fault.field} ${fault.reason}`;
}
