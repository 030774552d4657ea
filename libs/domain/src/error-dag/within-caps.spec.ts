import * as fc from 'fast-check';
import type { ErrorDag, TraceRecord } from '../error-dag.js';
import { buildErrorDag } from './build-error-dag.js';
import type { DagCaps } from './caps.js';

function record(id: number, spanId: string, parentId: string, at: number, severity = 9): TraceRecord {
  const time = { seconds: at, nanos: 0 };
  return { id: String(id).padStart(32, '0'), spanId, parentId, service: 'svc', message: 'm', severity, time };
}

/** A random forest of up to 12 spans with up to 9 records each, some of them errors; a parent may be named late. */
const forests = fc
  .array(
    fc.record({
      up: fc.integer({ min: 0, max: 5 }),
      namesParentFrom: fc.nat(3),
      severities: fc.array(fc.constantFrom(9, 9, 17, 21), { minLength: 1, maxLength: 9 }),
    }),
    { minLength: 1, maxLength: 12 },
  )
  .map((spans) => {
    let id = 0;
    return spans.flatMap(({ up, namesParentFrom, severities }, i) => {
      const parent = up === 0 || up > i ? '' : `s${i - up}`;
      return severities.map((severity, j) => record(id++, `s${i}`, j >= namesParentFrom ? parent : '', i + j, severity));
    });
  });

function ids(dag: ErrorDag | null): string[] {
  return (dag?.nodes ?? []).map((node) => node.id).sort();
}

function errorPaths(dag: ErrorDag): Set<string> {
  const parentOf = new Map(dag.nodes.map((node) => [node.id, node.parentId]));
  const paths = new Set<string>();
  for (const node of dag.nodes) {
    for (let at: string | undefined = node.id; node.errorCount > 0 && at !== undefined && at !== ''; at = parentOf.get(at))
      paths.add(at);
  }
  return paths;
}

describe('caps of the error DAG', () => {
  it('keeps error paths whole before any other span, and then the earliest spans', () => {
    fc.assert(
      fc.property(forests, fc.integer({ min: 1, max: 12 }), (records, spans) => {
        const whole = buildErrorDag(records);
        const capped = buildErrorDag(records, { spans });
        if (whole === null || capped === null) {
          expect(capped).toBe(whole);
          return;
        }
        expect(capped.nodes).toHaveLength(Math.min(spans, whole.nodes.length));
        expect(capped.truncated).toBe(spans < whole.nodes.length);
        expect(capped.firstErrorTime).toEqual(whole.firstErrorTime);
        const paths = errorPaths(whole);
        if (paths.size > spans) {
          expect(ids(capped).every((id) => paths.has(id))).toBe(true);
        } else {
          const others = whole.nodes.filter((node) => !paths.has(node.id)).map((node) => node.id);
          // s0, s1, ... are named by first time.
          others.sort((a, b) => Number(a.slice(1)) - Number(b.slice(1)));
          expect(ids(capped)).toEqual([...paths, ...others.slice(0, spans - paths.size)].sort());
          expect(capped.rootSpanId).toBe(whole.rootSpanId);
        }
      }),
      { numRuns: 700 },
    );
  });

  it('keeps to the cap of records, with the first error among them, and the shape of the error paths as long as they fit', () => {
    fc.assert(
      fc.property(forests, fc.integer({ min: 1, max: 108 }), (records, cap) => {
        const whole = buildErrorDag(records);
        const capped = buildErrorDag(records, { records: cap });
        if (whole === null || capped === null) {
          expect(capped).toBe(whole);
          return;
        }
        expect(capped.logCount).toBe(Math.min(cap, records.length));
        expect(capped.truncated).toBe(cap < records.length);
        expect(capped.firstErrorTime).toEqual(whole.firstErrorTime);
        const paths = errorPaths(whole);
        // Up to four records give a span its properties.
        if (cap < 4 * paths.size) return;
        const shape = (dag: ErrorDag): unknown =>
          dag.nodes
            .filter((node) => paths.has(node.id))
            .map(({ id, parentId, service, level, firstTime }) => ({ id, parentId, service, level, firstTime }));
        expect(shape(capped)).toEqual(shape(whole));
        expect(capped.rootSpanId).toBe(whole.rootSpanId);
      }),
      { numRuns: 700 },
    );
  });

  it('fills the cap of records with error paths before other spans, earliest first', () => {
    const records = [
      record(0, 'other', '', 0),
      record(1, 'root', '', 1),
      record(2, 'root', '', 2),
      record(3, 'root', '', 3),
      record(4, 'failed', 'root', 4, 17),
      record(5, 'failed', 'root', 5, 17),
    ];
    const kept = (cap: number): unknown =>
      Object.fromEntries((buildErrorDag(records, { records: cap })?.nodes ?? []).map((node) => [node.id, node.logCount]));
    expect([1, 2, 3, 4, 5, 6].map(kept)).toEqual([
      { failed: 1 },
      { failed: 1, root: 1 },
      { failed: 2, root: 1 },
      { failed: 2, root: 2 },
      { failed: 2, root: 3 },
      { failed: 2, root: 3, other: 1 },
    ]);
  });

  it('keeps at least the first error under caps of nothing', () => {
    const records = [record(0, 'root', '', 0), record(1, 'late', 'root', 3, 17), record(2, 'first', 'root', 2, 17)];
    const nothing: DagCaps = { spans: 0, records: 0, bytes: 0 };
    expect(buildErrorDag(records, nothing)).toMatchObject({
      nodes: [{ id: 'first' }],
      truncated: true,
      logCount: 1,
      errorCount: 1,
    });
  });

  it('says what was left out, and that an ancestor beyond the caps makes an orphan', () => {
    const records = [record(0, 'a', '', 0), record(1, 'b', 'a', 1), record(2, 'c', 'b', 2, 17), record(3, 'd', 'a', 3)];
    const dag = buildErrorDag(records, { spans: 2 });
    expect(ids(dag)).toEqual(['b', 'c']);
    expect(dag?.nodes[0]).toMatchObject({ id: 'b', parentId: 'a', orphan: true });
    expect(dag?.rootSpanId).toBe('b');
    expect(dag?.warnings).toEqual(['trace is too large: kept 2 of 4 nodes and 2 of 4 records, error paths first']);
  });

  it('keeps error paths under the cap in bytes', () => {
    const records = Array.from({ length: 2000 }, (_, i) =>
      record(i, `span-${i}`, i === 0 ? '' : 'span-0', i, i === 1999 ? 17 : 9),
    );
    const dag = buildErrorDag(records, { bytes: 100_000 });
    expect(dag?.truncated).toBe(true);
    expect(dag?.nodes.length).toBeGreaterThan(100);
    expect(dag?.nodes.length).toBeLessThan(2000);
    expect(dag?.edges).toContainEqual({ source: 'span-0', target: 'span-1999', kind: 'parent' });
  });

  it('takes the default for a cap that is undefined', () => {
    const records = [record(0, 'a', '', 0), record(1, 'b', 'a', 1, 17)];
    expect(buildErrorDag(records, { spans: undefined, records: undefined, bytes: undefined })).toEqual(buildErrorDag(records));
  });

  it('is not truncated at its caps', () => {
    const records = [record(0, 'a', '', 0), record(1, 'b', 'a', 1, 17)];
    expect(buildErrorDag(records, { spans: 2, records: 2 })?.truncated).toBe(false);
  });
});
