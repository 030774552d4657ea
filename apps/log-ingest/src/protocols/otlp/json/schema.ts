import { SeverityNumber, Span_SpanKind as SpanKind, Status_StatusCode as StatusCode } from '#proto';

/** How a field's value is written in OTLP/JSON, and so how it is read. */
export type FieldKind =
  | 'text'
  | 'bool'
  /** 64 bits, signed, as a number or as digits. */
  | 'int64'
  /** 64 bits, unsigned. */
  | 'fixed64'
  | 'uint32'
  | 'fixed32'
  | 'double'
  /** Trace and span ids: hex, unlike all other bytes. */
  | 'hex'
  | 'base64';

/** Names of an enum's values and their numbers. */
export type EnumNumbers = Readonly<Record<string, string | number>>;

export interface JsonField {
  readonly number: number;
  readonly kind: FieldKind | { readonly numbers: EnumNumbers } | { readonly message: () => JsonMessage };
  readonly isList?: true;
}

/** The fields of a message by their names in lowerCamelCase. */
export type JsonMessage = ReadonlyMap<string, JsonField>;

const one = (number: number, kind: FieldKind | EnumNumbers): JsonField => ({
  number,
  kind: typeof kind === 'string' ? kind : { numbers: kind },
});
const nested = (number: number, message: () => JsonMessage): JsonField => ({ number, kind: { message } });
const list = (number: number, message: () => JsonMessage): JsonField => ({ ...nested(number, message), isList: true });
const messageOf = (fields: Readonly<Record<string, JsonField>>): JsonMessage => new Map(Object.entries(fields));

const arrayValue = messageOf({ values: list(1, () => ANY_VALUE) });
const keyValueList = messageOf({ values: list(1, () => keyValue) });
const keyValue = messageOf({ key: one(1, 'text'), value: nested(2, () => ANY_VALUE) });

/** The one message that holds itself, and whose depth is counted. */
export const ANY_VALUE = messageOf({
  stringValue: one(1, 'text'),
  boolValue: one(2, 'bool'),
  intValue: one(3, 'int64'),
  doubleValue: one(4, 'double'),
  arrayValue: nested(5, () => arrayValue),
  kvlistValue: nested(6, () => keyValueList),
  bytesValue: one(7, 'base64'),
});

const attributes = (number: number) => ({ attributes: list(number, () => keyValue) });
const dropped = (number: number) => ({ droppedAttributesCount: one(number, 'uint32') });

const resource = messageOf({ ...attributes(1), ...dropped(2) });
const scope = messageOf({ name: one(1, 'text'), version: one(2, 'text'), ...attributes(3), ...dropped(4) });

const logRecord = messageOf({
  timeUnixNano: one(1, 'fixed64'),
  severityNumber: one(2, SeverityNumber),
  severityText: one(3, 'text'),
  body: nested(5, () => ANY_VALUE),
  ...attributes(6),
  ...dropped(7),
  flags: one(8, 'fixed32'),
  traceId: one(9, 'hex'),
  spanId: one(10, 'hex'),
  observedTimeUnixNano: one(11, 'fixed64'),
  eventName: one(12, 'text'),
});

const event = messageOf({ timeUnixNano: one(1, 'fixed64'), name: one(2, 'text'), ...attributes(3), ...dropped(4) });
const link = messageOf({
  traceId: one(1, 'hex'),
  spanId: one(2, 'hex'),
  traceState: one(3, 'text'),
  ...attributes(4),
  ...dropped(5),
  flags: one(6, 'fixed32'),
});
const status = messageOf({ message: one(2, 'text'), code: one(3, StatusCode) });

const span = messageOf({
  traceId: one(1, 'hex'),
  spanId: one(2, 'hex'),
  traceState: one(3, 'text'),
  parentSpanId: one(4, 'hex'),
  name: one(5, 'text'),
  kind: one(6, SpanKind),
  startTimeUnixNano: one(7, 'fixed64'),
  endTimeUnixNano: one(8, 'fixed64'),
  ...attributes(9),
  ...dropped(10),
  events: list(11, () => event),
  droppedEventsCount: one(12, 'uint32'),
  links: list(13, () => link),
  droppedLinksCount: one(14, 'uint32'),
  status: nested(15, () => status),
  flags: one(16, 'fixed32'),
});

const recordsOf = (ofResource: string, ofScope: string, records: string, record: JsonMessage): JsonMessage => {
  const inScope = messageOf({ scope: nested(1, () => scope), [records]: list(2, () => record) });
  const inResource = messageOf({ resource: nested(1, () => resource), [ofScope]: list(2, () => inScope) });
  return messageOf({ [ofResource]: list(1, () => inResource) });
};

/** ExportLogsServiceRequest; LogsData is the same. */
export const EXPORT_LOGS = recordsOf('resourceLogs', 'scopeLogs', 'logRecords', logRecord);
/** ExportTraceServiceRequest; TracesData is the same. */
export const EXPORT_TRACES = recordsOf('resourceSpans', 'scopeSpans', 'spans', span);
