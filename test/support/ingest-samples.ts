/** A body that an operation of ingest takes, with what else it has to be sent with. */
export interface IngestSample {
  readonly type: string;
  readonly body: string;
  readonly headers?: Readonly<Record<string, string>>;
}

const JSON_TYPE = 'application/json';
const TIME = '1700000000123456789';
const STREAMS = JSON.stringify({ streams: [{ stream: { app: 'shop' }, values: [[TIME, 'line']] }] });
const BULK = '{"create":{"_index":"logs"}}\n{"message":"m"}\n{"delete":{"_id":"x"}}\n';
const TRACE = { traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331' };
const TIMES = { startTimeUnixNano: TIME, endTimeUnixNano: TIME };
/** No attribute may have it. */
const LONG_NAME = 'k'.repeat(300);
/** One record that is kept beside one that is not, so that answers tell of it. */
const LOGS = [{ body: { stringValue: 'a' } }, { attributes: [{ key: LONG_NAME, value: { stringValue: 'v' } }] }];

/** By method and path of the operation: as the OpenAPI document writes them. */
export const INGEST_SAMPLES: Readonly<Record<string, IngestSample>> = {
  'post /api/v1/logs': { type: JSON_TYPE, body: JSON.stringify([{ msg: 'm', level: 30 }, { [LONG_NAME]: 'v' }]) },
  'post /v1/logs': { type: JSON_TYPE, body: JSON.stringify({ resourceLogs: [{ scopeLogs: [{ logRecords: LOGS }] }] }) },
  'post /v1/traces': {
    type: JSON_TYPE,
    body: JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans: [{ ...TRACE, ...TIMES, name: 'work' }, {}] }] }] }),
  },
  'post /loki/api/v1/push': { type: JSON_TYPE, body: STREAMS },
  'post /api/push': { type: JSON_TYPE, body: STREAMS, headers: { 'tenant-id': 'tenant-010' } },
  'post /proton/v1/ingest/streams/{name}': {
    type: JSON_TYPE,
    body: JSON.stringify({ columns: ['message'], data: [['m'], 'no row'] }),
  },
  'post /_bulk': { type: 'application/x-ndjson', body: BULK },
  'post /{index}/_bulk': { type: 'application/x-ndjson', body: BULK },
};
