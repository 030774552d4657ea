import fc from 'fast-check';
import { sliceOf } from '../conformance/index.js';
import { type PendingCall, SendQueue, sizeOf } from './send-queue.js';

const LIMITS = { queueBytes: 1e9, tenantBytes: 1e9, requestBytes: 12_000, partitionBytes: 6_000 };

function callOf(...slices: ReturnType<typeof sliceOf>[]): PendingCall {
  const bytes = slices.reduce((sum, slice) => sum + sizeOf(slice), 0);
  return { slices, bytes, enqueuedAt: 0, settle: () => undefined, left: slices.length, settled: false };
}

describe('the send queue', () => {
  it('gives every slice out once, in the order of the calls within a partition, within the bounds of a request', () => {
    const calls = fc.array(fc.array(fc.tuple(fc.nat(3), fc.nat(5_000)), { minLength: 1, maxLength: 6 }), {
      minLength: 1,
      maxLength: 20,
    });
    fc.assert(
      fc.property(calls, (shapes) => {
        const queue = new SendQueue(LIMITS);
        const pending = shapes.map((shape, i) =>
          callOf(...shape.map(([partition, size], j) => sliceOf(`${i}.${j} `.padEnd(size), { partition }))),
        );
        for (const call of pending) expect(queue.offer(call)).toBe(true);
        const given = [];
        while (!queue.isEmpty) {
          const request = queue.takeRequest();
          expect(request.length).toBeGreaterThan(0);
          const total = request.reduce((sum, { slice }) => sum + sizeOf(slice), 0);
          expect(total <= LIMITS.requestBytes || request.length === 1).toBe(true);
          given.push(...request.map(({ slice }) => slice));
        }
        for (let partition = 0; partition < 4; partition++) {
          const expected = pending.flatMap(({ slices }) => slices.filter((slice) => slice.partition === partition));
          expect(given.filter((slice) => slice.partition === partition)).toEqual(expected);
        }
      }),
    );
  });

  it('leaves out slices of calls that were answered', () => {
    const queue = new SendQueue(LIMITS);
    const [dropped, kept] = [callOf(sliceOf('dropped')), callOf(sliceOf('kept'))];
    for (const call of [dropped, kept]) queue.offer(call);
    dropped.settled = true;
    expect(queue.takeRequest().map(({ call }) => call)).toEqual([kept]);
    expect(queue.isEmpty).toBe(true);
  });

  it('does not let a full partition starve the others', () => {
    const queue = new SendQueue(LIMITS);
    for (let i = 0; i < 50; i++) queue.offer(callOf(sliceOf('x'.repeat(3_000), { partition: 0 })));
    for (const partition of [1, 2, 3]) queue.offer(callOf(sliceOf('y'.repeat(9_000), { partition })));
    const seen = new Set<number>();
    for (let round = 0; round < 5; round++) for (const { slice } of queue.takeRequest()) seen.add(slice.partition);
    expect([...seen].sort()).toEqual([0, 1, 2, 3]);
  });
});
