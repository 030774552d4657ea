import type { DeadLetter, PositionedSlice, RetryKey } from '#domain';
import { messageOf } from '../queue/pause.js';
import { FORMAT, HEADER } from './message.js';
import type { KafkaRecord } from './protocol/record-batch.js';

/** What became of a value that another producer wrote: JSON read into a serialized `logs.LogBatch`, or why not. */
export type ForeignMessage =
  | {
      /** Serialized `logs.LogBatch` of the records that could be read; empty where there is none. */
      readonly value: Buffer;
      /** The records that could not: position in the message, one sentence, the record's bytes as they came. */
      readonly faults: readonly { readonly index: number; readonly reason: string; readonly bytes: Buffer }[];
    }
  | { readonly unreadable: string };

/** Reads a value without the `format` header: a JSON `Log` object, an array of them, or one per line. Must not throw. */
export type ForeignDecoder = (value: Buffer) => ForeignMessage;

/** Where a message was found, and how it is to be read. */
export interface MessageContext {
  readonly topic: string;
  readonly partition: number;
  readonly decodeForeign: ForeignDecoder;
  /** True: the topic holds no message of ours, whatever its headers say. */
  readonly isForeign?: boolean;
  /** Milliseconds since 1970. */
  readonly now: number;
}

/** A message, taken apart: what can be stored, and what goes to the dead letters. */
export interface ReadMessage {
  readonly slice: PositionedSlice | null;
  readonly letters: readonly DeadLetter[];
}

const TENANT = /^[A-Za-z0-9_.-]{1,64}$/;
const DIGITS = /^[0-9]{1,15}$/;
const DIGEST = /^[0-9a-f]{32}$/;
const DEFAULT_TENANT = 'default';
const EMPTY = Buffer.alloc(0);
const MAX_AGE_MS = 7 * 24 * 3_600_000;
const MAX_AHEAD_MS = 3_600_000;
/** 9999-12-31, the last day that a store has to know. */
const LAST_MS = 253_402_300_799_999;

class UnreadableError extends Error {}

/**
 * Takes a record of the topic apart (contract 5).
 *
 * Messages of our own producers carry the header `format` and must be flawless. Others, and all of a foreign topic, are foreign: decoded by
 * `decodeForeign`, tenant from the header or `default`, received when the message says, within the last seven days
 * and the next hour, else now.
 */
export function readMessage(
  record: KafkaRecord,
  { topic, partition, decodeForeign, isForeign = false, now }: MessageContext,
): ReadMessage {
  const tenant = text(record, HEADER.tenant);
  const place = {
    tenant: tenant !== undefined && TENANT.test(tenant) ? tenant : DEFAULT_TENANT,
    topic,
    partition,
    offset: record.offset,
  };
  try {
    if (!isForeign && record.headers.has(HEADER.format)) return { slice: readOwn(record), letters: [] };
    const value = requireValue(record);
    if (tenant !== undefined) requireTenant(tenant);
    const decoded = decodeSafely(decodeForeign, value);
    if ('unreadable' in decoded) throw new UnreadableError(decoded.unreadable);
    const slice = {
      offset: record.offset,
      tenant: place.tenant,
      value: decoded.value,
      receivedAt: plausibleTime(record.timestamp, now),
    };
    return {
      slice: decoded.value.length > 0 ? slice : null,
      letters: decoded.faults.map((fault) => ({ ...place, ...fault })),
    };
  } catch (error) {
    if (!(error instanceof UnreadableError)) throw error;
    return { slice: null, letters: [{ ...place, index: -1, reason: error.message, bytes: record.value ?? EMPTY }] };
  }
}

/** A decoder that throws against its contract must not stop the partition. */
function decodeSafely(decodeForeign: ForeignDecoder, value: Buffer): ForeignMessage {
  try {
    return decodeForeign(value);
  } catch (error) {
    return { unreadable: `the value can't be decoded: ${messageOf(error)}` };
  }
}

function readOwn(record: KafkaRecord): PositionedSlice {
  const format = text(record, HEADER.format);
  if (format !== FORMAT) throw new UnreadableError(`header format is "${format}": only format ${FORMAT} is known`);
  const tenant = requireTenant(text(record, HEADER.tenant));
  const receivedAt = requireNumber(record, HEADER.receivedAt);
  if (receivedAt > LAST_MS)
    throw new UnreadableError(`header ${HEADER.receivedAt} is ${receivedAt}: that is after the year 9999`);
  const retryKey = readRetryKey(record);
  return { offset: record.offset, tenant, value: requireValue(record), receivedAt, ...(retryKey ? { retryKey } : {}) };
}

function readRetryKey(record: KafkaRecord): RetryKey | undefined {
  const batchKey = text(record, HEADER.batchKey);
  if (batchKey === undefined) return undefined;
  const digest = text(record, HEADER.digest) ?? '';
  if (!DIGEST.test(digest)) throw new UnreadableError(`header ${HEADER.digest} must be 32 lower-case hex digits`);
  const slice = requireNumber(record, HEADER.slice);
  const sliceCount = requireNumber(record, HEADER.slices);
  if (slice >= sliceCount)
    throw new UnreadableError(`header ${HEADER.slice} is ${slice}, but there are ${sliceCount} slices only`);
  return { batchKey, digest, slice, sliceCount };
}

function requireValue(record: KafkaRecord): Buffer {
  if (record.value === null) throw new UnreadableError('the message has no value');
  return record.value;
}

function requireTenant(tenant: string | undefined): string {
  if (tenant === undefined) throw new UnreadableError(`header ${HEADER.tenant} is missing`);
  if (!TENANT.test(tenant)) throw new UnreadableError(`header ${HEADER.tenant} must be 1 to 64 of A-Z a-z 0-9 _ . -`);
  return tenant;
}

function requireNumber(record: KafkaRecord, name: string): number {
  const value = text(record, name);
  if (value === undefined) throw new UnreadableError(`header ${name} is missing`);
  if (!DIGITS.test(value)) throw new UnreadableError(`header ${name} must be a whole number of at most 15 digits`);
  return Number(value);
}

function text(record: KafkaRecord, name: string): string | undefined {
  return record.headers.get(name)?.toString('utf8');
}

function plausibleTime(timestamp: number, now: number): number {
  return timestamp >= now - MAX_AGE_MS && timestamp <= now + MAX_AHEAD_MS ? timestamp : now;
}
