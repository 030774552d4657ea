import * as fc from 'fast-check';
import type { TraceRecord, TraceSpan } from '../error-dag.js';
import { buildErrorDag } from '../error-dag/build-error-dag.js';
import { dagJson } from '../error-dag/dag-json.js';

/** Texts of each kind of failure and of each tone, so that every rule has its turn. */
const TEXTS = [
  'POST /checkout',
  'calling inventory',
  'waiting for lock',
  '200 OK in 12 ms',
  'stock loaded',
  'reviews failed, using default',
  'attempt 2 of 3 failed: connection reset',
  'attempt 3 succeeded',
  'timeout of 3000ms exceeded',
  'Timed out waiting for s',
  'context canceled',
  'read ECONNRESET',
  'connect ECONNREFUSED t:8080',
  '503 Service Unavailable',
  'Request failed with status code 500',
  'Order failed: payment error: card declined',
  'card declined',
  "TypeError: Cannot read properties of undefined (reading 'id')",
  'Out of memory: Killed process 7',
  'consumed OrderPlaced from topic orders',
  '',
];
const spanIds = ['a', 'b', 'c', 'd', 'e', 'f', 'g'];
const spanId = fc.constantFrom(...spanIds);
const parentId = fc.constantFrom('', ...spanIds, 'gone', 'lost');
const service = fc.constantFrom('s', 't', 'mail-consumer', '');
const time = fc.record({ seconds: fc.integer({ min: 0, max: 4 }), nanos: fc.constantFrom(0, 5_000_000, 900_000_000) });

const records = fc
  .array(
    fc.record({
      spanId: fc.oneof({ weight: 9, arbitrary: spanId }, { weight: 1, arbitrary: fc.constant('') }),
      parentId,
      service,
      message: fc.constantFrom(...TEXTS),
      severity: fc.constantFrom(5, 9, 9, 13, 17, 17, 21),
      time,
      attributes: fc.constantFrom(undefined, '', '{', '{"http.status_code":504}', '{"peer.service":"t"}'),
    }),
    { maxLength: 24 },
  )
  .map((list) => list.map((record, i): TraceRecord => ({ ...record, id: String(i).padStart(32, '0') })));

const traceSpans: fc.Arbitrary<TraceSpan[]> = fc.array(
  fc.record({
    spanId: fc.constantFrom(...spanIds, 'h', 'i'),
    parentId,
    service,
    name: fc.constantFrom('', 'GET /x'),
    kind: fc.constantFrom('internal', 'server', 'client', 'producer', 'consumer'),
    start: time,
    end: time,
    status: fc.constantFrom('unset', 'ok', 'error'),
    statusMessage: fc.constantFrom('', 'deadline exceeded', 'card declined'),
    links: fc.array(fc.record({ traceId: fc.constantFrom('t', 'other'), spanId: fc.constantFrom(...spanIds, 'h') }), {
      maxLength: 3,
    }),
  }),
  { maxLength: 7 },
);

const traces = fc.record({ records, traceSpans });

describe('root causes, for any trace', () => {
  it('are the same whatever the order and repetition of records and spans', () => {
    const shuffled = traces.chain((trace) =>
      fc.record({
        trace: fc.constant(trace),
        records: fc.shuffledSubarray([...trace.records, ...trace.records], { minLength: 2 * trace.records.length }),
        traceSpans: fc.shuffledSubarray([...trace.traceSpans, ...trace.traceSpans], { minLength: 2 * trace.traceSpans.length }),
      }),
    );
    fc.assert(
      fc.property(shuffled, ({ trace, ...other }) => {
        const built = buildErrorDag(trace.records, { traceSpans: trace.traceSpans, traceId: 't' });
        expect(buildErrorDag(other.records, { traceSpans: other.traceSpans, traceId: 't' })).toEqual(built);
      }),
      { numRuns: 1500 },
    );
  });

  it('are at least one where anything erred, name nodes of the DAG, and agree with the roles and counts', () => {
    fc.assert(
      fc.property(traces, (trace) => {
        const dag = buildErrorDag(trace.records, { traceSpans: trace.traceSpans, traceId: 't' });
        const erred = trace.records.some(({ severity }) => severity >= 17);
        if (dag === null) {
          expect(erred).toBe(false);
          return;
        }
        const nodes = new Map(dag.nodes.map((node) => [node.id, node]));
        expect(dag.rootCauses.length).toBeGreaterThan(0);
        expect(dag.rootCauses.length).toBeLessThanOrEqual(10);
        for (const cause of dag.rootCauses) {
          const node = nodes.get(cause.spanId);
          expect(node?.role === 'origin' || node?.role === 'suspect').toBe(true);
          expect(cause.role === 'origin' || cause.role === 'suspect').toBe(true);
          expect(cause.evidenceSpanIds[0]).toBe(cause.spanId);
          expect(cause.evidenceSpanIds.every((id) => nodes.has(id))).toBe(true);
          expect(cause.evidence.endsWith(`[${cause.rule}]`)).toBe(true);
          if (cause.role === 'origin') expect(node?.errorCount).toBeGreaterThan(0);
        }
        for (const node of dag.nodes) {
          expect(node.role === '' ? node.errorCount : 0).toBe(0);
          if (node.role === 'origin' || node.role === 'propagated') expect(node.errorCount).toBeGreaterThan(0);
        }
        const errors = dag.nodes.reduce((sum, node) => sum + node.errorCount, 0);
        expect(dag.errorCount).toBeGreaterThanOrEqual(1);
        expect(dag.errorCount).toBeLessThanOrEqual(errors);
      }),
      { numRuns: 2000 },
    );
  });

  it('leave the DAG acyclic whatever spans are linked, and links out of dagJson', () => {
    fc.assert(
      fc.property(traces, (trace) => {
        const dag = buildErrorDag(trace.records, { traceSpans: trace.traceSpans, traceId: 't' });
        if (dag === null) return;
        const place = new Map(dag.nodes.map(({ id }, index) => [id, index]));
        for (const { source, target } of dag.edges) expect(place.get(source)).toBeLessThan(place.get(target) ?? -1);
        const linkedIds = new Set(
          trace.traceSpans.flatMap(({ links }) => links.filter(({ traceId }) => traceId === 't').map((link) => link.spanId)),
        );
        for (const { source, kind } of dag.edges) if (kind === 'link') expect(linkedIds.has(source)).toBe(true);
        expect(dagJson(dag).edges).toHaveLength(dag.edges.filter(({ kind }) => kind === 'parent').length);
      }),
      { numRuns: 1000 },
    );
  });

  it('are found within any caps', () => {
    const caps = fc.record({ spans: fc.nat(6), records: fc.nat(12) });
    fc.assert(
      fc.property(traces, caps, (trace, options) => {
        const dag = buildErrorDag(trace.records, { ...options, traceSpans: trace.traceSpans, traceId: 't' });
        if (dag !== null) expect(dag.rootCauses.length).toBeGreaterThan(0);
      }),
      { numRuns: 700 },
    );
  });
});
