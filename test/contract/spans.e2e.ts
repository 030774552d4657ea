/** Spans beside logs: from SendLogs to the trace, its DAG and its spans (contract sections 1, 2, 4 and 7). */
import fc from 'fast-check';
import { SpanKind, SpanStatus, type Dag, type Span } from '#proto';
import type { AppProcess } from '../support/app-process.js';
import { allPages, type ContractClient } from '../support/contract-client.js';
import { describeWithGrpcurl } from '../support/grpcurl.js';
import { outcomeOf } from '../support/outcome.js';
import { at, LogLevel, unique, type Log } from '../support/records.js';
import { useTestBed } from '../support/test-bed.js';
import { waitUntil } from '../support/wait-until.js';

const bed = useTestBed();
let app: AppProcess;
let tenant: string;
let client: ContractClient;

beforeAll(async () => {
  app = await bed.allInOne();
});

beforeEach(() => {
  tenant = unique('spans');
  client = bed.client(app.grpc).as(tenant);
});

const rest = async (path: string): Promise<unknown> =>
  (await fetch(`http://${app.http}/api/v1${path}`, { headers: { 'tenant-id': tenant } })).json();

/** A request through three services, as an OpenTelemetry SDK sends it. */
const REQUEST: readonly Partial<Span>[] = [
  { spanId: 'gateway', service: 'gateway', name: 'GET /cart', kind: SpanKind.SPAN_KIND_SERVER, ...between(0, 10) },
  {
    spanId: 'call',
    parentId: 'gateway',
    service: 'gateway',
    name: 'cart.Get',
    kind: SpanKind.SPAN_KIND_CLIENT,
    ...between(1, 9),
  },
  { spanId: 'cart', parentId: 'call', service: 'cart', name: 'cart.Get', kind: SpanKind.SPAN_KIND_SERVER, ...between(2, 8) },
];
/** Its logs, which know their span and no parent, as those of an OpenTelemetry SDK do. */
const LOGS: readonly Partial<Log>[] = [
  { spanId: 'gateway', service: 'gateway', message: 'GET /cart', timestamp: at(0) },
  { spanId: 'cart', service: 'cart', message: 'no such cart', level: LogLevel.ERROR, timestamp: at(5) },
];

function between(start: number, end: number): Partial<Span> {
  return { startTimestamp: at(start), endTimestamp: at(end) };
}

function of<T extends Partial<Span> | Partial<Log>>(traceId: string, all: readonly T[]): (T & { traceId: string })[] {
  return all.map((each) => ({ ...each, traceId }));
}

function dagOf(traceId: string, isDone: (dag: Dag) => boolean): Promise<Dag> {
  return waitUntil(async () => {
    const dag = await client.getDagByTraceId(traceId);
    return isDone(dag) ? dag : null;
  }, `the DAG of ${traceId} is as expected`);
}

const edgesOf = ({ edges }: Dag): string[] => edges.map(({ source, target, kind }) => `${source} ${kind} ${target}`);

describe('spans', () => {
  it('hang the logs of a trace together that name no parent', async () => {
    const traceId = unique('trace');
    expect(await client.sendLogs({ logs: of(traceId, LOGS), spans: of(traceId, REQUEST) })).toMatchObject({ accepted: 5 });
    const dag = await dagOf(traceId, ({ nodes }) => nodes.length === 3);
    expect(dag.dagJson).toEqual({
      nodes: [
        { id: 'gateway', service: 'gateway', level: 'info' },
        { id: 'call', service: 'gateway', level: 'info' },
        { id: 'cart', service: 'cart', level: 'error' },
      ],
      edges: [
        { source: 'call', target: 'cart' },
        { source: 'gateway', target: 'call' },
      ],
    });
    expect(dag).toMatchObject({ rootSpanId: 'gateway', logCount: 2, spanCount: 3, errorCount: 1, lastTime: at(10) });
    expect(dag.rootCauses[0]).toMatchObject({ spanId: 'cart', service: 'cart' });
  });

  it('make the same DAG in whatever order and calls they and the logs arrive, late ones too', async () => {
    const items = [...LOGS.map((log) => ({ logs: [log], spans: [] })), ...REQUEST.map((span) => ({ logs: [], spans: [span] }))];
    const order = fc.shuffledSubarray(items, { minLength: items.length });
    await fc.assert(
      fc.asyncProperty(order, async (shuffled) => {
        const traceId = unique('trace');
        for (const { logs, spans } of shuffled) {
          await client.sendLogs({ logs: of(traceId, logs), spans: of(traceId, spans) });
        }
        const dag = await dagOf(traceId, ({ edges, logCount }) => edges.length === 2 && logCount === 2);
        expect([dag.rootSpanId, edgesOf(dag)]).toEqual(['gateway', ['call parent cart', 'gateway parent call']]);
      }),
      { numRuns: 8 },
    );
  });

  it('of status error make a DAG without any log', async () => {
    const traceId = unique('trace');
    const failed = REQUEST.map((span) =>
      span.spanId === 'cart' ? { ...span, status: SpanStatus.SPAN_STATUS_ERROR, statusMessage: 'no such cart' } : span,
    );
    await client.sendLogs({ logs: [], spans: of(traceId, failed) });
    const dag = await dagOf(traceId, ({ nodes }) => nodes.length === 3);
    expect(dag).toMatchObject({ rootSpanId: 'gateway', logCount: 0, errorCount: 1 });
    expect(dag.rootCauses).toMatchObject([{ spanId: 'cart', service: 'cart' }]);
    expect(await client.getLogsByTraceId({ traceId })).toMatchObject({ logs: [], nextPageToken: '' });
    expect(await rest(`/traces/${traceId}`)).toMatchObject({
      logCount: 0,
      spanCount: 3,
      storedSpanCount: 3,
      errorSpanCount: 1,
      services: ['cart', 'gateway'],
      firstTime: at(0),
      lastTime: at(10),
      dagState: 'built',
    });
  });

  it('are all in the DAG of a trace that holds many', async () => {
    const traceId = unique('trace');
    const spans = Array.from({ length: 1_500 }, (_, i) => ({
      spanId: `s${i}`,
      parentId: i === 0 ? '' : `s${Math.floor((i - 1) / 3)}`,
      service: `service-${i % 10}`,
      ...between(i === 0 ? 0 : 1, 20),
    }));
    const failed = { ...spans[1_499], traceId, status: SpanStatus.SPAN_STATUS_ERROR };
    await client.sendLogs({ logs: of(traceId, LOGS.slice(1)), spans: of(traceId, spans.slice(0, -1)) });
    await client.sendLogs({ logs: [], spans: [failed] });
    const dag = await dagOf(traceId, ({ spanCount, logCount }) => spanCount === 1_501 && logCount === 1);
    expect(edgesOf(dag)).toHaveLength(1_499);
    expect([
      dag.truncated,
      dag.nodes
        .filter(({ level }) => level === 'error')
        .map(({ spanId }) => spanId)
        .sort(),
    ]).toEqual([false, ['cart', 's1499']]);
  });

  it('that are healthy make no DAG', async () => {
    const traceId = unique('trace');
    await client.sendLogs({ logs: [], spans: of(traceId, REQUEST) });
    expect(await outcomeOf(client.getDagByTraceId(traceId))).toMatchObject({ status: 'NOT_FOUND' });
    expect(await rest(`/traces/${traceId}`)).toMatchObject({
      storedSpanCount: 3,
      errorSpanCount: 0,
      dagState: 'none',
      dag: null,
    });
  });

  it('give their links as edges of kind link, which close no cycle and stay outside of dagJson', async () => {
    const traceId = unique('trace');
    const link = (spanId: string, of_ = traceId) => ({ traceId: of_, spanId, attributesJson: '' });
    const spans = [
      { spanId: 'producer', service: 'shop', ...between(0, 1), links: [link('consumer')] },
      { spanId: 'consumer', service: 'mail', ...between(5, 6), links: [link('producer'), link('producer', 'another trace')] },
      { spanId: 'step', parentId: 'consumer', service: 'mail', ...between(5, 6), status: SpanStatus.SPAN_STATUS_ERROR },
    ];
    await client.sendLogs({ logs: [], spans: of(traceId, spans) });
    const dag = await dagOf(traceId, ({ nodes }) => nodes.length === 3);
    expect(edgesOf(dag).filter((edge) => edge.includes('parent'))).toEqual(['consumer parent step']);
    expect(edgesOf(dag).filter((edge) => edge.includes('link'))).toHaveLength(1);
    expect(dag.dagJson?.['edges']).toEqual([{ source: 'consumer', target: 'step' }]);
  });

  it('that are bad are rejected by index, behind the logs, with the field named', async () => {
    const traceId = unique('trace');
    const spans = of(traceId, [
      { spanId: 'good', service: 'shop' },
      { spanId: '', service: 'shop' },
      { spanId: 'late', service: 'shop', endTimestamp: 'later' },
      { spanId: 'odd', service: 'shop', events: [{ timestamp: '', name: 'e', attributesJson: '[]' }] },
    ]);
    const logs = of(traceId, [
      { spanId: 'good', service: 'shop' },
      { spanId: 'good', service: '' },
    ]);
    const { accepted, rejected, rejections } = await client.sendLogs({ logs, spans });
    expect([accepted, rejected]).toEqual([2, 4]);
    expect(rejections.map(({ index, field }) => [index, field])).toEqual([
      [1, 'service'],
      [3, 'span_id'],
      [4, 'end_timestamp'],
      [5, 'events[0].attributes_json'],
    ]);
    expect((await client.getSpansByTraceId({ traceId })).spans.map(({ spanId }) => spanId)).toEqual(['good']);
  });

  it('are stored once where a keyed batch is sent again', async () => {
    const traceId = unique('trace');
    const batch = { logs: of(traceId, LOGS), spans: of(traceId, REQUEST), batchId: 'b1' };
    expect(await client.sendLogs(batch)).toMatchObject({ accepted: 5, duplicate: false });
    expect(await client.sendLogs(batch)).toMatchObject({ accepted: 5, duplicate: true });
    expect((await client.getSpansByTraceId({ traceId })).spans).toHaveLength(3);
  });

  it('are paged by start, each once', async () => {
    const traceId = unique('trace');
    const spans = Array.from({ length: 50 }, (_, i) => ({ spanId: `s${i}`, service: 'shop', ...between(i % 7, i % 5) }));
    await client.sendLogs({ logs: [], spans: of(traceId, spans) });
    const pages = await allPages((pageToken) => client.getSpansByTraceId({ traceId, pageSize: 7, pageToken }));
    expect(pages.map((page) => page.spans.length)).toEqual([...Array<number>(7).fill(7), 1]);
    const found = pages.flatMap((page) => page.spans);
    expect(new Set(found.map(({ spanId }) => spanId)).size).toBe(50);
    const starts = found.map(({ startTimestamp }) => startTimestamp);
    expect(starts).toEqual([...starts].sort());
    const foreign = (await client.getSpansByTraceId({ traceId, pageSize: 1 })).nextPageToken;
    expect(await outcomeOf(client.getLogsByTraceId({ traceId, pageToken: foreign }))).toMatchObject({
      status: 'INVALID_ARGUMENT',
    });
  });

  it('are none of a trace that has logs only, and NOT_FOUND of one that is unknown', async () => {
    const traceId = unique('trace');
    await client.sendLogs({ logs: of(traceId, LOGS) });
    expect(await client.getSpansByTraceId({ traceId })).toEqual({ spans: [], nextPageToken: '' });
    expect(await rest(`/traces/${traceId}/spans`)).toEqual({});
    expect(await outcomeOf(client.getSpansByTraceId({ traceId: 'unknown' }))).toMatchObject({ status: 'NOT_FOUND' });
    expect(await rest('/traces/unknown/spans')).toMatchObject({ status: 404, code: 'not_found.trace' });
  });
});

describeWithGrpcurl('spans by grpcurl', (grpcurl) => {
  it('come back with every field, the same by gRPC and REST', async () => {
    const traceId = unique('trace');
    const span = {
      traceId,
      spanId: 'b',
      parentId: 'a',
      service: 'shop',
      name: 'POST /order',
      kind: 'SPAN_KIND_SERVER',
      startTimestamp: '2026-01-01T01:00:00.000000001+01:00',
      endTimestamp: '2026-01-01T00:00:01.500000002Z',
      status: 'SPAN_STATUS_ERROR',
      statusMessage: 'card declined',
      attributesJson: '{"http.request.method":"POST","http.response.status_code":402}',
      resourceJson: '{"host.name":"web-1"}',
      scope: 'express 5',
      traceFlags: 1,
      traceState: 'a=b',
      links: [{ traceId: 'other', spanId: 'c', attributesJson: '{"n":1}' }],
      events: [
        { timestamp: '2026-01-01T00:00:01.000000009Z', name: 'retry', attributesJson: '{"attempt":2}' },
        { name: 'without a time' },
      ],
    };
    const headers = ['-rpc-header', `tenant-id: ${tenant}`];
    const call = (method: string, request: object) => grpcurl.call(app.grpc, method, JSON.stringify(request), ...headers);
    expect(await call('logs.LogIngestionService/SendLogs', { spans: [span] })).toEqual({ status: 'ok', accepted: 1 });
    const list = await call('query.QueryService/GetSpansByTraceId', { traceId });
    expect(await rest(`/traces/${traceId}/spans`)).toEqual(list);
    expect(list).toEqual({
      spans: [
        {
          ...span,
          kind: 'server',
          startTimestamp: '2026-01-01T00:00:00.000000001Z',
          endTimestamp: '2026-01-01T00:00:01.500000002Z',
          durationMs: 1500.000001,
          status: 'error',
          attributes: { 'http.request.method': 'POST' },
          attributesJson: expect.stringMatching(/^\{"http.response.status_code": ?402\}$/),
          resourceJson: expect.stringMatching(/^\{"host.name": ?"web-1"\}$/),
          links: [{ traceId: 'other', spanId: 'c', attributesJson: expect.stringMatching(/^\{"n": ?1\}$/) }],
          events: [
            {
              timestamp: '2026-01-01T00:00:01.000000009Z',
              name: 'retry',
              attributesJson: expect.stringMatching(/^\{"attempt": ?2\}$/),
            },
            { timestamp: '2026-01-01T00:00:00.000000001Z', name: 'without a time' },
          ],
          id: expect.stringMatching(/^[0-9a-f]{32}$/),
          receivedAt: expect.stringMatching(/Z$/),
        },
      ],
    });
  });
});
