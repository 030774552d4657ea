import type { ErrorDag, TraceRecord } from '../error-dag.js';
import { buildErrorDag } from './build-error-dag.js';
import { dagJson } from './dag-json.js';

let nextId = 0;

/** A record of span `spanId`; an info of service `svc` at second 0 unless told otherwise. */
function record(spanId: string, rest: Partial<TraceRecord> & { readonly at?: number } = {}): TraceRecord {
  const { at = 0, ...fields } = rest;
  const time = { seconds: at, nanos: 0 };
  return {
    id: String(nextId++).padStart(32, '0'),
    spanId,
    parentId: '',
    service: 'svc',
    message: 'm',
    severity: 9,
    time,
    ...fields,
  };
}

function build(...records: TraceRecord[]): ErrorDag {
  const dag = buildErrorDag(records);
  if (dag === null) throw new Error('no DAG');
  return dag;
}

const ERROR = { severity: 17 };

function nodeOf(dag: ErrorDag, id: string): ErrorDag['nodes'][number] | undefined {
  return dag.nodes.find((node) => node.id === id);
}

describe('buildErrorDag', () => {
  it('gives the DAG of the contract for its example', () => {
    const dag = build(
      record('span456', { parentId: 'span123', service: 'auth-service', ...ERROR, at: 1 }),
      record('span123', { service: 'api-gateway' }),
    );
    expect(dag.rootSpanId).toBe('span123');
    expect(dagJson(dag)).toEqual({
      nodes: [
        { id: 'span123', service: 'api-gateway', level: 'info' },
        { id: 'span456', service: 'auth-service', level: 'error' },
      ],
      edges: [{ source: 'span123', target: 'span456' }],
    });
    expect(dag).toMatchObject({
      errorCount: 1,
      spanCount: 2,
      logCount: 2,
      services: ['api-gateway', 'auth-service'],
      firstTime: { seconds: 0, nanos: 0 },
      lastTime: { seconds: 1, nanos: 0 },
      firstErrorTime: { seconds: 1, nanos: 0 },
      warnings: [],
      truncated: false,
    });
  });

  it('is null for a trace without an error, warnings or not', () => {
    expect(buildErrorDag([])).toBeNull();
    expect(buildErrorDag([record('a'), record('b', { severity: 16 }), record('')])).toBeNull();
  });

  it('takes fatal for an error', () => {
    expect(build(record('a', { severity: 21 })).nodes).toMatchObject([{ id: 'a', level: 'fatal', errorCount: 1 }]);
  });

  it('gives a span the service of its earliest record, its worst level and the earliest parent that is named', () => {
    const dag = build(
      record('p'),
      record('q'),
      record('a', { at: 3, service: 'late', parentId: 'q', severity: 18 }),
      record('a', { at: 2, service: 'middle', parentId: 'p', severity: 5 }),
      record('a', { at: 1, service: 'early', severity: 13 }),
    );
    expect(nodeOf(dag, 'a')).toEqual({
      id: 'a',
      parentId: 'p',
      service: 'early',
      level: 'error',
      firstTime: { seconds: 1, nanos: 0 },
      lastTime: { seconds: 3, nanos: 0 },
      logCount: 3,
      errorCount: 1,
      role: 'origin',
      orphan: false,
      synthetic: false,
    });
  });

  it('decides between records of the same instant bytewise by parent, then service', () => {
    const high = '\u{10000}';
    const dag = build(
      record('a', { ...ERROR, parentId: '\uffff', service: 'z' }),
      record('a', { parentId: high, service: 'a' }),
      record('a', { parentId: '\uffff', service: 'y' }),
    );
    expect(nodeOf(dag, 'a')).toMatchObject({ parentId: '\uffff', service: 'y' });
    // Without a parent comes before every parent, so the service is that record's.
    expect(nodeOf(build(record('a', ERROR), record('a', { parentId: 'p', service: 'a' })), 'a')).toMatchObject({
      service: 'svc',
      parentId: 'p',
    });
  });

  it('orders nodes parents first, then by first time and id, and edges bytewise by source and target', () => {
    const dag = build(
      record('root', { at: 9 }),
      record('\u{10000}', { parentId: 'root', at: 1 }),
      record('\uffff', { parentId: 'root', at: 1 }),
      record('early', { at: 2 }),
      record('leaf', { parentId: '\uffff', at: 0, ...ERROR }),
    );
    expect(dag.nodes.map((node) => node.id)).toEqual(['early', 'root', '\uffff', 'leaf', '\u{10000}']);
    expect(dag.edges).toEqual([
      { source: 'root', target: '\uffff', kind: 'parent' },
      { source: 'root', target: '\u{10000}', kind: 'parent' },
      { source: '\uffff', target: 'leaf', kind: 'parent' },
    ]);
  });

  it('leaves the children of a parent that sent nothing as roots, marked orphan', () => {
    const dag = build(record('a', { parentId: 'gone', ...ERROR }), record('b', { parentId: 'gone' }), record('c'));
    expect(dag.nodes.map(({ id, parentId, orphan }) => [id, parentId, orphan])).toEqual([
      ['a', 'gone', true],
      ['b', 'gone', true],
      ['c', '', false],
    ]);
    expect(dag.edges).toEqual([]);
    expect(dag.rootSpanId).toBe('a');
  });

  it('cuts the edge into the earliest span of a cycle, and says so', () => {
    const dag = build(
      record('a', { parentId: 'c', at: 2 }),
      record('b', { parentId: 'a', at: 1 }),
      record('c', { parentId: 'b', at: 3 }),
      record('d', { parentId: 'a', at: 0, ...ERROR }),
    );
    expect(dag.rootSpanId).toBe('b');
    expect(nodeOf(dag, 'b')).toMatchObject({ parentId: '', orphan: false });
    expect(dag.nodes.map((node) => node.id)).toEqual(['b', 'c', 'a', 'd']);
    expect(dag.edges.map(({ source, target }) => source + target)).toEqual(['ad', 'bc', 'ca']);
    expect(dag.warnings).toEqual(['3 spans form a cycle: the edge from "a" to its earliest span "b" was cut']);
  });

  it('cuts the edge of a span that names itself as its parent', () => {
    const dag = build(record('a', { parentId: 'a', ...ERROR }));
    expect(dag.nodes).toMatchObject([{ id: 'a', parentId: '', orphan: false }]);
    expect(dag.edges).toEqual([]);
    expect(dag.warnings).toEqual(['span "a" names itself as its parent: that edge was cut']);
  });

  it('names twenty cut cycles and counts the others', () => {
    const records = Array.from({ length: 25 }, (_, i) => record(`s${i}`, { parentId: `s${i}`, ...ERROR }));
    const { warnings } = build(...records);
    expect(warnings).toHaveLength(21);
    expect(warnings).toContain('5 more cycles were cut');
  });

  it('takes the root of the component with the first error, and of equals the earliest root, then the lowest id', () => {
    const first = build(
      record('a'),
      record('b', { at: 1 }),
      record('c', { parentId: 'b', at: 2, ...ERROR }),
      record('a', { at: 3, ...ERROR }),
    );
    expect(first.rootSpanId).toBe('b');
    const byTime = build(
      record('a', { at: 2 }),
      record('b', { at: 1 }),
      record('a1', { parentId: 'a', at: 3, ...ERROR }),
      record('b1', { parentId: 'b', at: 3, ...ERROR }),
    );
    expect(byTime.rootSpanId).toBe('b');
    expect(build(record('z', ERROR), record('y', ERROR)).rootSpanId).toBe('y');
  });

  it('keeps error records without a span on one synthetic node, outside dagJson', () => {
    const dag = build(
      record('a', { at: 1 }),
      record('', { at: 2, service: 'lost', ...ERROR, parentId: 'a' }),
      record('', { at: 3, service: 'lost too', severity: 21 }),
      record('', { at: 0 }),
    );
    expect(nodeOf(dag, '(no span)')).toMatchObject({
      synthetic: true,
      parentId: '',
      service: 'lost',
      level: 'fatal',
      logCount: 2,
      errorCount: 2,
      orphan: false,
    });
    expect(dagJson(dag)).toEqual({ nodes: [{ id: 'a', service: 'svc', level: 'info' }], edges: [] });
    expect(dag.warnings).toEqual(['2 error records without a span: kept on the node "(no span)", which is not part of dagJson']);
    expect(dag).toMatchObject({ rootSpanId: 'a', spanCount: 1, logCount: 4, errorCount: 2, firstTime: { seconds: 1, nanos: 0 } });
  });

  it('has no root where nothing but records without a span erred and no span is known', () => {
    const dag = build(record('', ERROR), record(''));
    expect(dag).toMatchObject({ rootSpanId: '', spanCount: 0, logCount: 2, errorCount: 1 });
    expect(dagJson(dag)).toEqual({ nodes: [], edges: [] });
  });

  it('gives the synthetic node an id that no sender uses, as a span or as a parent', () => {
    const dag = build(record('(no span)', { parentId: '(no span 2)', ...ERROR }), record('', ERROR));
    expect(dag.nodes.filter((node) => node.synthetic).map((node) => node.id)).toEqual(['(no span 3)']);
    expect(nodeOf(dag, '(no span)')).toMatchObject({ synthetic: false, orphan: true });
  });

  it('counts a record that is given twice once', () => {
    const once = record('a', ERROR);
    expect(build(once, { ...once }, record('a'))).toMatchObject({ logCount: 2, errorCount: 1 });
  });

  it('treats ids that are names of object properties like any other', () => {
    const dag = build(record('__proto__', ERROR), record('constructor', { parentId: '__proto__', ...ERROR }));
    expect(dag.edges).toEqual([{ source: '__proto__', target: 'constructor', kind: 'parent' }]);
  });

  it('handles a chain and a cycle of 20,000 spans without overflowing the stack', () => {
    const chain = Array.from({ length: 20_000 }, (_, i) =>
      record(`s${i}`, { parentId: i === 0 ? '' : `s${i - 1}`, at: 20_000 - i }),
    );
    const caps = { bytes: Infinity };
    const dag = buildErrorDag([...chain, record('s19999', ERROR)], caps);
    expect(dag?.rootSpanId).toBe('s0');
    expect(dag?.nodes.map((node) => node.id)).toEqual(chain.map((r) => r.spanId));
    const cycle = buildErrorDag([...chain, record('s0', { parentId: 's19999', ...ERROR, at: 20_000 })], caps);
    expect(cycle?.edges).toHaveLength(19_999);
    expect(cycle?.warnings).toEqual(['20000 spans form a cycle: the edge from "s19998" to its earliest span "s19999" was cut']);
  });
});

describe('dagJson', () => {
  it('leaves link edges and edges of synthetic nodes out', () => {
    const dag = build(record('a'), record('b', { parentId: 'a', ...ERROR }), record('', ERROR));
    const edges: ErrorDag['edges'] = [
      ...dag.edges,
      { source: 'b', target: 'a', kind: 'link' },
      { source: 'a', target: '(no span)', kind: 'parent' },
    ];
    expect(dagJson({ ...dag, edges }).edges).toEqual([{ source: 'a', target: 'b' }]);
  });
});
