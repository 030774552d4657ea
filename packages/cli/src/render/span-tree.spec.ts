import fc from 'fast-check';
import { QueryLog } from '#proto';
import { emptyOf } from '../session.js';
import { MAX_DEPTH, spanTreeOf } from './span-tree.js';

const log = (spanId: string, parentId: string): QueryLog => ({
  ...emptyOf(QueryLog),
  spanId,
  parentId,
  service: 's',
  level: 'info',
});
const anyId = fc.integer({ min: 0, max: 8 }).map((n) => (n === 0 ? '' : `s${n}`));
const anyLogs = fc.array(
  fc.tuple(anyId, anyId).map(([span, parent]) => log(span, parent)),
  { maxLength: 40 },
);

describe('The tree of spans', () => {
  it('holds every span and every record once, whatever parents they name, cycles included', () => {
    fc.assert(
      fc.property(anyLogs, (logs) => {
        const { spans, logsWithoutSpan } = spanTreeOf(null, logs);
        const ids = spans.map(({ span }) => span.id);
        expect([...ids].sort()).toEqual([...new Set(logs.map(({ spanId }) => spanId).filter((id) => id !== ''))].sort());
        const shown = [...spans.flatMap(({ span }) => span.logs), ...logsWithoutSpan];
        expect(shown.length).toBe(logs.length);
        expect(new Set(shown)).toEqual(new Set(logs));
      }),
    );
  });

  it('has each span below its parent, at the next depth, unless it is a root', () => {
    fc.assert(
      fc.property(anyLogs, (logs) => {
        const path: string[] = [];
        for (const { span, depth, continues } of spanTreeOf(null, logs).spans) {
          path.length = depth;
          if (depth > 0) expect(path[depth - 1]).toBe(span.parentId);
          path.push(span.id);
          expect(continues.length).toBe(Math.min(depth, MAX_DEPTH) + 1);
        }
      }),
    );
  });

  it('takes a chain of 20,000 calls', () => {
    const logs = Array.from({ length: 20_000 }, (_, i) => log(`s${i}`, i === 0 ? '' : `s${i - 1}`));
    const { spans } = spanTreeOf(null, logs);
    expect(spans.map(({ depth }) => depth)).toEqual(logs.map((_, i) => i));
    expect(Math.max(...spans.map(({ continues }) => continues.length))).toBe(MAX_DEPTH + 1);
  });
});
