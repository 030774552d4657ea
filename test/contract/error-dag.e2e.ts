/** The error DAG of a trace (contract sections 2 and 4). */
import fc from 'fast-check';
import type { Dag, Log } from '#proto';
import { allPages, type ContractClient } from '../support/contract-client.js';
import { outcomeOf } from '../support/outcome.js';
import { at, LogLevel, unique, valid } from '../support/records.js';
import { useTestBed } from '../support/test-bed.js';
import { waitUntil } from '../support/wait-until.js';

describe('an error DAG', () => {
  const bed = useTestBed();
  let everyone: ContractClient;
  let client: ContractClient;

  beforeAll(async () => {
    everyone = bed.client((await bed.allInOne()).grpc);
  });

  beforeEach(() => {
    client = everyone.as(unique('dag'));
  });

  /** The trace's DAG once it is built from that many records. */
  function dagOf(traceId: string, logCount: number, of = client): Promise<Dag> {
    return waitUntil(async () => {
      const dag = await of.getDagByTraceId(traceId);
      return dag.logCount === logCount ? dag : null;
    }, `the DAG of ${traceId} holds ${logCount} records`);
  }

  const allDags = async () => (await allPages((pageToken) => client.getDags({ pageToken }))).flatMap((page) => page.dags);

  const parent = (traceId: string): Partial<Log> => ({
    traceId,
    spanId: 'span123',
    service: 'api-gateway',
    message: 'POST /login',
    timestamp: '2025-04-16T14:29:59Z',
  });

  const child = (traceId: string): Partial<Log> => ({
    traceId,
    spanId: 'span456',
    parentId: 'span123',
    service: 'auth-service',
    level: LogLevel.ERROR,
    message: 'User login failed: invalid credentials',
    timestamp: '2025-04-16T14:30:00Z',
  });

  const exampleJson = {
    nodes: [
      { id: 'span123', service: 'api-gateway', level: 'info' },
      { id: 'span456', service: 'auth-service', level: 'error' },
    ],
    edges: [{ source: 'span123', target: 'span456' }],
  };

  it('of the contract’s example is what the contract says', async () => {
    await client.sendLog(parent('abc123'));
    await client.sendLog(child('abc123'));
    const dag = await dagOf('abc123', 2);
    expect(dag.dagJson).toEqual(exampleJson);
    expect(dag).toMatchObject({
      traceId: 'abc123',
      rootSpanId: 'span123',
      edges: [{ source: 'span123', target: 'span456', kind: 'parent' }],
      errorCount: 1,
      spanCount: 2,
      logCount: 2,
      firstTime: '2025-04-16T14:29:59Z',
      lastTime: '2025-04-16T14:30:00Z',
      warnings: [],
      truncated: false,
    });
    expect([...dag.services].sort()).toEqual(['api-gateway', 'auth-service']);
    expect(dag.nodes).toMatchObject([
      { spanId: 'span123', parentId: '', service: 'api-gateway', level: 'info', logCount: 1, errorCount: 0, orphan: false },
      {
        spanId: 'span456',
        parentId: 'span123',
        service: 'auth-service',
        level: 'error',
        logCount: 1,
        errorCount: 1,
        orphan: false,
      },
    ]);
  });

  it('grows when a late parent arrives, and stays one row', async () => {
    await client.sendLog(child('late'));
    const alone = await dagOf('late', 1);
    expect(alone.rootSpanId).toBe('span456');
    expect(alone.dagJson).toEqual({ nodes: [exampleJson.nodes[1]], edges: [] });
    expect(alone.nodes).toMatchObject([{ spanId: 'span456', orphan: true }]);

    await client.sendLog(parent('late'));
    const grown = await dagOf('late', 2);
    expect(grown.rootSpanId).toBe('span123');
    expect(grown.dagJson).toEqual(exampleJson);
    expect(grown.nodes.map((node) => node.orphan)).toEqual([false, false]);
    expect((await allDags()).map((dag) => dag.traceId)).toEqual(['late']);
  });

  it('is made by a late error, out of all that came before it', async () => {
    await client.sendLogs({ logs: [parent('calm'), { ...child('calm'), level: LogLevel.INFO }] });
    expect(await outcomeOf(client.getDagByTraceId('calm'))).toMatchObject({ status: 'NOT_FOUND' });
    await client.sendLog(child('calm'));
    const dag = await dagOf('calm', 3);
    expect(dag.dagJson).toEqual(exampleJson);
    expect(dag.errorCount).toBe(1);
  });

  it('is made by a fatal record too', async () => {
    await client.sendLogs({ logs: [parent('fatal'), { ...child('fatal'), level: LogLevel.FATAL }] });
    const dag = await dagOf('fatal', 2);
    expect(dag.errorCount).toBe(1);
    expect(dag.dagJson).toEqual({ ...exampleJson, nodes: [exampleJson.nodes[0], { ...exampleJson.nodes[1], level: 'fatal' }] });
  });

  it('has none for a trace without an error, and says so', async () => {
    await client.sendLogs({ logs: [parent('fine'), { ...child('fine'), level: LogLevel.WARN }] });
    expect((await client.getLogsByTraceId({ traceId: 'fine' })).logs).toHaveLength(2);
    const outcome = await outcomeOf(client.getDagByTraceId('fine'));
    expect(outcome).toMatchObject({ status: 'NOT_FOUND', details: expect.stringMatching(/no error/i) });
    expect(await allDags()).toEqual([]);
  });

  it('of a cycle is cut where it enters the earliest span, and warns', async () => {
    await client.sendLogs({
      logs: [
        valid({ traceId: 'cycle', spanId: 'a', parentId: 'b', timestamp: at(1) }),
        valid({ traceId: 'cycle', spanId: 'b', parentId: 'a', timestamp: at(2), level: LogLevel.ERROR }),
      ],
    });
    const dag = await dagOf('cycle', 2);
    expect(dag.rootSpanId).toBe('a');
    expect(dag.dagJson).toMatchObject({ nodes: [{ id: 'a' }, { id: 'b' }], edges: [{ source: 'a', target: 'b' }] });
    expect(dag.warnings).toEqual([expect.stringMatching(/cycle/)]);
  });

  it('of a span that is its own parent has no edge, and warns', async () => {
    await client.sendLog(valid({ traceId: 'self', spanId: 'a', parentId: 'a', level: LogLevel.ERROR }));
    const dag = await dagOf('self', 1);
    expect(dag.dagJson).toMatchObject({ nodes: [{ id: 'a' }], edges: [] });
    expect(dag.warnings).toHaveLength(1);
  });

  it('keeps the children of a parent that sent nothing as roots', async () => {
    await client.sendLogs({
      logs: [
        valid({ traceId: 'orphans', spanId: 'a', parentId: 'gone', timestamp: at(1) }),
        valid({ traceId: 'orphans', spanId: 'b', parentId: 'gone', timestamp: at(2), level: LogLevel.ERROR }),
      ],
    });
    const dag = await dagOf('orphans', 2);
    // The root of the component that holds the first error.
    expect(dag.rootSpanId).toBe('b');
    expect(dag.dagJson).toMatchObject({ nodes: [{ id: 'a' }, { id: 'b' }], edges: [] });
    expect(dag.nodes).toMatchObject([
      { spanId: 'a', orphan: true },
      { spanId: 'b', orphan: true },
    ]);
  });

  it('takes a span’s worst level and the service of its earliest record', async () => {
    await client.sendLogs({
      logs: [
        valid({ traceId: 'worst', spanId: 'a', service: 'later', level: LogLevel.ERROR, timestamp: at(2) }),
        valid({ traceId: 'worst', spanId: 'a', service: 'earlier', level: LogLevel.TRACE, timestamp: at(1) }),
      ],
    });
    expect((await dagOf('worst', 2)).dagJson).toEqual({ nodes: [{ id: 'a', service: 'earlier', level: 'error' }], edges: [] });
  });

  it('is apart for each tenant', async () => {
    const other = everyone.as(unique('other'));
    await client.sendLog(child('shared'));
    await other.sendLogs({ logs: [parent('shared'), child('shared')] });
    expect((await dagOf('shared', 2, other)).spanCount).toBe(2);
    expect((await dagOf('shared', 1)).spanCount).toBe(1);
  });

  it('is the same whatever the order of arrival', async () => {
    const spans = fc.array(
      fc.record({
        spanId: fc.constantFrom('a', 'b', 'c', 'd', 'e'),
        parentId: fc.constantFrom('', 'a', 'b', 'c', 'd', 'e', 'gone'),
        service: fc.constantFrom('x', 'y'),
        level: fc.constantFrom(LogLevel.LOG_LEVEL_INFO, LogLevel.WARN, LogLevel.ERROR, LogLevel.FATAL),
        second: fc.nat(3),
      }),
      { minLength: 1, maxLength: 12 },
    );
    await fc.assert(
      fc.asyncProperty(spans, fc.infiniteStream(fc.nat()), async (records, keys) => {
        const logs = records.map(({ second, ...record }, i) => valid({ ...record, message: `m${i}`, timestamp: at(second) }));
        logs.push(valid({ spanId: 'a', service: 'x', level: LogLevel.ERROR, timestamp: at(1), message: 'the error' }));
        const shuffled = logs.map((record) => ({ record, key: keys.next().value })).sort((a, b) => a.key - b.key);
        const [one, other] = [unique('order'), unique('order')];
        await client.sendLogs({ logs: logs.map((record) => ({ ...record, traceId: one })) });
        // One call a record: the DAG is rebuilt as they come.
        for (const { record } of shuffled) await client.sendLog({ ...record, traceId: other });
        const [first, second] = [await dagOf(one, logs.length), await dagOf(other, logs.length)];
        // A record's id says where it arrived.
        const placeless = ({ rootCauses, ...dag }: Dag) => {
          return { ...dag, traceId: '', updatedAt: '', rootCauses: rootCauses.map((cause) => ({ ...cause, logId: '' })) };
        };
        expect(placeless(second)).toEqual(placeless(first));
      }),
      { numRuns: 6 },
    );
  });
});
