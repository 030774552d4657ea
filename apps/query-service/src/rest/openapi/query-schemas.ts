import { wholeObject, type Schema } from '#platform';

const COUNT: Schema = { type: 'integer', minimum: 0 };
const TIME: Schema = { type: 'string', format: 'date-time' };

/** Schemas of what is no message of the gRPC contract. */
export const QUERY_SCHEMAS: Readonly<Record<string, Schema>> = {
  Trace: wholeObject({
    traceId: { type: 'string' },
    logCount: { ...COUNT, description: 'Log records of the trace.' },
    errorLogCount: { ...COUNT, description: 'Records of level error or fatal.' },
    spanCount: { ...COUNT, description: 'Different spans: those that sent a record, and those that were sent themselves.' },
    storedSpanCount: { ...COUNT, description: 'Spans that were sent themselves, with their durations: /spans gives them.' },
    errorSpanCount: { ...COUNT, description: 'Those of status error.' },
    services: { type: 'array', items: { type: 'string' }, description: 'Sorted; 1,000 at most.' },
    firstTime: TIME,
    lastTime: TIME,
    truncated: { type: 'boolean', description: 'True where only the first 200,000 records, or spans, found were looked at.' },
    dagState: {
      enum: ['built', 'pending', 'none'],
      description: 'pending: the trace has an error, and its DAG is being built. none: it has no error.',
    },
    dag: { anyOf: [{ $ref: '#/components/schemas/Dag' }, { type: 'null' }], description: 'null where it is not built.' },
  }),
  Status: wholeObject({
    logs: wholeObject({
      rows: { ...COUNT, description: 'An estimate.' },
      bytes: { ...COUNT, description: 'On disk, with indexes.' },
      partitions: COUNT,
      retentionDays: { type: ['integer', 'null'], minimum: 1, description: 'RETENTION_DAYS; null where it is not known yet.' },
      maxBytes: { type: ['integer', 'null'], minimum: 1, description: 'RETENTION_BYTES; null where there is no bound.' },
      oldestReceivedAt: {
        type: ['string', 'null'],
        format: 'date-time',
        description: 'Receipt of the oldest record that is kept.',
      },
    }),
    spans: wholeObject({
      rows: { ...COUNT, description: 'An estimate.' },
      bytes: { ...COUNT, description: 'On disk, with indexes.' },
    }),
    dags: wholeObject({
      rows: { ...COUNT, description: 'An estimate.' },
      bytes: COUNT,
      pending: { ...COUNT, description: 'Failed traces whose DAG is not up to date yet.' },
    }),
    lag: wholeObject({
      messages: {
        type: ['integer', 'null'],
        minimum: 0,
        description: 'Messages on the bus that are not stored yet; null where this process does not read the bus.',
      },
    }),
  }),
};
