import type { MutableInstant, RecordView } from '#domain';
import { PG_EPOCH_SECONDS } from '../copy/copy-buffer.js';

/*
 * Fields in PostgreSQL's binary format: the length as int32 (-1: null), then the bytes, numbers in network order.
 * Source: https://www.postgresql.org/docs/current/protocol-overview.html#PROTOCOL-FORMAT-CODES; the send functions of the types.
 */

/** 2^32 microseconds as whole seconds and the rest. */
const TWO_32_SECONDS = 4_294;
const TWO_32_MICROS = 967_296;
const MICROS = 1_000_000;
/** What the columns of a fixed size take, which are never null: uuid, two of timestamptz, two of smallint. */
const FIXED_BYTES = 56;

export function readInt32(bytes: Uint8Array, at: number): number {
  return ((bytes[at] ?? 0) << 24) | ((bytes[at + 1] ?? 0) << 16) | ((bytes[at + 2] ?? 0) << 8) | (bytes[at + 3] ?? 0);
}

/** Where the field after the one that begins at `at` begins. */
export function afterField(bytes: Uint8Array, at: number): number {
  const length = readInt32(bytes, at);
  return at + 4 + (length < 0 ? 0 : length);
}

/** Whether a text is null, which a view shows as an empty one. */
export function isNullText(bytes: Uint8Array, start: number): boolean {
  return readInt32(bytes, start - 4) < 0;
}

/** timestamptz: microseconds since 2000 as int64, and the nanoseconds beyond them. Exact for every year. */
function readInstant(bytes: Uint8Array, at: number, nanos: number, out: MutableInstant): void {
  const high = readInt32(bytes, at);
  const rest = high * TWO_32_MICROS + (readInt32(bytes, at + 4) >>> 0);
  const seconds = Math.floor(rest / MICROS);
  out.seconds = PG_EPOCH_SECONDS + high * TWO_32_SECONDS + seconds;
  out.nanos = (rest - seconds * MICROS) * 1000 + nanos;
}

/**
 * Fills a view from a row that begins with the columns of a record (sql/log-columns.ts).
 * @returns where the column after them begins
 */
export function readRecordRow(bytes: Buffer, start: number, out: RecordView): number {
  out.bytes = bytes;
  out.idStart = start + 4;
  readInstant(bytes, start + 24, ((bytes[start + 48] ?? 0) << 8) | (bytes[start + 49] ?? 0), out.time);
  readInstant(bytes, start + 36, 0, out.receivedAt);
  out.severity = ((bytes[start + 54] ?? 0) << 8) | (bytes[start + 55] ?? 0);
  let at = start + FIXED_BYTES;
  out.traceIdStart = at + 4;
  out.traceIdEnd = at = afterField(bytes, at);
  out.parentIdStart = at + 4;
  out.parentIdEnd = at = afterField(bytes, at);
  out.spanIdStart = at + 4;
  out.spanIdEnd = at = afterField(bytes, at);
  out.serviceStart = at + 4;
  out.serviceEnd = at = afterField(bytes, at);
  out.messageStart = at + 4;
  out.messageEnd = at = afterField(bytes, at);
  out.attributesStart = at + 4;
  out.attributesEnd = at = afterField(bytes, at);
  out.resourceStart = at + 4;
  out.resourceEnd = at = afterField(bytes, at);
  out.extraStart = at + 4;
  out.extraEnd = at = afterField(bytes, at);
  return at;
}
