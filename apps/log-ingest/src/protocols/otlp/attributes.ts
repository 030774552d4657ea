import { WireBuffer, WireCursor } from '#proto';
import { StorableText } from './storable-text.js';
import { ValueJson, writeAscii } from './value-json.js';
import { ValueKind, WireEntry, WireValue } from './wire-value.js';
import { SANITIZED } from '../records/clean-text.js';

/** `logs.Log.attributes`, and what an entry of the map holds. */
const ATTRIBUTES = 8;
const KEY = (1 << 3) | 2;
const VALUE = (2 << 3) | 2;
const NO_BYTES = Buffer.alloc(0);

/**
 * Turns the KeyValues of one record into attributes: texts into entries of `logs.Log.attributes`, whose bytes are copied
 * as they are; all else into members of a JSON object (attributes_json), where types are kept. Spans have the object only.
 */
export class AttributeWriter {
  private readonly cursor = new WireCursor();
  private readonly text = new StorableText();
  private readonly members = new WireBuffer();
  private readonly json: ValueJson;
  private readonly entry = new WireEntry();
  private readonly value = new WireValue();
  private body: Buffer = NO_BYTES;

  constructor() {
    this.json = new ValueJson(this.cursor, this.members, this.text);
  }

  /** @param body the request that all ranges are of, from now on */
  open(body: Buffer): void {
    this.body = body;
    this.cursor.open(body, 0, body.length);
  }

  /** Starts the next record. */
  begin(): void {
    this.members.clear();
    this.text.changed = false;
  }

  /** A KeyValue: an entry in `out` where it is a text, else a member. @throws TooDeepError, RootspanError INVALID_ARGUMENT */
  attribute(out: WireBuffer, start: number, end: number): void {
    const { cursor, entry, value, body } = this;
    entry.read(cursor, start, end);
    value.read(cursor, entry.valueStart, entry.valueEnd);
    if (value.kind !== ValueKind.text) return this.member(start, end);
    out.reserve(24 + (entry.keyEnd - entry.keyStart + (value.end - value.start)) * 3);
    const from = out.open(ATTRIBUTES);
    const key = this.text.read(body, entry.keyStart, entry.keyEnd);
    out.byte(KEY);
    out.varint(key.length);
    out.raw(key.bytes, key.start, key.end);
    const text = this.text.read(body, value.start, value.end);
    out.byte(VALUE);
    out.varint(text.length);
    out.raw(text.bytes, text.start, text.end);
    out.close(from);
  }

  /** A KeyValue as a member of the JSON object, whatever its type. @throws as `attribute` does */
  member(start: number, end: number): void {
    this.separate();
    this.json.member(start, end);
  }

  /** Members that were written as JSON before. */
  rawMembers(members: Buffer): void {
    if (members.length === 0) return;
    this.separate();
    this.members.reserve(members.length);
    this.members.raw(members, 0, members.length);
  }

  /** How many of something the sender has left out; nothing where none. Named as in the specification's other exporters. */
  dropped(what: 'attributes' | 'events' | 'links', count: number): void {
    if (count > 0) this.own(`otel.dropped_${what}_count`, String(count));
  }

  /** Marks the record where some of its text was changed, here or in what it shares with others. */
  sanitized(elsewhere: boolean): void {
    if (elsewhere || this.text.changed) this.own(SANITIZED, '"true"');
  }

  /** The value of a KeyValue with this name where it is a text that is not empty; null otherwise. */
  textOf(name: string, start: number, end: number): string | null {
    const { cursor, entry, value, body } = this;
    entry.read(cursor, start, end);
    if (body.toString('utf8', entry.keyStart, entry.keyEnd) !== name) return null;
    value.read(cursor, entry.valueStart, entry.valueEnd);
    return value.kind === ValueKind.text && value.end > value.start
      ? this.text.read(body, value.start, value.end).toString()
      : null;
  }

  /** Writes the object as a field; nothing where it has no member. */
  writeObject(out: WireBuffer, field: number): void {
    const { members } = this;
    if (members.length === 0) return;
    out.reserve(members.length + 12);
    out.tag(field, 2);
    out.varint(members.length + 2);
    out.byte(0x7b);
    out.raw(members.bytes, 0, members.length);
    out.byte(0x7d);
  }

  private own(name: string, json: string): void {
    this.separate();
    writeAscii(this.members, `"${name}":${json}`);
  }

  private separate(): void {
    if (this.members.length > 0) writeAscii(this.members, ',');
  }
}
