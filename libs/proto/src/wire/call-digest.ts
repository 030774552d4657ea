import { createHash } from 'node:crypto';
import { WireCursor } from './cursor.js';
import { murmur2 } from './murmur2.js';

const LOGS = (1 << 3) | 2;
const ATTRIBUTES = (8 << 3) | 2;
const LARGEST_KEPT = 1024 * 1024;

const outer = new WireCursor();
const inner = new WireCursor();
let scratch = Buffer.allocUnsafe(64 * 1024);

/**
 * Digest of a call's content, by which a keyed retry is recognized: 32 lower-case hex digits.
 *
 * The entries of `attributes` count as a set: protobuf gives a map no order, and Go shuffles it each time a message is
 * serialized, so a retry of the same message may come in other bytes. Everything else counts byte for byte. What the call
 * is cut by goes in as well: another number of partitions makes other slices, and a slice must never be taken for one
 * that holds other records.
 *
 * @param body a serialized `logs.LogBatch` that has been read without a fault
 * @param cutFor the number of partitions that the call's slices depend on
 */
export function callDigest(body: Uint8Array, cutFor: number): string {
  let length = 0;
  // At worst a record of 4 bytes (its header and one empty entry) becomes 10.
  if (scratch.length < body.length * 3) scratch = Buffer.allocUnsafe(body.length * 3);
  const copy = (start: number, end: number): void => {
    scratch.set(body.subarray(start, end), length);
    length += end - start;
  };
  outer.open(body, 0, body.length);
  while (outer.pos < outer.end) {
    const start = outer.pos;
    const tag = outer.tag();
    if (tag !== LOGS) {
      if (outer.fault === null) outer.skip(tag);
      copy(start, outer.pos);
      continue;
    }
    const end = outer.lengthEnd();
    copy(start, outer.pos);
    length = copyRecord(body, outer.pos, end, length);
    outer.pos = end;
  }
  const canonical = scratch.subarray(0, length);
  const digest = createHash('sha256').update(canonical).update(`/${cutFor}`).digest('hex').slice(0, 32);
  if (scratch.length > LARGEST_KEPT) scratch = Buffer.allocUnsafe(LARGEST_KEPT);
  return digest;
}

/** Copies a record without its attributes, and 8 bytes that stand for these whatever their order; answers the new length. */
function copyRecord(body: Uint8Array, from: number, end: number, length: number): number {
  let low = 0;
  let high = 0;
  let run = from;
  inner.open(body, from, end);
  while (inner.pos < end && inner.fault === null) {
    const start = inner.pos;
    const tag = inner.tag();
    if (tag !== ATTRIBUTES) {
      inner.skip(tag);
      continue;
    }
    const entryEnd = inner.lengthEnd();
    scratch.set(body.subarray(run, start), length);
    length += start - run;
    const hash = murmur2(body, inner.pos, entryEnd);
    low = (low + hash) | 0;
    // A second hash of the same bytes, made to differ by what the first one says.
    high = (high + Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d) + spread(body, inner.pos, entryEnd)) | 0;
    inner.pos = entryEnd;
    run = entryEnd;
  }
  scratch.set(body.subarray(run, end), length);
  length += end - run;
  if (run === from) return length;
  scratch.writeInt32LE(low, length);
  scratch.writeInt32LE(high, length + 4);
  return length + 8;
}

/** FNV-1a (http://www.isthe.com/chongo/tech/comp/fnv/): of another family than murmur2. */
function spread(bytes: Uint8Array, start: number, end: number): number {
  let hash = 0x811c9dc5;
  for (let at = start; at < end; at++) hash = Math.imul(hash ^ (bytes[at] ?? 0), 0x01000193);
  return hash;
}
