import { json, type Operation } from '#platform';
import { DEDUPE, TAKING } from './taking.js';

const PROTOBUF = 'application/x-protobuf';

const common = {
  ...TAKING,
  description:
    'Protobuf, JSON, or one request a line of JSON; gzip, deflate, and zstd where Node has it. Answers and errors (google.rpc.Status) ' +
    'come in the encoding of the request. 200 once the good records are durable; partialSuccess counts those that were refused. ' +
    'OTLP_HTTP_PORT serves it too. Source: OpenTelemetry Protocol Specification, OTLP/HTTP.',
  parameters: [DEDUPE],
  otherTypes: [PROTOBUF],
  errors: json('RpcStatus'),
} as const;

const bodies = (schema: string) => [json(schema), { ...json(schema), type: 'application/x-ndjson' }, { type: PROTOBUF }];

/** OTLP/HTTP. */
export const OTLP_OPERATIONS: readonly Operation[] = [
  {
    ...common,
    path: '/v1/logs',
    id: 'exportOtlpLogs',
    summary: 'Sends log records of OpenTelemetry',
    body: bodies('ExportLogsRequest'),
    content: json('ExportLogsResponse'),
  },
  {
    ...common,
    path: '/v1/traces',
    id: 'exportOtlpTraces',
    summary: 'Sends spans of OpenTelemetry',
    body: bodies('ExportTraceRequest'),
    content: json('ExportTraceResponse'),
  },
];
