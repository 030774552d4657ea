import fc from 'fast-check';
import {
  SeverityNumber,
  Span_SpanKind as SpanKind,
  Status_StatusCode as StatusCode,
  type AnyValue,
  type ExportLogsServiceRequest,
  type ExportTraceServiceRequest,
  type KeyValue,
  type OtlpLogRecord,
  type OtlpSpan,
} from '#proto';

/** A text as protobuf lets it be, U+0000 included; no halves of surrogate pairs. */
const text = fc.oneof(fc.string({ unit: 'binary', maxLength: 20 }), fc.constantFrom('', 'a "quoted" \\ line\n', 'ünï 漢字 🚀'));
const key = fc.oneof(fc.string({ unit: 'binary', maxLength: 8 }), fc.constantFrom('user.id', 'http.method')).filter(isPlain);
const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length }).map((array) => Buffer.from(array));
const nanos = fc.oneof(
  fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
  fc.constantFrom(0n, 1n, 999_999_999n, 1_700_000_000_000_000_000n, 1_700_000_000_123_456_789n),
);
const int64 = fc.oneof(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), fc.constantFrom(0n, -1n, 2n ** 53n + 1n));
const uint32 = fc.oneof(fc.constant(0), fc.nat({ max: 0xffffffff }));
/** Of few digits: JSON texts are read back with long numbers as texts. */
const double = fc.oneof(
  fc.integer({ min: -1_000_000, max: 1_000_000 }).map((number) => number / 8),
  fc.constantFrom(1.5e-7, -1e300, 5e-324, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY),
);

/** Keys that an object of JavaScript can't have as any other. */
function isPlain(name: string): boolean {
  return name !== '__proto__';
}

const { anyValue } = fc.letrec<{ readonly anyValue: AnyValue }>((tie) => ({
  anyValue: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    { weight: 4, arbitrary: text.map((value): AnyValue => ({ value: { $case: 'stringValue', value } })) },
    fc.constant<AnyValue>({ value: undefined }),
    fc.boolean().map((value): AnyValue => ({ value: { $case: 'boolValue', value } })),
    int64.map((value): AnyValue => ({ value: { $case: 'intValue', value: String(value) } })),
    double.map((value): AnyValue => ({ value: { $case: 'doubleValue', value } })),
    fc.uint8Array({ maxLength: 9 }).map((value): AnyValue => ({ value: { $case: 'bytesValue', value: Buffer.from(value) } })),
    fc
      .array(tie('anyValue'), { maxLength: 3 })
      .map((values): AnyValue => ({ value: { $case: 'arrayValue', value: { values } } })),
    keyValues(tie('anyValue')).map((values): AnyValue => ({ value: { $case: 'kvlistValue', value: { values } } })),
  ),
}));

/** Each name once, also after U+0000 has become U+FFFD. */
function keyValues(value: fc.Arbitrary<AnyValue>): fc.Arbitrary<KeyValue[]> {
  return fc.uniqueArray(fc.record({ key, value }), { maxLength: 4, selector: (entry) => entry.key.replaceAll('\0', '\ufffd') });
}

/** Numbers that the enum lacks may come all the same. */
const UNKNOWN_SEVERITIES = [25, 1_000, -1] as readonly number[] as readonly SeverityNumber[];

const attributes = keyValues(anyValue);
/** Sometimes there is none, or one of a length that is wrong. */
const id = (length: number) =>
  fc.oneof({ weight: 3, arbitrary: bytes(length) }, bytes(0), bytes(5), fc.constant(Buffer.alloc(length)));

const resource = fc.option(
  fc.record({
    attributes: fc
      .tuple(attributes, fc.option(anyValue))
      .map(([others, name]) => (name === null ? others : [...others, { key: 'service.name', value: name }])),
    droppedAttributesCount: uint32,
  }),
  { nil: undefined },
);
const scope = fc.option(fc.record({ name: text, version: text, attributes, droppedAttributesCount: uint32 }), { nil: undefined });

const logRecord: fc.Arbitrary<OtlpLogRecord> = fc.record({
  timeUnixNano: nanos.map(String),
  observedTimeUnixNano: nanos.map(String),
  severityNumber: fc.constantFrom<SeverityNumber>(...numbersOf(SeverityNumber), ...UNKNOWN_SEVERITIES),
  severityText: fc.constantFrom('', 'ERROR', 'warn', 'DEBUG3', 'Critical', 'odd\0'),
  body: fc.option(anyValue, { nil: undefined }),
  attributes,
  droppedAttributesCount: uint32,
  flags: uint32,
  traceId: id(16),
  spanId: id(8),
  eventName: text,
});

const span: fc.Arbitrary<OtlpSpan> = fc.record({
  traceId: id(16),
  spanId: id(8),
  traceState: text,
  parentSpanId: id(8),
  name: text,
  kind: fc.constantFrom<SpanKind>(...numbersOf(SpanKind)),
  startTimeUnixNano: nanos.map(String),
  endTimeUnixNano: nanos.map(String),
  attributes,
  droppedAttributesCount: uint32,
  events: fc.array(
    fc.record({
      timeUnixNano: nanos.map(String),
      name: fc.oneof(text, fc.constant('exception')),
      attributes: fc
        .tuple(attributes, fc.option(anyValue), fc.option(anyValue))
        .map(([others, type, message]) => [
          ...others,
          ...(type === null ? [] : [{ key: 'exception.type', value: type }]),
          ...(message === null ? [] : [{ key: 'exception.message', value: message }]),
        ]),
      droppedAttributesCount: uint32,
    }),
    { maxLength: 3 },
  ),
  droppedEventsCount: uint32,
  links: fc.array(
    fc.record({
      traceId: id(16),
      spanId: id(8),
      traceState: text,
      attributes,
      droppedAttributesCount: uint32,
      flags: uint32,
    }),
    { maxLength: 2 },
  ),
  droppedLinksCount: uint32,
  status: fc.option(fc.record({ message: text, code: fc.constantFrom<StatusCode>(...numbersOf(StatusCode)) }), {
    nil: undefined,
  }),
  flags: uint32,
});

/** Requests that the OTLP specification allows, odd ones included. */
export const exportLogsRequest: fc.Arbitrary<ExportLogsServiceRequest> = fc.record({
  resourceLogs: fc.array(
    fc.record({
      resource,
      scopeLogs: fc.array(fc.record({ scope, logRecords: fc.array(logRecord, { maxLength: 3 }), schemaUrl: text }), {
        maxLength: 2,
      }),
      schemaUrl: text,
    }),
    { maxLength: 2 },
  ),
});

export const exportTraceRequest: fc.Arbitrary<ExportTraceServiceRequest> = fc.record({
  resourceSpans: fc.array(
    fc.record({
      resource,
      scopeSpans: fc.array(fc.record({ scope, spans: fc.array(span, { maxLength: 2 }), schemaUrl: text }), { maxLength: 2 }),
      schemaUrl: text,
    }),
    { maxLength: 2 },
  ),
});

function numbersOf<T extends number>(names: Readonly<Record<string, string | T>>): T[] {
  return Object.values(names).filter((value): value is T => typeof value === 'number' && value >= 0);
}
