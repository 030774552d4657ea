import { BinaryWriter } from '@bufbuild/protobuf/wire';
import { fieldTooLarge } from '#platform';
import { isObject } from '../../records/clean-text.js';
import { MAX_DEPTH } from '../value-json.js';
import { ANY_VALUE, type FieldKind, type JsonField, type JsonMessage } from './schema.js';

/** A value is not what its field asks for. */
export class JsonFieldError extends Error {
  /** From the outermost: names, and positions in lists. */
  readonly path: (string | number)[] = [];

  /** @param reason what is asked for, without the field's name */
  constructor(readonly reason: string) {
    super(reason);
  }

  /** `resourceLogs[0].scopeLogs[0].logRecords[3].timeUnixNano` */
  get field(): string {
    return this.path.map((step, at) => (typeof step === 'number' ? `[${step}]` : at === 0 ? step : `.${step}`)).join('');
  }
}

const LARGEST_FIXED64 = 2n ** 64n - 1n;
const LARGEST_INT64 = 2n ** 63n - 1n;
const SMALLEST_INT64 = -(2n ** 63n);
const LARGEST_UINT32 = 0xffffffff;
const SPECIAL_DOUBLES: ReadonlyMap<unknown, number> = new Map<unknown, number>([
  ['NaN', Number.NaN],
  ['Infinity', Number.POSITIVE_INFINITY],
  ['-Infinity', Number.NEGATIVE_INFINITY],
]);
/** Wire types. */
const VARINT = 0;
const BITS_64 = 1;
const DELIMITED = 2;
const BITS_32 = 5;
/** No byte of UTF-8: stands for a character that can't be stored, and is read as such later. */
const UNSTORABLE = 0xff;

/**
 * Writes OTLP/JSON as protobuf: one reading of both for all that follows.
 *
 * As the specification has it: ids are hex, 64-bit numbers come as texts or numbers, enums as numbers (their names are read
 * too), unknown fields are left out; names in lowerCamelCase or as in the .proto files. An id that is no hex counts as none.
 *
 * Source: OpenTelemetry Protocol Specification, "JSON Protobuf Encoding".
 * @param replaced the text was made of bytes that were no UTF-8: U+FFFD in it stands for these
 * @param room what the lists of the whole body may hold; what this takes of it is gone
 * @throws JsonFieldError; RootspanError too large beyond the room
 */
export function wireOfJson(message: JsonMessage, value: unknown, replaced: boolean, room: ListRoom): Uint8Array {
  const writer = new BinaryWriter();
  new JsonWriter(writer, replaced, room).message(message, value, 0);
  return writer.finish();
}

/**
 * Elements that the lists of one body may still hold together. Three bytes of JSON make an element, and each costs a microsecond
 * or two in which nobody else is served.
 */
export class ListRoom {
  private static readonly MOST = 1_000_000;
  private left = ListRoom.MOST;

  /** @throws RootspanError too large */
  take(elements: number): void {
    this.left -= elements;
    if (this.left < 0) throw fieldTooLarge('lists', `have more than ${ListRoom.MOST} elements together: send smaller batches`);
  }
}

class JsonWriter {
  constructor(
    private readonly writer: BinaryWriter,
    private readonly replaced: boolean,
    private readonly room: ListRoom,
  ) {}

  message(message: JsonMessage, value: unknown, depth: number): void {
    if (!isObject(value)) throw new JsonFieldError('must be a JSON object');
    const inner = message === ANY_VALUE ? depth + 1 : depth;
    for (const [name, member] of Object.entries(value)) {
      // Without its value it is still one level deeper than what is taken, and is refused for that.
      if (inner > MAX_DEPTH + 1 || member === null) continue;
      const field = message.get(name) ?? message.get(camelCase(name));
      if (field !== undefined) within(name, () => this.field(field, member, inner));
    }
  }

  private field(field: JsonField, value: unknown, depth: number): void {
    if (field.isList !== true) return this.value(field, value, depth);
    if (!Array.isArray(value)) throw new JsonFieldError('must be a JSON array');
    this.room.take(value.length);
    value.forEach((element: unknown, at) => within(at, () => this.value(field, element, depth)));
  }

  private value({ number, kind }: JsonField, value: unknown, depth: number): void {
    const { writer } = this;
    if (typeof kind === 'string') return this.scalar(number, kind, value);
    if ('numbers' in kind) {
      writer.tag(number, VARINT).int32(enumNumber(kind.numbers, value));
      return;
    }
    writer.tag(number, DELIMITED).fork();
    this.message(kind.message(), value, depth);
    writer.join();
  }

  private scalar(number: number, kind: FieldKind, value: unknown): void {
    const { writer } = this;
    switch (kind) {
      case 'text':
        if (typeof value !== 'string') throw new JsonFieldError('must be a text');
        writer.tag(number, DELIMITED).bytes(this.bytesOfText(value));
        return;
      case 'bool':
        if (typeof value !== 'boolean') throw new JsonFieldError('must be true or false');
        writer.tag(number, VARINT).bool(value);
        return;
      case 'int64':
        writer.tag(number, VARINT).int64(integer(value, SMALLEST_INT64, LARGEST_INT64));
        return;
      case 'fixed64':
        writer.tag(number, BITS_64).fixed64(integer(value, 0n, LARGEST_FIXED64));
        return;
      case 'uint32':
        writer.tag(number, VARINT).uint32(Number(integer(value, 0n, BigInt(LARGEST_UINT32))));
        return;
      case 'fixed32':
        writer.tag(number, BITS_32).fixed32(Number(integer(value, 0n, BigInt(LARGEST_UINT32))));
        return;
      case 'double':
        writer.tag(number, BITS_64).double(double(value));
        return;
      case 'hex':
        if (typeof value !== 'string') throw new JsonFieldError('must be hex digits');
        writer.tag(number, DELIMITED).bytes(/^([0-9a-f]{2})*$/i.test(value) ? Buffer.from(value, 'hex') : Buffer.alloc(0));
        return;
      case 'base64':
        if (typeof value !== 'string' || !/^[A-Za-z0-9+/_-]*={0,2}$/.test(value)) throw new JsonFieldError('must be base64');
        writer.tag(number, DELIMITED).bytes(Buffer.from(value, 'base64'));
    }
  }

  private bytesOfText(text: string): Buffer {
    const bytes = Buffer.from(text, 'utf8');
    if (!this.replaced && !/\p{Surrogate}/u.test(text)) return bytes;
    // Halves of surrogate pairs, and what was no UTF-8, have become U+FFFD by now.
    const parts = text
      .split(this.replaced ? /[\p{Surrogate}\ufffd]/u : /\p{Surrogate}/u)
      .map((part) => Buffer.from(part, 'utf8'));
    return Buffer.concat(parts.flatMap((part, at) => (at === 0 ? [part] : [Buffer.of(UNSTORABLE), part])));
  }
}

/** Names the field of a fault on its way out. */
function within(step: string | number, write: () => void): void {
  try {
    write();
  } catch (error) {
    if (error instanceof JsonFieldError) error.path.unshift(step);
    throw error;
  }
}

function camelCase(name: string): string {
  return name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
}

function enumNumber(numbers: Readonly<Record<string, string | number>>, value: unknown): number {
  const named = typeof value === 'string' && Object.hasOwn(numbers, value) ? numbers[value] : undefined;
  if (typeof named === 'number') return named;
  // A number that the enum lacks is as good as none: newer senders may have more.
  return Number(integer(value, -(2n ** 31n), 2n ** 31n - 1n));
}

function integer(value: unknown, smallest: bigint, largest: bigint): bigint {
  const isText = typeof value === 'string' && /^-?\d{1,20}$/.test(value);
  if (!isText && !(typeof value === 'number' && Number.isInteger(value))) throw new JsonFieldError('must be a whole number');
  const number = BigInt(value);
  if (number < smallest || number > largest) throw new JsonFieldError(`must be from ${smallest} to ${largest}`);
  return number;
}

function double(value: unknown): number {
  const special = SPECIAL_DOUBLES.get(value);
  if (special !== undefined) return special;
  const number = typeof value === 'string' && /^-?[\d.]+([eE][+-]?\d+)?$/.test(value) ? Number(value) : value;
  if (typeof number !== 'number' || Number.isNaN(number)) throw new JsonFieldError('must be a number');
  return number;
}
