import type { DescField, DescMessage, ScalarType } from '@bufbuild/protobuf';
import { BinaryReader, WireType } from '@bufbuild/protobuf/wire';
import { descriptorSet } from '../descriptor/descriptor-set.js';
import { defaultOfScalar, isDelimited, scalarReader, type Read } from './scalar-json.js';

/**
 * Serialized messages as protobuf-JSON (https://protobuf.dev/programming-guides/json/): camelCase names, fields with their
 * default value left out, 64-bit integers as strings, Struct as the JSON that it stands for.
 *
 * It goes from bytes to text by the descriptors, with no object between: what a gRPC client is sent and what a REST client
 * reads are the same bytes, a page of records costs no object for each, and keys such as `__proto__` are as good as any.
 * Input is what our own encoders wrote; bytes that are no such message make it throw.
 */

interface JsonField {
  /** `"traceId":` */
  readonly key: string;
  readonly shape: 'one' | 'list' | 'map';
  readonly read: Read;
  /** The JSON text that is left out; none for fields that know whether they were set. */
  readonly omitted: string | null;
  /** How an element of a list of numbers is written; null where elements are never packed. */
  readonly packed: boolean;
}

const STRUCT = 'google.protobuf.Struct';
const LIST_VALUE = 'google.protobuf.ListValue';
const VALUE = 'google.protobuf.Value';
/** Messages that protobuf-JSON writes in forms of their own and that no answer of ours holds so far. */
const UNSUPPORTED = /^google\.protobuf\.(?!Struct$|ListValue$|Value$)/;

const fieldsOf = new Map<DescMessage, ReadonlyMap<number, JsonField>>();

/**
 * A serialized message as protobuf-JSON text.
 * @param name full name of the message: `query.LogList`
 * @throws Error where the name is not known, or the message holds a well-known type other than Struct
 */
export function messageToJson(name: string, bytes: Uint8Array): string {
  return readMessage(messageNamed(name), new BinaryReader(bytes), bytes.length);
}

/** The elements of one repeated field of messages, one JSON text each. @param field its name in the .proto file */
export function* elementsToJson(name: string, field: string, bytes: Uint8Array): Generator<string, void> {
  const message = messageNamed(name);
  const wanted = message.fields.find((one) => one.name === field);
  if (wanted?.fieldKind !== 'list' || wanted.listKind !== 'message') throw new Error(`${name} has no list of messages ${field}`);
  const reader = new BinaryReader(bytes);
  while (reader.pos < reader.len) {
    const [number, type] = reader.tag();
    if (number !== wanted.number) reader.skip(type, number);
    else yield readMessage(wanted.message, reader, reader.uint32() + reader.pos);
  }
}

function messageNamed(name: string): DescMessage {
  const message = descriptorSet().registry.getMessage(name);
  if (message === undefined) throw new Error(`No message is called ${name}: run npm run generate.`);
  return message;
}

/** Reads a message up to `end`. A field that comes again is appended where it is a list or map, and replaced where it is not. */
function readMessage(message: DescMessage, reader: BinaryReader, end: number): string {
  const fields = jsonFields(message);
  const texts = new Map<JsonField, string[]>();
  while (reader.pos < end) {
    const [number, type] = reader.tag();
    const field = fields.get(number);
    if (field === undefined) reader.skip(type, number);
    else readField(field, type, reader, texts);
  }
  return printed(message, texts);
}

function readField(field: JsonField, type: WireType, reader: BinaryReader, texts: Map<JsonField, string[]>): void {
  const known = texts.get(field);
  const list = known ?? [];
  if (known === undefined) texts.set(field, list);
  if (field.shape === 'one') list[0] = field.read(reader);
  else if (field.packed && type === WireType.LengthDelimited) {
    for (const end = reader.uint32() + reader.pos; reader.pos < end;) list.push(field.read(reader));
  } else list.push(field.read(reader));
}

function printed(message: DescMessage, texts: ReadonlyMap<JsonField, readonly string[]>): string {
  const values = [...texts].map(([field, list]) => [field, valueOf(field, list)] as const);
  // These three are written as what they hold.
  if (message.typeName === STRUCT) return values[0]?.[1] ?? '{}';
  if (message.typeName === LIST_VALUE) return values[0]?.[1] ?? '[]';
  if (message.typeName === VALUE) return values.at(-1)?.[1] ?? 'null';
  return `{${values.flatMap(([{ key, omitted }, text]) => (text === omitted ? [] : [key + text])).join(',')}}`;
}

function valueOf({ shape }: JsonField, list: readonly string[]): string {
  return shape === 'one' ? (list[0] ?? '') : shape === 'list' ? `[${list.join(',')}]` : `{${list.join(',')}}`;
}

function jsonFields(message: DescMessage): ReadonlyMap<number, JsonField> {
  const known = fieldsOf.get(message);
  if (known !== undefined) return known;
  if (UNSUPPORTED.test(message.typeName)) throw new Error(`${message.typeName} can not be written as JSON yet.`);
  const fields = new Map(message.fields.map((field) => [field.number, jsonField(field)]));
  fieldsOf.set(message, fields);
  return fields;
}

function jsonField(field: DescField): JsonField {
  const key = `${JSON.stringify(field.jsonName)}:`;
  if (field.fieldKind === 'map') return { key, shape: 'map', read: entryReader(field), omitted: null, packed: false };
  if (field.fieldKind === 'list') {
    const packed = field.listKind === 'enum' || (field.listKind === 'scalar' && !isDelimited(field.scalar));
    return { key, shape: 'list', read: elementReader(field), omitted: null, packed };
  }
  const read = elementReader(field);
  // A member of a oneof, and a message, knows whether it was set.
  const implicit = field.oneof === undefined && field.fieldKind !== 'message' && !field.proto.proto3Optional;
  return { key, shape: 'one', read, omitted: implicit ? defaultOf(field) : null, packed: false };
}

function defaultOf(field: DescField & { readonly fieldKind: 'scalar' | 'enum' }): string {
  return field.fieldKind === 'enum' ? enumText(field.enum.value, 0) : defaultOfScalar(field.scalar);
}

/** What holds one value: a field of its own, an element of a list, a value of a map. */
interface Single {
  readonly scalar: ScalarType | undefined;
  readonly message: DescMessage | undefined;
  readonly enum: { readonly typeName: string; readonly value: Readonly<Record<number, { readonly name: string }>> } | undefined;
}

function elementReader({ scalar, message, enum: values }: Single): Read {
  if (message !== undefined) return (reader) => readMessage(message, reader, reader.uint32() + reader.pos);
  if (values?.typeName === 'google.protobuf.NullValue') return (reader) => (reader.int32(), 'null');
  if (values !== undefined) return (reader) => enumText(values.value, reader.int32());
  if (scalar === undefined) throw new Error('A field has no type.');
  return scalarReader(scalar);
}

function enumText(values: Readonly<Record<number, { readonly name: string }>>, number: number): string {
  const value = values[number];
  return value === undefined ? String(number) : JSON.stringify(value.name);
}

/** `"key":value` of a map's entry, whose key and value are its fields 1 and 2. */
function entryReader(field: DescField & { readonly fieldKind: 'map' }): Read {
  const readKey = scalarReader(field.mapKey);
  const readValue = elementReader(field);
  return (reader) => {
    let key = defaultOfScalar(field.mapKey);
    let value: string | null = null;
    for (const end = reader.uint32() + reader.pos; reader.pos < end;) {
      const [number, type] = reader.tag();
      if (number === 1) key = readKey(reader);
      else if (number === 2) value = readValue(reader);
      else reader.skip(type, number);
    }
    return `${key.startsWith('"') ? key : `"${key}"`}:${value ?? emptyValue(field)}`;
  };
}

function emptyValue(field: DescField & { readonly fieldKind: 'map' }): string {
  if (field.mapKind === 'message') return readMessage(field.message, new BinaryReader(new Uint8Array()), 0);
  return field.mapKind === 'enum' ? enumText(field.enum.value, 0) : defaultOfScalar(field.scalar);
}
