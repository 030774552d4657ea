import { json, ndjson, type ApiPart, type Operation } from '#platform';
import { LOG_OPERATIONS } from './log-operations.js';
import { EXPORT, PAGE, PAGE_TOKEN, TRACE_ID } from './parameters.js';
import { PATTERN_OPERATIONS } from './pattern-operations.js';
import { QUERY_SCHEMAS } from './query-schemas.js';

const UNKNOWN_TRACE = 'No record and no span of the trace is stored.';
const NO_DAG =
  'No record and no span of the trace is stored (code not_found.trace), it has no error (not_found.dag), or its DAG is being built (not_found.dag_pending, with Retry-After).';

const asking = { method: 'get', parameters: [], tagged: false, asksStore: true } as const;

function picture(format: string, id: string, name: string, type: string): Operation {
  return {
    ...asking,
    path: `/api/v1/traces/{traceId}/dag.${format}`,
    id,
    group: 'Traces',
    summary: `The error DAG of a trace as ${name}`,
    description:
      'The error path and the causes are marked. Of a DAG of more than 200 spans, some stand in groups, healthy branches first.',
    parameters: [TRACE_ID],
    content: { type },
    tagged: true,
    notFound: NO_DAG,
  };
}

/** Every operation, in the order in which the document and the page show them. */
const OPERATIONS: readonly Operation[] = [
  ...LOG_OPERATIONS,
  {
    ...asking,
    path: '/api/v1/traces/{traceId}',
    id: 'getTrace',
    group: 'Traces',
    summary: 'A trace at a glance: counts, services, times, and its error DAG',
    parameters: [TRACE_ID],
    content: json('Trace'),
    notFound: UNKNOWN_TRACE,
  },
  {
    ...asking,
    path: '/api/v1/traces/{traceId}/logs',
    id: 'getLogsByTraceId',
    group: 'Traces',
    summary: 'The records of a trace, oldest first',
    description: 'The same as the rpc GetLogsByTraceId.',
    parameters: [TRACE_ID, ...PAGE],
    content: json('LogList'),
    notFound: UNKNOWN_TRACE,
  },
  {
    ...asking,
    path: '/api/v1/traces/{traceId}/logs/export',
    id: 'exportTraceLogs',
    group: 'Traces',
    summary: 'All records of a trace as NDJSON, oldest first',
    description: EXPORT,
    parameters: [TRACE_ID, PAGE_TOKEN],
    content: ndjson('Log'),
    notFound: UNKNOWN_TRACE,
  },
  {
    ...asking,
    path: '/api/v1/traces/{traceId}/spans',
    id: 'getSpansByTraceId',
    group: 'Traces',
    summary: 'The spans of a trace, by start',
    description: 'The same as the rpc GetSpansByTraceId. No span where the trace has logs only.',
    parameters: [TRACE_ID, ...PAGE],
    content: json('SpanList'),
    notFound: UNKNOWN_TRACE,
  },
  {
    ...asking,
    path: '/api/v1/traces/{traceId}/dag',
    id: 'getDagByTraceId',
    group: 'Traces',
    summary: 'The error DAG of a trace',
    description: 'The same as the rpc GetDagByTraceId.',
    parameters: [TRACE_ID],
    content: json('Dag'),
    tagged: true,
    notFound: NO_DAG,
  },
  picture('svg', 'getDagSvg', 'a picture (SVG)', 'image/svg+xml'),
  picture('dot', 'getDagDot', 'Graphviz DOT', 'text/vnd.graphviz'),
  picture('mmd', 'getDagMermaid', 'a Mermaid flowchart', 'text/vnd.mermaid'),
  {
    ...asking,
    path: '/api/v1/dags',
    id: 'getDags',
    group: 'DAGs',
    summary: 'Error DAGs, the newest first error first',
    description: 'The same as the rpc GetDags.',
    parameters: PAGE,
    content: json('DagList'),
  },
  ...PATTERN_OPERATIONS,
  {
    ...asking,
    path: '/api/v1/service-map',
    id: 'getServiceMap',
    group: 'Services',
    summary: 'Which services called which, and how many calls failed',
    description: 'The same as the rpc GetServiceMap.',
    parameters: [
      {
        name: 'from',
        in: 'query',
        description:
          'The first instant: RFC 3339, an epoch in s, ms, us or ns, or relative: -1h. Absent: an hour before the end.',
        schema: { type: 'string' },
      },
      {
        name: 'to',
        in: 'query',
        description: 'The instant before which spans begin, in the same forms. Absent: now.',
        schema: { type: 'string' },
      },
    ],
    content: json('ServiceMap'),
  },
  {
    ...asking,
    path: '/api/v1/status',
    id: 'getStatus',
    group: 'Status',
    summary: 'How much is stored, and how far behind',
    description: 'Of all tenants together. Rows are estimates.',
    content: json('Status'),
  },
];

/** The messages that answers are made of. */
const MESSAGES = [
  'LogList',
  'SpanList',
  'LogHistogram',
  'FieldValues',
  'DagList',
  'PatternList',
  'PatternDetails',
  'ServiceMap',
].map((name) => `query.${name}`);

/** Everything that queries are served by under /api. */
export const QUERY_API: ApiPart = { operations: OPERATIONS, messages: MESSAGES, schemas: QUERY_SCHEMAS };
