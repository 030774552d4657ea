import { json, type Operation, type Parameter } from '#platform';
import { PAGE } from './parameters.js';

const STATES = { type: 'string', enum: ['open', 'resolved', 'ignored'] } as const;
const STATE = { type: 'object', required: ['state'], properties: { state: STATES }, additionalProperties: false } as const;
const UNKNOWN = 'No pattern has this id.';

const inQuery = (name: string, description: string, schema: Parameter['schema'] = { type: 'string' }): Parameter => ({
  name,
  in: 'query',
  description,
  schema,
});

const ID: Parameter = { name: 'id', in: 'path', description: 'Id of the pattern: 32 hex digits.', schema: { type: 'string' } };

const common = { group: 'Patterns', tagged: false, asksStore: true } as const;

/** Failure patterns. */
export const PATTERN_OPERATIONS: readonly Operation[] = [
  {
    ...common,
    method: 'get',
    path: '/api/v1/patterns',
    id: 'listPatterns',
    summary: 'Failure patterns: failed traces grouped by their cause',
    description: 'The same as the rpc ListPatterns.',
    parameters: [
      inQuery('state', 'Only patterns in this state.', STATES),
      inQuery('service', 'Only patterns that this service is part of, as the cause or on the way.'),
      inQuery('from', 'RFC 3339: only patterns last seen then or later.'),
      inQuery('to', 'RFC 3339: only patterns last seen before then.'),
      inQuery('order', 'Latest last_seen first, most traces first, or latest first_seen first.', {
        type: 'string',
        enum: ['last_seen', 'count', 'new'],
        default: 'last_seen',
      }),
      ...PAGE,
    ],
    content: json('PatternList'),
  },
  {
    ...common,
    method: 'get',
    path: '/api/v1/patterns/{id}',
    id: 'getPattern',
    summary: 'One pattern with its traces, newest first, and its timeline',
    description: 'The same as the rpc GetPattern. The timeline comes with the first page.',
    parameters: [
      ID,
      inQuery('timelineFrom', 'RFC 3339: the timeline’s hours that begin then or later.'),
      inQuery('timelineTo', 'RFC 3339: the timeline’s hours that begin before then.'),
      ...PAGE,
    ],
    content: json('PatternDetails'),
    notFound: UNKNOWN,
  },
  {
    ...common,
    method: 'post',
    path: '/api/v1/patterns/{id}/state',
    id: 'setPatternState',
    summary: 'Says what people think of a pattern',
    description: 'The same as the rpc SetPatternState: setting a state twice is the same as once.',
    parameters: [ID],
    body: [{ type: 'application/json', schema: STATE }],
    content: json('Pattern'),
    notFound: UNKNOWN,
  },
];
