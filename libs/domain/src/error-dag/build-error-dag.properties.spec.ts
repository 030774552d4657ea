import * as fc from 'fast-check';
import type { ErrorDag, TraceRecord } from '../error-dag.js';
import { buildErrorDag } from './build-error-dag.js';
import { dagJson } from './dag-json.js';

/** Few ids, times and services, so that cycles, self-parents, orphans and ties are the rule. */
const spanIds = ['a', 'b', 'c', 'd', 'e', '\uffff', '\u{10000}', '(no span)'];
const traces = fc
  .array(
    fc.record({
      spanId: fc.constantFrom(...spanIds, ''),
      parentId: fc.constantFrom('', '', ...spanIds, 'gone'),
      service: fc.constantFrom('s', 't', '\uffff', '\u{10000}'),
      message: fc.constantFrom('m', 'n'),
      severity: fc.oneof(fc.integer({ min: 1, max: 24 }), fc.constant(9)),
      time: fc.record({ seconds: fc.integer({ min: -1, max: 2 }), nanos: fc.constantFrom(0, 1) }),
    }),
    { maxLength: 14 },
  )
  .map((records) => records.map((record, i): TraceRecord => ({ ...record, id: String(i).padStart(32, '0') })));

const shuffledWithRepeats = traces.chain((records) =>
  fc.record({
    records: fc.constant(records),
    other: fc
      .tuple(fc.shuffledSubarray(records, { minLength: records.length }), fc.shuffledSubarray(records))
      .map(([all, again]) => [...again, ...all].map((record) => ({ ...record }))),
  }),
);

type Key = readonly (bigint | string)[];

function timeKey({ time }: TraceRecord): bigint {
  return BigInt(time.seconds) * 1_000_000_000n + BigInt(time.nanos);
}

function before(a: Key, b: Key): number {
  for (const [i, left] of a.entries()) {
    const right = b[i] ?? '';
    const order =
      typeof left === 'bigint' || typeof right === 'bigint'
        ? left < right
          ? -1
          : Number(left > right)
        : Buffer.compare(Buffer.from(left), Buffer.from(right));
    if (order !== 0) return order;
  }
  return 0;
}

function sortBy<T>(items: readonly T[], key: (item: T) => Key): T[] {
  return [...items].sort((x, y) => before(key(x), key(y)));
}

const LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal'];

/** The contract's rules said again, slowly: whole-trace scans instead of indices, heaps and walks. */
function slowDag(
  records: readonly TraceRecord[],
): Pick<ErrorDag, 'rootSpanId' | 'edges'> & { nodes: object[]; warnings: number } {
  const ids = [...new Set(records.map((r) => r.spanId))].filter((id) => id !== '');
  const spans = ids.map((id) => {
    const level = (r: TraceRecord): string => LEVELS[Math.floor((r.severity - 1) / 4)] ?? '';
    const own = sortBy(
      records.filter((r) => r.spanId === id),
      (r) => [timeKey(r), r.parentId, r.service, level(r), r.message],
    );
    const worst = Math.max(...own.map((r) => r.severity));
    const errors = own.filter((r) => r.severity >= 17);
    return {
      id,
      parentId: own.find((r) => r.parentId !== '')?.parentId ?? '',
      service: own[0]?.service ?? '',
      level: LEVELS[Math.floor((worst - 1) / 4)] ?? '',
      first: own[0] === undefined ? 0n : timeKey(own[0]),
      firstError: errors[0] === undefined ? null : timeKey(errors[0]),
      errorCount: errors.length,
      logCount: own.length,
    };
  });
  type Span = (typeof spans)[number];
  const parentOf = (span: Span): Span | undefined => spans.find((s) => s.id === span.parentId);
  const ancestors = (span: Span): Span[] => {
    const seen: Span[] = [];
    for (let at = parentOf(span); at !== undefined && !seen.includes(at); at = parentOf(at)) seen.push(at);
    return seen;
  };
  let warnings = 0;
  for (;;) {
    const onCycle = spans.find((span) => ancestors(span).includes(span));
    if (onCycle === undefined) break;
    const cycle = ancestors(onCycle);
    const earliest = sortBy(cycle, (s) => [s.first, s.id])[0];
    if (earliest !== undefined) earliest.parentId = '';
    warnings++;
  }
  const placed: Span[] = [];
  while (placed.length < spans.length) {
    const ready = spans.filter((s) => {
      const parent = parentOf(s);
      return !placed.includes(s) && (parent === undefined || placed.includes(parent));
    });
    placed.push(...sortBy(ready, (s) => [s.first, s.id]).slice(0, 1));
  }
  const roots = spans.filter((s) => parentOf(s) === undefined);
  const never = 10n ** 30n;
  const firstErrorUnder = (root: Span): bigint =>
    spans
      .filter((s) => s === root || ancestors(s).includes(root))
      .reduce((first, s) => (s.firstError !== null && s.firstError < first ? s.firstError : first), never);
  return {
    rootSpanId: sortBy(roots, (s) => [firstErrorUnder(s), s.first, s.id])[0]?.id ?? '',
    nodes: placed.map(({ id, parentId, service, level, errorCount, logCount }) => {
      const orphan = parentId !== '' && !ids.includes(parentId);
      return { id, parentId, service, level, errorCount, logCount, orphan };
    }),
    edges: sortBy(
      spans.flatMap((s) => (parentOf(s) === undefined ? [] : [{ source: s.parentId, target: s.id, kind: 'parent' as const }])),
      (edge) => [edge.source, edge.target],
    ),
    warnings: warnings + (records.some((r) => r.spanId === '' && r.severity >= 17) ? 1 : 0),
  };
}

describe('buildErrorDag, for any trace', () => {
  it('gives the identical DAG whatever the order and repetition of the records', () => {
    fc.assert(
      fc.property(shuffledWithRepeats, ({ records, other }) => {
        expect(buildErrorDag(other)).toEqual(buildErrorDag(records));
      }),
      { numRuns: 500 },
    );
  });

  it('gives the identical DAG in any order under any caps, too', () => {
    const caps = fc.record({ spans: fc.nat(5), records: fc.nat(8), bytes: fc.oneof(fc.constant(Infinity), fc.nat(20_000)) });
    fc.assert(
      fc.property(shuffledWithRepeats, caps, ({ records, other }, options) => {
        expect(buildErrorDag(other, options)).toEqual(buildErrorDag(records, options));
      }),
      { numRuns: 500 },
    );
  });

  it('gives the identical DAG even where different records claim one id', () => {
    fc.assert(
      fc.property(shuffledWithRepeats, ({ records, other }) => {
        const clash = (list: readonly TraceRecord[]): TraceRecord[] => list.map((r) => ({ ...r, id: r.id.slice(-1) }));
        expect(buildErrorDag(clash(other))).toEqual(buildErrorDag(clash(records)));
      }),
      { numRuns: 500 },
    );
  });

  it('says what a slow reading of the rules says', () => {
    fc.assert(
      fc.property(traces, (records) => {
        const dag = buildErrorDag(records);
        const failed = records.some((r) => r.severity >= 17);
        expect(dag !== null).toBe(failed);
        if (dag === null) return;
        const expected = slowDag(records);
        const spans = dag.nodes.filter((node) => !node.synthetic);
        expect(spans.map(({ firstTime, lastTime, synthetic, role, ...node }) => node)).toEqual(expected.nodes);
        expect(dag.edges).toEqual(expected.edges);
        expect(dag.rootSpanId).toBe(expected.rootSpanId);
        expect(dag.warnings).toHaveLength(expected.warnings);
      }),
      { numRuns: 1500 },
    );
  });

  it('makes each span with records a node, is acyclic, in topological order, and its edges join nodes', () => {
    fc.assert(
      fc.property(traces, (records) => {
        const dag = buildErrorDag(records);
        if (dag === null) return;
        const place = new Map(dag.nodes.map((node, index) => [node.id, index]));
        expect(place.size).toBe(dag.nodes.length);
        const spans = new Set(records.map((r) => r.spanId).filter((id) => id !== ''));
        expect(new Set(dagJson(dag).nodes.map((node) => node.id))).toEqual(spans);
        expect(dag.spanCount).toBe(spans.size);
        for (const { source, target } of dag.edges) {
          // Sources before targets in one order of all nodes: no cycle is possible.
          expect(place.get(source)).toBeLessThan(place.get(target) ?? -1);
        }
        expect(dag.logCount).toBe(records.length);
        const errorRecords = records.filter((r) => r.severity >= 17).length;
        expect(dag.nodes.reduce((sum, node) => sum + node.errorCount, 0)).toBe(errorRecords);
        expect(dag.errorCount).toBeGreaterThanOrEqual(1);
        expect(dag.errorCount).toBeLessThanOrEqual(errorRecords);
      }),
      { numRuns: 500 },
    );
  });
});
