import * as fc from 'fast-check';
import type { TraceRecord } from '../error-dag.js';
import { formatInstant } from '../format-instant.js';
import { buildErrorDag } from './build-error-dag.js';
import { dagJson } from './dag-json.js';
import { spanMessageBytes, utf8Length } from './message-bytes.js';
import { summarizeSpans } from './span-summary.js';

/* The smallest protobuf encoder that can write nodes and edges of query.Dag: fields are [number, content] pairs. */
type Field = readonly [number, Buffer | string | number | boolean];

function varint(n: number): number[] {
  return n < 0x80 ? [n] : [(n & 0x7f) | 0x80, ...varint(n >>> 7)];
}

function message(fields: readonly Field[]): Buffer {
  const parts = fields.map(([number, content]) => {
    if (content === '' || content === 0 || content === false) return Buffer.alloc(0);
    if (typeof content === 'number' || typeof content === 'boolean')
      return Buffer.from([number << 3, ...varint(Number(content))]);
    const bytes = Buffer.from(content);
    return Buffer.concat([Buffer.from([(number << 3) | 2, ...varint(bytes.length)]), bytes]);
  });
  return Buffer.concat(parts);
}

/** A google.protobuf.ListValue item that holds a Struct of strings. */
function structItem(object: Readonly<Record<string, string>>): Field {
  // A oneof's string is written even where it is empty.
  const text = (value: string): Buffer => (value === '' ? Buffer.from([0x1a, 0]) : message([[3, value]]));
  const entries = Object.entries(object).map(([key, value]): Field => [
    1,
    message([
      [1, key],
      [2, text(value)],
    ]),
  ]);
  return [1, message([[5, message(entries)]])];
}

const id = fc.oneof(
  fc.string({ unit: 'binary', minLength: 1, maxLength: 8 }),
  fc.constantFrom('x'.repeat(127), 'y'.repeat(256), 'p'),
);
const records = fc
  .array(
    fc.record({
      spanId: id,
      parentId: fc.oneof(fc.constant(''), id),
      service: id,
      message: fc.constant(''),
      severity: fc.integer({ min: 1, max: 24 }),
      time: fc.record({ seconds: fc.nat(1e9), nanos: fc.constantFrom(0, 5_000_000, 5000, 5) }),
    }),
    { minLength: 1, maxLength: 6 },
  )
  .map((list) => [...list, ...list.map((r) => ({ ...r, severity: 17 }))].map((r, i): TraceRecord => ({ ...r, id: String(i) })));

describe('spanMessageBytes', () => {
  it('is never less than what the encoded nodes and edges take, and little more where every parent is there', () => {
    fc.assert(
      fc.property(records, (list) => {
        const dag = buildErrorDag(list);
        if (dag === null) return;
        const json = dagJson(dag);
        const encoded = message([
          ...json.nodes.map(structItem),
          ...json.edges.map(structItem),
          ...dag.nodes.map((n): Field => {
            const times: Field[] = [
              [5, formatInstant(n.firstTime)],
              [6, formatInstant(n.lastTime)],
            ];
            const counts: Field[] = [
              [7, n.logCount],
              [8, n.errorCount],
              [9, n.orphan],
              [10, n.role],
              [11, n.synthetic],
            ];
            return [5, message([[1, n.id], [2, n.parentId], [3, n.service], [4, n.level], ...times, ...counts])];
          }),
          ...dag.edges.map((e): Field => [
            6,
            message([
              [1, e.source],
              [2, e.target],
              [3, e.kind],
            ]),
          ]),
        ]);
        const estimate = summarizeSpans(list).spans.reduce((sum, span) => sum + spanMessageBytes(span), 0);
        expect(estimate).toBeGreaterThanOrEqual(encoded.length);
        const missingEdge = dag.nodes.length > dag.edges.length + dag.nodes.filter((n) => n.parentId === '').length;
        if (!missingEdge && dag.warnings.length === 0)
          expect(estimate - encoded.length).toBeLessThanOrEqual(16 * dag.nodes.length);
      }),
      { numRuns: 300 },
    );
  });

  it('counts the bytes of UTF-8', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(utf8Length(text)).toBe(Buffer.byteLength(text));
      }),
    );
    expect(utf8Length('\ud800a\udc00')).toBe(7);
  });
});
