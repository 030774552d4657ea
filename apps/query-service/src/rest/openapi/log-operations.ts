import { json, ndjson, type Operation, type Parameter } from '#platform';
import { EXPORT, PAGE, PAGE_TOKEN } from './parameters.js';

const inQuery = (name: string, description: string, schema: Parameter['schema'] = { type: 'string' }): Parameter => ({
  name,
  in: 'query',
  description,
  schema,
});

/** What is asked for, and when. */
const FILTER: readonly Parameter[] = [
  inQuery('q', 'The query: service:payments level>=warn "card declined" -health'),
  inQuery('from', 'The first instant: RFC 3339, an epoch in s, ms, us or ns, or relative: -1h, now.'),
  inQuery('to', 'The instant before which records lie, in the same forms.'),
];

const ORDER = inQuery('order', 'Newest first, or oldest first.', { type: 'string', enum: ['desc', 'asc'], default: 'desc' });

const common = { method: 'get', group: 'Logs', tagged: false, asksStore: true } as const;

/** Records, and how many of them there are. */
export const LOG_OPERATIONS: readonly Operation[] = [
  {
    ...common,
    path: '/api/v1/logs',
    id: 'getLogs',
    summary: 'Records, newest first, or those that a query asks for',
    description: 'The same as the rpc GetLogs.',
    parameters: [...FILTER, ORDER, ...PAGE],
    content: json('LogList'),
  },
  {
    ...common,
    path: '/api/v1/logs/export',
    id: 'exportLogs',
    summary: 'All records that a query asks for as NDJSON, however many there are',
    description: EXPORT,
    parameters: [...FILTER, ORDER, PAGE_TOKEN],
    content: ndjson('Log'),
  },
  {
    ...common,
    path: '/api/v1/logs/histogram',
    id: 'getLogHistogram',
    summary: 'Records counted over time, by level or by service',
    description: 'The same as the rpc GetLogHistogram. Without a range it is the hour up to now.',
    parameters: [
      ...FILTER,
      inQuery('by', 'What the series are.', { type: 'string', enum: ['level', 'service'], default: 'level' }),
      inQuery('step', 'The width of a bucket, such as 30s or 5m; absent: one that gives 30 to 200 buckets.'),
    ],
    content: json('LogHistogram'),
  },
  {
    ...common,
    path: '/api/v1/logs/fields',
    id: 'getFieldValues',
    summary: 'Distinct values of a field, with their counts',
    description: 'The same as the rpc GetFieldValues. Without a range it is the hour up to now.',
    parameters: [
      ...FILTER,
      {
        ...inQuery(
          'field',
          'level, service, attr or resource (the names of their members), attr.NAME or resource.NAME (its values).',
        ),
        required: true,
      },
      inQuery('prefix', 'Only values that begin so.'),
      inQuery('limit', 'Values in the answer.', { type: 'integer', minimum: 1, maximum: 1_000, default: 100 }),
    ],
    content: json('FieldValues'),
  },
  {
    ...common,
    path: '/api/v1/logs/tail',
    id: 'tailLogs',
    summary: 'Live tail: records as they are stored, after those from before',
    description:
      'The same as the rpc TailLogs, as an event stream. Events: `log`, whose id is the position behind it and whose data is a ' +
      'Log; `missed`, {count, fromPosition}; `caught_up`; `error`, a Problem. Last-Event-ID goes on behind an event. A WebSocket at ' +
      'the same path brings the same as JSON messages {type, position, log | count, fromPosition | problem}.',
    parameters: [
      FILTER[0],
      inQuery('from', 'now (the default), earliest, or a time: with all records of that time and later.'),
      inQuery('position', 'Goes on behind a position of an earlier tail.'),
    ].filter((one) => one !== undefined),
    content: { type: 'text/event-stream' },
  },
];
