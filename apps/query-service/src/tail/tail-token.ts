import type { SearchPosition } from '#db';
import { FIRST_SECOND, LAST_SECOND, StorePosition, type Instant, type PartitionPlace } from '#domain';
import { invalidField } from '#platform';

/** Where a tail goes on. */
export interface TailToken {
  /** What lies below it was sent, or belongs to the history. */
  readonly position: StorePosition;
  /** Records of this instant and later are asked for; null: of all times. */
  readonly since: Instant | null;
  /** Up to where the history was sent; null: all of it, or none was asked for. */
  readonly history: SearchPosition | null;
}

const VERSION = 1;
const SINCE = 1;
const HISTORY = 2;
const CHECKSUM_BYTES = 4;
/** 32,767 partitions, each of a dozen bytes. */
const MAX_TEXT = 512 * 1024;

/** Base64url of: version, flags, instants where there are any, places as varints (sorted, keys as differences), checksum. */
export function tailTokenText({ position, since, history }: TailToken): string {
  const out = new Writer();
  out.byte(VERSION);
  out.byte((since === null ? 0 : SINCE) | (history === null ? 0 : HISTORY));
  if (since !== null) out.instant(since);
  if (history !== null) {
    out.instant(history.time);
    // A search may end between records: an empty id is the place before an instant's first one.
    out.byte(history.id.length / 2);
    out.bytes.push(...Buffer.from(history.id, 'hex'));
  }
  const places = position.sorted();
  out.varint(BigInt(places.length));
  let before = 0;
  for (const { epoch, partition, offset, index } of places) {
    const key = epoch * 0x1_0000 + partition;
    out.varint(BigInt(key - before));
    out.varint(offset);
    out.varint(BigInt(index));
    before = key;
  }
  const body = Buffer.from(out.bytes);
  return Buffer.concat([body, checksumOf(body)]).toString('base64url');
}

/** @throws INVALID_ARGUMENT naming the field `position` where it is no such text */
export function readTailToken(text: string): TailToken {
  const bytes = text.length <= MAX_TEXT && /^[A-Za-z0-9_-]+$/.test(text) ? Buffer.from(text, 'base64url') : Buffer.alloc(0);
  const body = bytes.subarray(0, Math.max(0, bytes.length - CHECKSUM_BYTES));
  if (body.length < 3 || !checksumOf(body).equals(bytes.subarray(body.length))) throw badToken();
  const read = new Reader(body);
  if (read.byte() !== VERSION) throw badToken();
  const flags = read.byte();
  const since = (flags & SINCE) === 0 ? null : read.instant();
  const history = (flags & HISTORY) === 0 ? null : { time: read.instant(), id: read.hex() };
  const places: PartitionPlace[] = [];
  const count = read.number(0x1_0000 * 0x1_0000);
  for (let key = 0, i = 0; i < count; i++) {
    key += read.number(0xffff_ffff);
    if (key > 0xffff_ffff) throw badToken();
    const [epoch, partition] = [Math.floor(key / 0x1_0000), key % 0x1_0000];
    places.push({ epoch, partition, offset: read.varint(2n ** 63n - 1n), index: read.number(0x1_0000_0000) });
  }
  if (!read.atEnd) throw badToken();
  return { position: StorePosition.of(places), since, history };
}

class Writer {
  readonly bytes: number[] = [];

  byte(value: number): void {
    this.bytes.push(value);
  }

  varint(value: bigint): void {
    for (; value > 0x7fn; value >>= 7n) this.byte(Number(value & 0x7fn) | 0x80);
    this.byte(Number(value));
  }

  instant({ seconds, nanos }: Instant): void {
    this.varint(BigInt(seconds - FIRST_SECOND));
    this.varint(BigInt(nanos));
  }
}

class Reader {
  private at = 0;

  constructor(private readonly bytes: Buffer) {}

  get atEnd(): boolean {
    return this.at === this.bytes.length;
  }

  byte(): number {
    const value = this.bytes[this.at++];
    if (value === undefined) throw badToken();
    return value;
  }

  varint(most: bigint): bigint {
    let value = 0n;
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = this.byte();
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) {
        if (value > most) throw badToken();
        return value;
      }
    }
    throw badToken();
  }

  number(most: number): number {
    return Number(this.varint(BigInt(most)));
  }

  instant(): Instant {
    return { seconds: this.number(LAST_SECOND - FIRST_SECOND) + FIRST_SECOND, nanos: this.number(999_999_999) };
  }

  /** The id of a record, or none. */
  hex(): string {
    const length = this.byte();
    if (length !== 0 && length !== 16) throw badToken();
    if (this.at + length > this.bytes.length) throw badToken();
    this.at += length;
    return this.bytes.toString('hex', this.at - length, this.at);
  }
}

/** FNV-1a of 32 bits: against texts that were cut or mistyped, not against people. Source: http://www.isthe.com/chongo/tech/comp/fnv */
function checksumOf(bytes: Buffer): Buffer {
  let hash = 0x811c_9dc5;
  for (const byte of bytes) hash = Math.imul(hash ^ byte, 0x0100_0193);
  const sum = Buffer.alloc(CHECKSUM_BYTES);
  sum.writeInt32BE(hash);
  return sum;
}

function badToken() {
  return invalidField('position', 'is no position of a live tail: send one as it was received, or none to begin anew');
}
