import { BinaryWriter } from '@bufbuild/protobuf/wire';
import snappy from 'snappyjs';
import { JSON_TYPE, PROTOBUF_TYPE, SPAN_ID, TRACE_ID, protobufOf, requestOf } from '../support/otlp-requests.js';

/** A route that reads a body, with bodies that it takes. */
export interface FuzzedRoute {
  readonly method: 'POST' | 'PUT' | 'DELETE';
  readonly path: string;
  readonly type: string;
  readonly seeds: readonly Buffer[];
}

const json = (value: unknown): Buffer => Buffer.from(JSON.stringify(value));
const NDJSON_TYPE = 'application/x-ndjson';

const ROW = {
  time: '2024-01-02T03:04:05.678Z',
  level: 'error',
  msg: 'a',
  service: 's',
  trace_id: 't',
  span_id: 'u',
  n: [1, { a: 'b' }],
};
const ROWS = [json(ROW), json([ROW, ROW]), Buffer.from(`${JSON.stringify(ROW)}\n${JSON.stringify(ROW)}\n`)];
const TEXT = [Buffer.from('2024 a line\n  and its second\r\n\n2024 another')];
const PUSH = [
  json({ streams: [{ stream: { app: 'x', level: 'warn' }, values: [['1700000000123456789', 'line', { trace_id: 't' }]] }] }),
  json({ streams: [{ stream: {}, values: [['2024-01-01', 'line']] }, { values: [] }] }),
];
const COLUMNS = [
  json({
    columns: ['time', 'message', 'level'],
    data: [
      ['2024-01-01', 'm', 'info'],
      [null, 5],
    ],
  }),
];
const BULK = [
  Buffer.from(
    '{"create":{"_index":"i","_id":"1"}}\n{"@timestamp":"2024-01-01T00:00:00Z","message":"m","log":{"level":"warn"}}\n',
  ),
  Buffer.from('{"index":{}}\r\n{"a":1}\r\n{"delete":{"_id":"x"}}\r\n{"update":{}}\r\n{"doc":{}}\r\n'),
];

/** An export of one span with an exception, a link and values of all kinds, as OTLP/JSON. */
const TRACES = {
  resourceSpans: [
    {
      resource: { attributes: [{ key: 'service.name', value: { stringValue: 'shop' } }] },
      scopeSpans: [
        {
          scope: { name: 'lib', version: '1' },
          spans: [
            {
              traceId: TRACE_ID,
              spanId: SPAN_ID,
              parentSpanId: '00f067aa0ba902b7',
              name: 'pay',
              kind: 2,
              startTimeUnixNano: '1700000000123456789',
              endTimeUnixNano: '1700000000223456789',
              attributes: [
                { key: 'a', value: { kvlistValue: { values: [{ key: 'b', value: { arrayValue: { values: [{}] } } }] } } },
                { key: 'c', value: { bytesValue: 'AAE=' } },
                { key: 'd', value: { doubleValue: 1.5 } },
              ],
              events: [
                {
                  timeUnixNano: '1700000000200000000',
                  name: 'exception',
                  attributes: [{ key: 'exception.type', value: { stringValue: 'Error' } }],
                },
              ],
              links: [{ traceId: TRACE_ID, spanId: SPAN_ID }],
              status: { code: 2, message: 'failed' },
            },
          ],
        },
      ],
    },
  ],
};
const LOGS = requestOf({ body: 'a', attribute: 'b' }, { body: 'c' });
const linesOf = (request: object) => [Buffer.from(`${JSON.stringify(request)}\n${JSON.stringify(request)}\n`)];

/** The same span as protobuf, by the wire: the fields that receivers look into. */
function protoTraces(): Buffer {
  const text = (field: number, value: string) =>
    new BinaryWriter()
      .uint32(field * 8 + 2)
      .string(value)
      .finish();
  const part = (field: number, ...bytes: readonly Uint8Array[]) =>
    new BinaryWriter()
      .uint32(field * 8 + 2)
      .bytes(Buffer.concat(bytes))
      .finish();
  const entry = (key: string, value: string) => Buffer.concat([text(1, key), part(2, text(1, value))]);
  const ids = [part(1, Buffer.from(TRACE_ID, 'hex')), part(2, Buffer.from(SPAN_ID, 'hex'))];
  const times = new BinaryWriter().uint32(57).fixed64('1700000000123456789').uint32(65).fixed64('1700000000223456789').finish();
  const event = part(11, text(2, 'exception'), part(3, entry('exception.type', 'Error')));
  const span = part(2, ...ids, text(5, 'pay'), times, part(9, entry('a', 'b')), event, part(13, ...ids));
  return Buffer.from(part(1, part(1, part(1, entry('service.name', 'shop'))), part(2, span)));
}

function protoPush(): Buffer {
  const time = new BinaryWriter().uint32(8).int64(1_700_000_000).uint32(16).int32(5).finish();
  const metadata = new BinaryWriter().uint32(10).string('trace_id').uint32(18).string('t').finish();
  const entry = new BinaryWriter().uint32(10).bytes(time).uint32(18).string('line').uint32(26).bytes(metadata).finish();
  const stream = new BinaryWriter().uint32(10).string('{app="x",b=`c`}').uint32(18).bytes(entry).finish();
  return Buffer.from(new BinaryWriter().uint32(10).bytes(stream).finish());
}

export const LOKI_PROTOBUF: FuzzedRoute = {
  method: 'POST',
  path: '/loki/api/v1/push',
  type: 'application/x-protobuf',
  seeds: [Buffer.from(snappy.compress(protoPush()))],
};

/** Every route of ingest and of queries that reads a body. */
export const FUZZED_ROUTES: readonly FuzzedRoute[] = [
  { method: 'POST', path: '/api/v1/logs', type: JSON_TYPE, seeds: ROWS },
  { method: 'POST', path: '/api/v1/logs?service=a&start=%5E%5Cd', type: 'text/plain', seeds: [...TEXT, ...ROWS] },
  { method: 'POST', path: '/api/v1/logs', type: 'application/octet-stream', seeds: [...ROWS, ...TEXT, ...PUSH] },
  { method: 'POST', path: '/loki/api/v1/push', type: JSON_TYPE, seeds: PUSH },
  LOKI_PROTOBUF,
  { method: 'POST', path: '/api/push', type: JSON_TYPE, seeds: PUSH },
  { method: 'PUT', path: '/api/push', type: JSON_TYPE, seeds: PUSH },
  { method: 'POST', path: '/proton/v1/ingest/streams/s', type: JSON_TYPE, seeds: COLUMNS },
  { method: 'POST', path: '/v1/logs', type: JSON_TYPE, seeds: [json(LOGS), json([LOGS, LOGS])] },
  { method: 'POST', path: '/v1/logs', type: NDJSON_TYPE, seeds: linesOf(LOGS) },
  { method: 'POST', path: '/v1/logs', type: PROTOBUF_TYPE, seeds: [protobufOf('a', 'b')] },
  { method: 'POST', path: '/v1/traces', type: JSON_TYPE, seeds: [json(TRACES), json([TRACES, TRACES])] },
  { method: 'POST', path: '/v1/traces', type: NDJSON_TYPE, seeds: linesOf(TRACES) },
  { method: 'POST', path: '/v1/traces', type: PROTOBUF_TYPE, seeds: [protoTraces()] },
  { method: 'POST', path: '/_bulk', type: NDJSON_TYPE, seeds: BULK },
  { method: 'PUT', path: '/an-index/_bulk', type: 'application/vnd.elasticsearch+x-ndjson; compatible-with=8', seeds: BULK },
  { method: 'PUT', path: '/_index_template/t', type: JSON_TYPE, seeds: [json({ index_patterns: ['t-*'] })] },
  { method: 'DELETE', path: '/_ilm/policy/p', type: JSON_TYPE, seeds: [json({})] },
  { method: 'POST', path: '/api/v1/patterns/p/state', type: JSON_TYPE, seeds: [json({ state: 'resolved' })] },
];

/** Routes that read no body; their query is fuzzed. */
export const ASKED_ROUTES: readonly string[] = [
  '/',
  '/ready',
  '/readyz',
  '/metrics',
  '/api/health',
  '/proton/ping',
  '/loki/api/v1/status/buildinfo',
  '/_cluster/health',
  '/_license',
  '/_data_stream/d',
  '/api/v1/logs',
  '/api/v1/logs/histogram',
  '/api/v1/logs/fields',
  '/api/v1/traces/t',
  '/api/v1/traces/t/logs',
  '/api/v1/traces/t/spans',
  '/api/v1/traces/t/dag',
  '/api/v1/dags',
  '/api/v1/patterns',
  '/api/v1/patterns/p',
  '/api/v1/service-map',
  '/api/v1/status',
];
