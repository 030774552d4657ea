import { formatInstant } from '#domain';
import {
  LogLevel,
  type AnyValue,
  type ExportLogsServiceRequest,
  type ExportTraceServiceRequest,
  type KeyValue,
  type OtlpLogRecord,
  type OtlpSpan,
} from '#proto';

/*
 * The mapping from OTLP to records, written once more as plainly as it goes, to hold the encoder against.
 * Integers that a double can't hold are texts here, on both sides.
 */

interface Cleaning {
  changed: boolean;
}

interface Shared {
  readonly service: string;
  readonly resource: unknown;
  readonly scope: string;
  readonly scopeAttributes: Readonly<Record<string, unknown>>;
  readonly changed: boolean;
}

type Scope = NonNullable<ExportLogsServiceRequest['resourceLogs'][number]['scopeLogs'][number]['scope']>;
type Resource = NonNullable<ExportLogsServiceRequest['resourceLogs'][number]['resource']>;

const ERROR = 17;

export function expectedLogs({ resourceLogs }: ExportLogsServiceRequest): object[] {
  return resourceLogs.flatMap(({ resource, scopeLogs }) =>
    scopeLogs.flatMap(({ scope, logRecords }) => logRecords.map((record) => expectedLog(record, sharedOf(resource, scope)))),
  );
}

export function expectedSpans({ resourceSpans }: ExportTraceServiceRequest): { spans: object[]; logs: object[] } {
  const all = resourceSpans.flatMap(({ resource, scopeSpans }) =>
    scopeSpans.flatMap(({ scope, spans }) => spans.map((span) => ({ span, shared: sharedOf(resource, scope) }))),
  );
  const taken = all.filter(({ span }) => hex(span.traceId, 16) !== '' && hex(span.spanId, 8) !== '');
  return {
    spans: taken.map(({ span, shared }) => expectedSpan(span, shared)),
    logs: taken.flatMap(({ span, shared }) =>
      span.events.filter(({ name }) => name === 'exception').map((event) => expectedException(event, span, shared)),
    ),
  };
}

function expectedLog(record: OtlpLogRecord, shared: Shared): object {
  const cleaning = { changed: shared.changed };
  const severity = record.severityNumber >= 1 && record.severityNumber <= 24 ? record.severityNumber : 0;
  const time = record.timeUnixNano === '0' ? record.observedTimeUnixNano : record.timeUnixNano;
  const body = record.body === undefined ? undefined : jsonOf(record.body, cleaning);
  const fields = {
    traceId: hex(record.traceId, 16),
    spanId: hex(record.spanId, 8),
    parentId: '',
    service: shared.service,
    message: body === undefined || body === null ? '' : body,
    timestamp: timeOf(time),
    observedTimestamp: timeOf(record.observedTimeUnixNano),
    severityNumber: severity,
    severityText: clean(record.severityText, cleaning),
    event: clean(record.eventName, cleaning),
    traceFlags: record.flags & 0xff,
    scope: shared.scope,
    resource: shared.resource,
  };
  const attributes = { ...objectOf(record.attributes, cleaning), ...shared.scopeAttributes, ...dropped('attributes', record) };
  return { ...fields, attributes: marked(attributes, cleaning), level: levelOf(severity, record.severityText) };
}

function expectedSpan(span: OtlpSpan, shared: Shared): object {
  const cleaning = { changed: shared.changed };
  const fields = {
    traceId: hex(span.traceId, 16),
    spanId: hex(span.spanId, 8),
    parentId: hex(span.parentSpanId, 8),
    service: shared.service,
    name: clean(span.name, cleaning),
    kind: span.kind,
    startTimestamp: timeOf(span.startTimeUnixNano),
    endTimestamp: timeOf(span.endTimeUnixNano),
    status: span.status?.code ?? 0,
    statusMessage: clean(span.status?.message ?? '', cleaning),
    traceState: clean(span.traceState, cleaning),
    traceFlags: span.flags & 0xff,
    scope: shared.scope,
    resource: shared.resource,
    links: span.links
      .filter((link) => hex(link.traceId, 16) !== '' && hex(link.spanId, 8) !== '')
      .map((link) => {
        const own = { changed: false };
        const attributes = { ...objectOf(link.attributes, own), ...dropped('attributes', link) };
        return { traceId: hex(link.traceId, 16), spanId: hex(link.spanId, 8), attributes: marked(attributes, own) };
      }),
    events: span.events.map((event) => {
      const own = { changed: false };
      const attributes = { ...objectOf(event.attributes, own), ...dropped('attributes', event) };
      const name = clean(event.name, own);
      return { timestamp: timeOf(event.timeUnixNano), name, attributes: marked(attributes, own) };
    }),
  };
  const counts = {
    ...dropped('attributes', span),
    ...(span.droppedEventsCount > 0 && { 'otel.dropped_events_count': span.droppedEventsCount }),
    ...(span.droppedLinksCount > 0 && { 'otel.dropped_links_count': span.droppedLinksCount }),
  };
  const attributes = { ...objectOf(span.attributes, cleaning), ...shared.scopeAttributes, ...counts };
  return { ...fields, attributes: marked(attributes, cleaning) };
}

function expectedException(event: OtlpSpan['events'][number], span: OtlpSpan, shared: Shared): object {
  const cleaning = { changed: shared.changed };
  const attributes = { ...objectOf(event.attributes, cleaning), ...shared.scopeAttributes, ...dropped('attributes', event) };
  const textOf = (name: string) => {
    const value = event.attributes.findLast((attribute) => attribute.key === name)?.value?.value;
    return value?.$case === 'stringValue' && value.value !== '' ? [clean(value.value, cleaning)] : [];
  };
  return {
    traceId: hex(span.traceId, 16),
    spanId: hex(span.spanId, 8),
    parentId: hex(span.parentSpanId, 8),
    service: shared.service,
    message: [...textOf('exception.type'), ...textOf('exception.message')].join(': ') || 'exception',
    level: LogLevel.ERROR,
    timestamp: timeOf(event.timeUnixNano),
    observedTimestamp: '',
    severityNumber: ERROR,
    severityText: '',
    event: 'exception',
    traceFlags: span.flags & 0xff,
    scope: shared.scope,
    resource: shared.resource,
    attributes: marked(attributes, cleaning),
  };
}

function sharedOf(resource: Resource | undefined, scope: Scope | undefined): Shared {
  const cleaning = { changed: false };
  const attributes = objectOf(resource?.attributes ?? [], cleaning);
  const service = attributes['service.name'];
  const ofResource = { ...attributes, ...(resource && dropped('attributes', resource)) };
  const version = clean(scope?.version ?? '', cleaning);
  const scopeAttributes = Object.entries(objectOf(scope?.attributes ?? [], cleaning)).map(
    ([name, value]) => [`otel.scope.${name}`, value] as const,
  );
  return {
    service: isText(resource?.attributes ?? []) && typeof service === 'string' && service !== '' ? service : 'unknown_service',
    resource: Object.keys(ofResource).length === 0 ? null : ofResource,
    scope: clean(scope?.name ?? '', cleaning),
    scopeAttributes: {
      ...(version !== '' && { 'otel.scope.version': version }),
      ...Object.fromEntries(scopeAttributes),
      ...(scope && scope.droppedAttributesCount > 0 && { 'otel.scope.dropped_attributes_count': scope.droppedAttributesCount }),
    },
    changed: cleaning.changed,
  };
}

/** Only a text names the service, not what JSON writes as one. */
function isText(attributes: readonly KeyValue[]): boolean {
  return attributes.findLast(({ key }) => key === 'service.name')?.value?.value?.$case === 'stringValue';
}

function dropped(what: string, { droppedAttributesCount }: { readonly droppedAttributesCount: number }): object {
  return droppedAttributesCount > 0 ? { [`otel.dropped_${what}_count`]: droppedAttributesCount } : {};
}

function marked(attributes: object, { changed }: Cleaning): object {
  return changed ? { ...attributes, 'rootspan.sanitized': 'true' } : attributes;
}

function levelOf(severity: number, text: string): LogLevel {
  const { TRACE, DEBUG, WARN, ERROR: error, FATAL, LOG_LEVEL_INFO } = LogLevel;
  if (severity > 0) return [TRACE, DEBUG, LOG_LEVEL_INFO, WARN, error, FATAL][Math.ceil(severity / 4) - 1] ?? LOG_LEVEL_INFO;
  const words: Readonly<Record<string, LogLevel>> = { ERROR: error, warn: WARN, DEBUG3: DEBUG, Critical: FATAL };
  return words[text] ?? LOG_LEVEL_INFO;
}

function hex(id: Buffer, length: number): string {
  return id.length === length && id.some((byte) => byte !== 0) ? id.toString('hex') : '';
}

function timeOf(nanos: string): string {
  if (nanos === '0') return '';
  return formatInstant({ seconds: Number(BigInt(nanos) / 1_000_000_000n), nanos: Number(BigInt(nanos) % 1_000_000_000n) });
}

function clean(text: string, cleaning: Cleaning): string {
  if (text.includes('\0')) cleaning.changed = true;
  return text.replaceAll('\0', '\ufffd');
}

function objectOf(attributes: readonly KeyValue[], cleaning: Cleaning): Record<string, unknown> {
  return Object.fromEntries(
    attributes.map(({ key, value }) => [clean(key, cleaning), value === undefined ? null : jsonOf(value, cleaning)]),
  );
}

/** Long numbers as texts of a kind of their own, since JSON.parse would round them. */
function jsonOf({ value }: AnyValue, cleaning: Cleaning): unknown {
  switch (value?.$case) {
    case undefined:
      return null;
    case 'stringValue':
      return clean(value.value, cleaning);
    case 'boolValue':
      return value.value;
    case 'intValue':
      return Number.isSafeInteger(Number(value.value)) && value.value.length < 16 ? Number(value.value) : value.value;
    case 'doubleValue':
      return Number.isFinite(value.value) ? value.value : String(value.value);
    case 'bytesValue':
      return value.value.toString('base64');
    case 'arrayValue':
      return value.value.values.map((element) => jsonOf(element, cleaning));
    case 'kvlistValue':
      return objectOf(value.value.values, cleaning);
  }
}
