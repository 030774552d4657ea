import { FIRST_SECOND, LAST_SECOND, type LogFilter } from '#domain';
import { TestPartition, storeGood } from '../conformance/batches.js';
import { startPostgresUnderTest, type PostgresUnderTest } from '../conformance/postgres-under-test.js';
import { PostgresLogWriter } from './postgres-log-writer.js';
import { searchStatement } from './search/search-statement.js';
import { readTracePage } from './sql/read-log-pages.js';
import { readSampledServiceMap } from './sql/read-service-map.js';
import { SMALL_TRACE } from './sql/read-small-trace.js';
import { readSmallTraceSpans, readTraceSpans } from './sql/read-trace-spans.js';
import { readSmallTraces, readTraceRecords, worstSeverity } from './sql/read-trace-records.js';
import { readSpanPage } from './sql/read-span-pages.js';
import { readTraceSummary } from './sql/read-trace-summary.js';

interface Asked {
  readonly text: string;
  readonly values?: readonly unknown[];
}

let postgres: PostgresUnderTest;

beforeAll(async () => {
  postgres = await startPostgresUnderTest('log-ingestion');
  const partition = new TestPartition();
  await storeGood(
    new PostgresLogWriter(postgres.database),
    partition.batch({ logs: [{ traceId: 't' }], spans: [{ traceId: 't' }] }),
  );
}, 60_000);
afterAll(async () => postgres.close(), 60_000);

/** The plan as text, where whatever an index can't serve is read whole only for want of one. */
async function planOf({ text, values = [] }: Asked): Promise<string> {
  return postgres.database.transaction(async (client) => {
    await client.query('SET LOCAL enable_seqscan = off');
    const { rows } = await client.query<{ 'QUERY PLAN': string }>(`EXPLAIN ${text}`, [...values]);
    return rows.map((row) => row['QUERY PLAN']).join('\n');
  });
}

const page = { tenant: 'a', traceId: 't', limit: 1, maxBytes: 1 };
const after = { time: { seconds: 0, nanos: 0 }, id: '0'.repeat(32) };
const asked = ({ statement, values }: { statement: { text: string }; values: readonly unknown[] }): Asked => ({
  text: statement.text,
  values,
});
const bound = (seconds: number): { time: { seconds: number; nanos: number }; id: string } => ({
  time: { seconds, nanos: 0 },
  id: '',
});
const window = { low: bound(FIRST_SECOND), high: bound(LAST_SECOND) };
const twoTraces: LogFilter = { from: null, to: null, condition: { kind: 'name', field: 'trace', patterns: [['t'], ['u']] } };

const QUESTIONS: readonly (readonly [string, Asked])[] = [
  ['a small trace', { text: SMALL_TRACE.text, values: ['t', 'a'] }],
  ['a first page of a trace', asked(readTracePage(page))],
  ['a further page of a trace', asked(readTracePage({ ...page, after }))],
  ['the records of a DAG', readTraceRecords('a', 't', 1)],
  ['the records of several DAGs', readSmallTraces([{ tenant: 'a', traceId: 't' }], 1)],
  ['the worst level of a trace', worstSeverity('a', 't')],
  ['a first page of spans', readSpanPage(page)],
  ['a further page of spans', readSpanPage({ ...page, after })],
  ['the spans of a DAG', readTraceSpans('a', 't', 1)],
  ['the spans of several DAGs', readSmallTraceSpans([{ tenant: 'a', traceId: 't' }], 1)],
  ['what a trace holds', readTraceSummary('a', 't')],
  ['a search for two traces', asked(searchStatement({ tenant: 'a', filter: twoTraces, order: 'newest-first' }, window, 1, 1))],
  ['a sampled service map', readSampledServiceMap({ tenant: 'a', from: bound(0).time, to: bound(1).time }, 1, 1)],
];

describe('the index on traces', () => {
  it.each(QUESTIONS)('serves %s', async (_, question) => {
    const plan = await planOf(question);
    expect(plan).toMatch(/Index Cond: \(\(?hashtextextended\(trace_id/);
    expect(plan).not.toMatch(/Seq Scan on (logs|spans)/);
  });
});
