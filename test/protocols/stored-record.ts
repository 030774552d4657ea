import { formatInstant, parseTimestampText } from '#domain';
import type { TrickyRecord } from './tricky-records.js';

/** What is compared of a record that is stored. */
export interface StoredRecord {
  readonly message: string;
  readonly service: string;
  readonly level: string;
  readonly timestamp: string;
  readonly traceId: string;
  readonly spanId: string;
  readonly parentId: string;
  readonly attributes: Readonly<Record<string, unknown>>;
}

/** The bytes of a text whose characters from U+E000 to U+E0FF stand for bytes. */
export function bytesOf(text: string): Buffer {
  const parts = text.split(/([\ue000-\ue0ff])/);
  return Buffer.concat(parts.map((part, i) => (i % 2 === 1 ? Buffer.from([part.charCodeAt(0) & 0xff]) : Buffer.from(part))));
}

/** As `JSON.stringify`, with raw bytes where the texts name them. */
export function jsonBytes(value: unknown): Buffer {
  return bytesOf(JSON.stringify(value));
}

/** All texts of a record, as one. */
export function textsOf(record: TrickyRecord): string {
  return JSON.stringify([record.message, record.service, record.attributes]) + record.message;
}

/** Whether the record can't be written as UTF-8. */
export function hasBytes(record: TrickyRecord): boolean {
  return /[\ue000-\ue0ff]/.test(textsOf(record));
}

/** Whether the record holds U+0000. */
export function hasNul(record: TrickyRecord): boolean {
  return record.message.includes('\0');
}

/** Half of a surrogate pair can be written by an escape of JSON only. */
export function hasHalfPair(record: TrickyRecord): boolean {
  return /\p{Surrogate}/u.test(record.message);
}

/** The same record where all that can not be stored is kept as U+FFFD, and says so. */
export function stored(record: TrickyRecord): StoredRecord {
  const isKeptWhole = !hasBytes(record) && !hasNul(record) && !hasHalfPair(record);
  const attributes = mapTexts({ ...record.attributes, case: record.name }, storable);
  return {
    message: storable(record.message),
    service: record.service ?? 'unknown_service',
    level: record.level ?? 'info',
    timestamp: formatInstant(instantOf(record)),
    traceId: record.traceId ?? '',
    spanId: record.spanId ?? '',
    parentId: record.parentId ?? '',
    attributes: isKeptWhole ? attributes : { ...attributes, 'rootspan.sanitized': 'true' },
  };
}

/** Attributes where a protocol has texts only: what is none is sent as its JSON. */
export function attributeTexts(record: TrickyRecord): Readonly<Record<string, string>> {
  const all = Object.entries({ ...record.attributes, case: record.name });
  return Object.fromEntries(all.map(([name, value]) => [name, typeof value === 'string' ? value : JSON.stringify(value)]));
}

/** Nanoseconds since 1970. */
export function nanosOf(record: TrickyRecord): bigint {
  const { seconds, nanos } = instantOf(record);
  return BigInt(seconds) * 1_000_000_000n + BigInt(nanos);
}

export function instantOf({ timestamp }: TrickyRecord): { readonly seconds: number; readonly nanos: number } {
  const parsed = parseTimestampText(timestamp);
  if (!parsed.ok) throw new Error(`${timestamp} ${parsed.reason}`);
  return parsed.instant;
}

function storable(text: string): string {
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytesOf(text)).replaceAll('\0', '\ufffd');
}

function mapTexts(values: Readonly<Record<string, unknown>>, map: (text: string) => string): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [name, typeof value === 'string' ? map(value) : value]),
  );
}
