import { Log, WireBuffer, WireCursor, type RecordLimits } from '#proto';
import type { OriginRange } from './export-index.js';
import { StorableText } from './storable-text.js';
import { TooDeepError, ValueJson } from './value-json.js';
import { checkWire, delimited, eachMessage, type WireRange } from './wire-fields.js';
import { ValueKind, WireEntry, WireValue } from './wire-value.js';

/** What OpenTelemetry calls the service where no resource names it. */
export const UNKNOWN_SERVICE = 'unknown_service';

const EMPTY_LOG = Log.decode(new Uint8Array(0));
const DROPPED_OF_RESOURCE = 2 << 3;
const DROPPED_OF_SCOPE = 4 << 3;
const SCOPE_NAME = delimited(1);
const SCOPE_VERSION = delimited(2);
const SCOPE_ATTRIBUTES = 3;
const RESOURCE_ATTRIBUTES = 1;

/** What the records of one resource and scope share, ready to be written with each of them. */
export interface Origin {
  readonly service: Buffer;
  /** Text of a JSON object; empty where the resource says nothing. */
  readonly resourceJson: Buffer;
  readonly scopeName: Buffer;
  /** The scope's version and attributes, named `otel.scope.*`: texts as entries of `logs.Log.attributes`, ... */
  readonly scopeEntries: Buffer;
  /** ... the others as members of a JSON object, without its braces ... */
  readonly scopeMembers: Buffer;
  /** ... and all of them so. */
  readonly allScopeMembers: Buffer;
  /** Some text of it had to be changed to be stored. */
  readonly sanitized: boolean;
  /** Why none of its records can be taken; null where they can. */
  readonly fault: { readonly field: string; readonly reason: string } | null;
}

type OfResource = Pick<Origin, 'service' | 'resourceJson' | 'fault' | 'sanitized'>;
type OfScope = Omit<Origin, 'service' | 'resourceJson'>;

/** Reads what records share; a resource that many scopes share is read once. */
export class OriginReader {
  private readonly cursor = new WireCursor();
  private readonly out = new WireBuffer();
  private readonly text = new StorableText();
  private readonly json: ValueJson;
  private readonly entry = new WireEntry();
  private readonly value = new WireValue();
  private last: { readonly range: WireRange; readonly resource: OfResource } | null = null;

  private body: Buffer = Buffer.alloc(0);

  constructor(private readonly limits: RecordLimits) {
    this.json = new ValueJson(this.cursor, this.out, this.text);
  }

  /** @param body the request that all ranges are of, from now on */
  open(body: Buffer): void {
    this.body = body;
    this.last = null;
    this.cursor.open(body, 0, body.length);
  }

  /** @throws RootspanError INVALID_ARGUMENT */
  read({ resource, scope }: OriginRange): Origin {
    if (this.last?.range !== resource)
      this.last = { range: resource, resource: this.within('resource', resource, this.resource) };
    const ofResource = this.last.resource;
    const ofScope = this.within('scope', scope, this.scope);
    return {
      ...ofScope,
      ...ofResource,
      sanitized: ofResource.sanitized || ofScope.sanitized,
      fault: ofResource.fault ?? ofScope.fault,
    };
  }

  /** Reads what is not too large: it is written with each record, so its size is looked at before. */
  private within<T>(field: string, range: WireRange, read: (range: WireRange, fault: Origin['fault']) => T): T {
    const size = range.end - range.start;
    const { attributesBytes } = this.limits;
    this.text.changed = false;
    if (size > attributesBytes) {
      const fault = { field, reason: `has ${size} bytes: at most ${attributesBytes} are taken` };
      return read.call(this, { start: 0, end: 0 }, fault);
    }
    try {
      return read.call(this, range, null);
    } catch (error) {
      if (!(error instanceof TooDeepError)) throw error;
      return read.call(this, { start: 0, end: 0 }, { field, reason: 'is nested too deep: write less deep' });
    }
  }

  private resource(range: WireRange, fault: Origin['fault']): OfResource {
    let service = UNKNOWN_SERVICE;
    const members = new Map<string, string>();
    this.attributes(range, RESOURCE_ATTRIBUTES, (name, json, isText) => {
      members.set(name, json);
      if (name === 'service.name') service = (isText && textOfJson(json)) || UNKNOWN_SERVICE;
    });
    this.dropped(range, DROPPED_OF_RESOURCE, (count) => members.set('otel.dropped_attributes_count', String(count)));
    const text = members.size === 0 ? '' : `{${membersText(members)}}`;
    return { service: Buffer.from(service), resourceJson: Buffer.from(text), sanitized: this.text.changed, fault };
  }

  private scope(range: WireRange, fault: Origin['fault']): OfScope {
    let name = '';
    const texts = new Map<string, string>();
    const others = new Map<string, string>();
    this.fields(range, (tag, start, end) => {
      if (tag === SCOPE_NAME) name = this.text.read(this.body, start, end).toString();
      else if (tag === SCOPE_VERSION && end > start) {
        texts.set('otel.scope.version', this.text.read(this.body, start, end).toString());
      }
    });
    this.attributes(range, SCOPE_ATTRIBUTES, (attribute, json, isText) => {
      if (isText) texts.set(`otel.scope.${attribute}`, textOfJson(json));
      else others.set(`otel.scope.${attribute}`, json);
    });
    this.dropped(range, DROPPED_OF_SCOPE, (count) => others.set('otel.scope.dropped_attributes_count', String(count)));
    const entries = texts.size === 0 ? [] : Log.encode({ ...EMPTY_LOG, attributes: Object.fromEntries(texts) }).finish();
    const textMembers = new Map([...texts].map(([key, text]) => [key, JSON.stringify(text)] as const));
    return {
      scopeName: Buffer.from(name),
      scopeEntries: Buffer.from(entries),
      scopeMembers: Buffer.from(membersText(others)),
      allScopeMembers: Buffer.from(membersText(new Map([...textMembers, ...others]))),
      sanitized: this.text.changed,
      fault,
    };
  }

  /** Each attribute with the JSON text of its value. */
  private attributes(range: WireRange, field: number, take: (name: string, json: string, isText: boolean) => void): void {
    eachMessage(this.cursor, range, field, (start, end) => {
      const { keyStart, keyEnd, valueStart, valueEnd } = this.entry.read(this.cursor, start, end);
      const name = this.text.read(this.body, keyStart, keyEnd).toString();
      const isText = this.value.read(this.cursor, valueStart, valueEnd).kind === ValueKind.text;
      this.out.clear();
      this.json.write(valueStart, valueEnd);
      take(name, this.out.bytes.toString('utf8', 0, this.out.length), isText);
    });
  }

  private dropped(range: WireRange, field: number, take: (count: number) => void): void {
    let count = 0;
    this.fields(range, (tag, _start, _end, number) => {
      if (tag === field) count = number;
    });
    if (count > 0) take(count);
  }

  private fields({ start, end }: WireRange, visit: (tag: number, start: number, end: number, number: number) => void): void {
    const { cursor } = this;
    cursor.pos = start;
    cursor.end = end;
    while (cursor.pos < end) {
      const tag = cursor.tag();
      if ((tag & 7) === 2) {
        const fieldEnd = cursor.lengthEnd();
        visit(tag, cursor.pos, fieldEnd, 0);
        cursor.pos = fieldEnd;
      } else if ((tag & 7) === 0 && cursor.fault === null) visit(tag, 0, 0, cursor.varint());
      else if (cursor.fault === null) cursor.skip(tag);
    }
    checkWire(cursor);
  }
}

function membersText(members: ReadonlyMap<string, string>): string {
  return [...members].map(([name, json]) => `${JSON.stringify(name)}:${json}`).join(',');
}

/** The text that a JSON string stands for. */
function textOfJson(json: string): string {
  return JSON.parse(json) as string;
}
