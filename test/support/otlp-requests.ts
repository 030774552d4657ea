import { ExportLogsServiceRequest } from '#proto';

export const LOGS_EXPORT = '/opentelemetry.proto.collector.logs.v1.LogsService/Export';
export const JSON_TYPE = 'application/json';
export const PROTOBUF_TYPE = 'application/x-protobuf';
export const TRACE_ID = '5b8aa5a2d2c872e8321cf37308d69df2';
export const SPAN_ID = '051581bf3cb55c13';

export interface RecordJson {
  readonly body: string;
  readonly time?: string | number;
  readonly attribute?: string;
}

/** An export request as OTLP/JSON. */
export function requestOf(...records: readonly RecordJson[]): object {
  const logRecords = records.map(({ body, time = '1700000000123456789', attribute }) => ({
    timeUnixNano: time,
    severityText: 'Warning',
    body: { stringValue: body },
    traceId: TRACE_ID,
    spanId: SPAN_ID,
    attributes: attribute === undefined ? [] : [{ key: 'a', value: { stringValue: attribute } }],
  }));
  const resource = { attributes: [{ key: 'service.name', value: { stringValue: 'shop' } }] };
  return { resourceLogs: [{ resource, scopeLogs: [{ logRecords }] }] };
}

/** The same as protobuf, by the generated codec. */
export function protobufOf(...bodies: readonly string[]): Buffer {
  const logRecords = bodies.map((body) => ({
    ...EMPTY_RECORD,
    timeUnixNano: '1700000000123456789',
    body: { value: { $case: 'stringValue' as const, value: body } },
  }));
  const request = {
    resourceLogs: [{ resource: undefined, scopeLogs: [{ scope: undefined, logRecords, schemaUrl: '' }], schemaUrl: '' }],
  };
  return Buffer.from(ExportLogsServiceRequest.encode(request).finish());
}

const EMPTY_RECORD = {
  observedTimeUnixNano: '0',
  severityNumber: 0,
  severityText: '',
  attributes: [],
  droppedAttributesCount: 0,
  flags: 0,
  traceId: Buffer.alloc(0),
  spanId: Buffer.alloc(0),
  eventName: '',
};

/** How a request of OTLP/HTTP was answered. */
export interface PostedExport {
  readonly status: number;
  readonly type: string | null;
  readonly retryAfter: string | null;
  readonly body: Buffer;
}

/** @param address host:port */
export async function postExport(
  address: string,
  body: string | Buffer,
  type = JSON_TYPE,
  { path = '/v1/logs', ...headers }: Readonly<Record<string, string>> = {},
): Promise<PostedExport> {
  const response = await fetch(`http://${address}${path}`, {
    method: 'POST',
    headers: { 'content-type': type, ...headers },
    body: typeof body === 'string' ? body : new Uint8Array(body),
  });
  return {
    status: response.status,
    type: response.headers.get('content-type'),
    retryAfter: response.headers.get('retry-after'),
    body: Buffer.from(await response.arrayBuffer()),
  };
}
