import { isObject } from '../records/clean-text.js';

/**
 * What loggers call the fields of a record, best first; `a.b` is a member of that name, or the member b of an object a.
 * Sources: protobuf-JSON of `logs.Log`, Elastic Common Schema, Datadog, OpenTelemetry's log4j/pino/winston instrumentation, pino, bunyan,
 * winston, zap, logrus, Python's logging.
 */
export const FIELD_NAMES = {
  traceId: ['traceId', 'trace_id', 'trace.id', 'dd.trace_id', 'traceID', 'traceid'],
  spanId: ['spanId', 'span_id', 'span.id', 'dd.span_id', 'spanID', 'spanid'],
  parentId: ['parentId', 'parent_id', 'parentSpanId', 'parent_span_id', 'parent.id', 'span.parent.id'],
  service: ['service', 'service.name', 'serviceName', 'service_name', 'dd.service', 'app', 'application'],
  message: ['message', 'msg', 'log', 'text', 'body'],
  level: ['level', 'severity', 'log.level', 'lvl', 'loglevel', 'levelname'],
  timestamp: ['timestamp', '@timestamp', 'time', 'ts', 'date', 'asctime'],
  traceparent: ['traceparent'],
  traceFlags: ['traceFlags', 'trace_flags'],
  severityNumber: ['severityNumber', 'severity_number'],
  severityText: ['severityText', 'severity_text'],
  observedTimestamp: ['observedTimestamp', 'observed_timestamp'],
  id: ['id'],
  scope: ['scope'],
  event: ['event'],
  resource: ['resource', 'resourceJson', 'resource_json'],
  attributes: ['attributes', 'attributesJson', 'attributes_json'],
} as const;

export type FieldName = keyof typeof FIELD_NAMES;

/** The names of each field, best first. */
export type FieldNames = Readonly<Record<FieldName, readonly string[]>>;

/** A value and the name that the sender gave it. */
export interface FoundField {
  readonly name: string;
  readonly value: unknown;
}

/** Reads fields of a row by any of their names, and knows which members are left over. */
export class RowFields {
  private readonly taken = new Set<string>();

  constructor(
    private readonly row: Readonly<Record<string, unknown>>,
    private readonly names: FieldNames,
  ) {}

  /**
   * The first of the field's names whose value is there and fits; its member counts as taken, of several with a value the
   * others stay attributes.
   */
  take(field: FieldName, fits: (value: unknown, name: string) => boolean): FoundField | null {
    for (const name of this.names[field]) {
      const found = this.find(name);
      if (found === null) {
        // Under the name of a field, an empty value says nothing.
        if (Object.hasOwn(this.row, name)) this.taken.add(name);
        continue;
      }
      if (!fits(found.value, name)) continue;
      if (found.member !== null) this.taken.add(found.member);
      return { name, value: found.value };
    }
    return null;
  }

  takeMember(name: string): void {
    this.taken.add(name);
  }

  /** What was not taken, in the order of the row. */
  rest(): readonly (readonly [string, unknown])[] {
    return Object.entries(this.row).filter(([name]) => !this.taken.has(name));
  }

  /** `member` is null where its object holds more, and so stays an attribute. */
  private find(name: string): { readonly value: unknown; readonly member: string | null } | null {
    const { row } = this;
    if (Object.hasOwn(row, name)) return isThere(row[name]) ? { value: row[name], member: name } : null;
    if (!name.includes('.')) return null;
    const [first = '', ...steps] = name.split('.');
    let value: unknown = Object.hasOwn(row, first) ? row[first] : undefined;
    let alone = true;
    for (const step of steps) {
      if (!isObject(value) || !Object.hasOwn(value, step)) return null;
      alone &&= Object.keys(value).length === 1;
      value = value[step];
    }
    return isThere(value) ? { value, member: alone ? first : null } : null;
  }
}

/** Loggers write null and empty texts for what they don't know. */
function isThere(value: unknown): boolean {
  return value !== undefined && value !== null && value !== '';
}
