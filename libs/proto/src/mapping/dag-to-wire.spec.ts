import { buildErrorDag, type TraceRecord } from '#domain';
import { Dag } from '../generated/query.js';
import { dagToWire } from './dag-to-wire.js';

function record(spanId: string, parentId: string, service: string, severity: number, seconds: number): TraceRecord {
  return { id: `${spanId}-${seconds}`, spanId, parentId, service, message: 'm', severity, time: { seconds, nanos: 1 } };
}

const RECORDS = [
  record('span123', '', 'api-gateway', 9, 1_744_813_799),
  record('span456', 'span123', 'auth-service', 17, 1_744_813_800),
  record('lost', 'nobody', 'worker', 9, 1_744_813_801),
  { ...record('', '', 'cron', 21, 1_744_813_802) },
];

function dagOf(records: readonly TraceRecord[]) {
  const dag = buildErrorDag(records);
  if (dag === null) throw new Error('the trace has no error');
  return dagToWire({ traceId: 'abc123', dag, updatedAt: { seconds: 1_744_813_900, nanos: 123_456_000 } });
}

describe('dagToWire', () => {
  it('answers the contract example, and nothing else within dagJson', () => {
    const wire = dagOf(RECORDS.slice(0, 2));
    expect(wire).toMatchObject({ traceId: 'abc123', rootSpanId: 'span123', updatedAt: '2025-04-16T14:31:40.123456Z' });
    expect(wire.dagJson).toEqual({
      nodes: [
        { id: 'span123', service: 'api-gateway', level: 'info' },
        { id: 'span456', service: 'auth-service', level: 'error' },
      ],
      edges: [{ source: 'span123', target: 'span456' }],
    });
    expect(wire).toMatchObject({ errorCount: 1, spanCount: 2, logCount: 2, services: ['api-gateway', 'auth-service'] });
    expect(wire.nodes[1]).toMatchObject({ spanId: 'span456', parentId: 'span123', firstTime: '2025-04-16T14:30:00.000000001Z' });
  });

  it('says which spans are orphans and which node is synthetic, outside of dagJson', () => {
    const wire = dagOf(RECORDS);
    expect(wire.nodes.filter(({ orphan }) => orphan).map(({ spanId }) => spanId)).toEqual(['lost']);
    const synthetic = wire.nodes.filter((node) => node.synthetic);
    expect(synthetic).toHaveLength(1);
    expect((wire.dagJson as { nodes: { id: string }[] }).nodes.map(({ id }) => id)).not.toContain(synthetic[0]?.spanId);
    expect(wire.warnings).not.toEqual([]);
  });

  it('names the pattern of the trace where it has one', () => {
    const dag = buildErrorDag(RECORDS);
    if (dag === null) throw new Error('the trace has no error');
    const updatedAt = { seconds: 0, nanos: 0 };
    expect(dagToWire({ traceId: 't', dag, updatedAt, patternId: '0'.repeat(32) }).patternId).toBe('0'.repeat(32));
    expect(dagToWire({ traceId: 't', dag, updatedAt }).patternId).toBe('');
  });

  it('makes messages that the generated codec carries unchanged', () => {
    const wire = dagOf(RECORDS);
    expect(Dag.decode(Dag.encode(wire).finish())).toEqual(wire);
  });
});
