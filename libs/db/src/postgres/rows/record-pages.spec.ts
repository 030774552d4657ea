import fc from 'fast-check';
import { TestPartition, storeGood } from '../../conformance/batches.js';
import { startPostgresUnderTest, type PostgresUnderTest } from '../../conformance/postgres-under-test.js';
import type { LogPage, PageRequest } from '../../api/log-reader.js';
import { PostgresLogReader } from '../postgres-log-reader.js';
import { PostgresLogWriter } from '../postgres-log-writer.js';
import { readTracePage } from '../sql/read-log-pages.js';
import { SMALL_TRACE, SMALL_TRACE_ROWS } from '../sql/read-small-trace.js';
import { queryRows } from './query-rows.js';
import { cutPageOf, logPageOf, smallTracePageOf } from './record-pages.js';

let postgres: PostgresUnderTest;
beforeAll(async () => {
  postgres = await startPostgresUnderTest('log-ingestion');
}, 60_000);
afterAll(async () => {
  await postgres.close();
}, 60_000);

type TraceRequest = PageRequest & { readonly traceId: string };

/** The page as the server cuts it, whatever the trace's size. */
async function cutPage(request: TraceRequest): Promise<LogPage> {
  const { statement, values } = readTracePage(request);
  const rows = await postgres.database.withClient((client) => queryRows(client, statement, values));
  return logPageOf(cutPageOf(rows, request.limit));
}

/** What the cheap query gives of a trace, and the page that is made of it. */
async function smallTrace({ traceId, tenant, ...request }: TraceRequest) {
  const rows = await postgres.database.withClient((client) => queryRows(client, SMALL_TRACE, [traceId, tenant]));
  return { bytes: rows.bytes.length, page: smallTracePageOf(rows, request) };
}

async function stored(logs: readonly object[]): Promise<{ readonly tenant: string; readonly traceId: string }> {
  const partition = new TestPartition();
  await storeGood(new PostgresLogWriter(postgres.database), partition.batchOf(...logs.map((log) => ({ traceId: 't', ...log }))));
  return { tenant: partition.tenant, traceId: 't' };
}

const plainLog = fc.record({ message: fc.string({ maxLength: 200 }) });
/** Records whose stored and printed sizes differ: exponents are written out, escapes are undone, repeated keys go. */
const arbitraryLog = fc.oneof(
  { weight: 6, arbitrary: plainLog },
  { weight: 1, arbitrary: fc.record({ message: fc.constantFrom('m'.repeat(16_300), 'm'.repeat(16_384), 'm'.repeat(20_000)) }) },
  { weight: 1, arbitrary: fc.nat({ max: 1_000 }).map((n) => ({ attributesJson: `{"n": 1e${n}, "m": 1e-${n}}` })) },
  { weight: 1, arbitrary: fc.constant({ resourceJson: `{${Array.from({ length: 17 }, (_, i) => `"${i}": 1e1000`).join()}}` }) },
  { weight: 1, arbitrary: fc.nat({ max: 300 }).map((n) => ({ attributes: { a: '\u0001'.repeat(n) }, event: 'e' })) },
);

describe('a page of a trace', () => {
  it('is the same whether the trace is taken whole or cut in the server', async () => {
    const reader = new PostgresLogReader(postgres.database);
    let small = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(fc.array(arbitraryLog, { maxLength: 8 }), fc.array(plainLog, { maxLength: SMALL_TRACE_ROWS + 3, size: 'max' })),
        fc.constantFrom(1, 2, 10, SMALL_TRACE_ROWS, 10_000),
        fc.constantFrom(1, 500, 20_000, 100_000, 3_000_000),
        async (logs, limit, maxBytes) => {
          const request = { ...(await stored(logs)), limit, maxBytes };
          const expected = await cutPage(request);
          const { page } = await smallTrace(request);
          if (page !== null) {
            small++;
            expect(logPageOf(page)).toEqual(expected);
          }
          expect(await reader.byTrace(request)).toEqual(expected);
        },
      ),
      { numRuns: 80 },
    );
    // Else nothing was compared.
    expect(small).toBeGreaterThan(0);
  }, 120_000);

  it('takes a trace whole up to so many rows', async () => {
    const large = { limit: 10_000, maxBytes: 3_000_000 };
    const logs = Array.from({ length: SMALL_TRACE_ROWS + 1 }, () => ({ message: 'm' }));
    expect((await smallTrace({ ...(await stored(logs)), ...large })).page).toBeNull();
    const { page } = await smallTrace({ ...(await stored(logs.slice(1))), ...large });
    expect([page?.count, page?.more]).toEqual([SMALL_TRACE_ROWS, false]);
  });

  it('lets little travel in vain, whatever is stored', async () => {
    const exponents = `{${Array.from({ length: 60 }, (_, i) => `"${i}": 1e1000`).join()}}`;
    const logs = [
      ...Array.from({ length: 20 }, () => ({ message: 'x'.repeat(1_000_000) })),
      ...Array.from({ length: 100 }, () => ({ attributesJson: exponents, resourceJson: exponents })),
    ];
    const request = { ...(await stored(logs)), limit: 1_000, maxBytes: 3_000_000 };
    const { page, bytes } = await smallTrace(request);
    expect(page).toBeNull();
    expect(bytes).toBeLessThan(1_000_000);
  }, 60_000);
});
