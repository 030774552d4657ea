import { StorePosition } from '#domain';
import type { FedRecord } from './fed-record.js';
import { TailQueue } from './tail-queue.js';

const at = (offset: number): StorePosition => StorePosition.of([{ epoch: 0, partition: 0, offset: BigInt(offset), index: 0 }]);
const record = (offset: number, burst: number, size = 1_000): FedRecord => ({
  bytes: Buffer.alloc(size),
  position: () => at(offset),
  burst,
});

function made(maxBytes: number): TailQueue {
  const queue = new TailQueue('tenant', '', { kind: 'all' }, () => true, maxBytes);
  queue.begin(at(0));
  return queue;
}

/** All that the queue hands on: counts of records, and what was missed. */
function drain(queue: TailQueue): unknown[] {
  const parts: unknown[] = [];
  for (let next = queue.next(); next !== null; next = queue.next()) {
    parts.push(next.kind === 'records' ? next.records.length : { missed: next.count, from: next.from, to: next.to });
  }
  return parts;
}

describe('TailQueue', () => {
  it('keeps a whole burst for a reader that had taken all that was there before', () => {
    const queue = made(10_000);
    for (let i = 1; i <= 50; i++) queue.take(record(i, 1));
    expect(drain(queue)).toEqual([50]);
    for (let i = 51; i <= 60; i++) queue.take(record(i, 2));
    expect(drain(queue)).toEqual([10]);
    expect(queue.isEmpty).toBe(true);
  });

  it('counts what comes while more than its bound waits, and says between which positions it was', () => {
    const queue = made(10_000);
    for (let i = 1; i <= 50; i++) queue.take(record(i, 1));
    for (let i = 51; i <= 70; i++) queue.take(record(i, 2));
    expect(queue.next()).toMatchObject({ kind: 'records' });
    // Whoever has begun to miss records misses on: what is kept has no hole.
    queue.take(record(71, 3));
    expect(drain(queue)).toEqual([{ missed: 21, from: at(50), to: at(71) }]);
    queue.take(record(72, 4));
    for (let i = 73; i <= 120; i++) queue.take(record(i, 4));
    queue.take(record(121, 5));
    expect(drain(queue)).toEqual([49, { missed: 1, from: at(120), to: at(121) }]);
  });

  it('hands on a bounded part at once, and a record that is larger alone', () => {
    const queue = made(1_000_000);
    for (let i = 1; i <= 4; i++) queue.take(record(i, 1, 30_000));
    queue.take(record(5, 1, 200_000));
    expect(drain(queue)).toEqual([2, 2, 1]);
  });

  it('wakes who waits for a record, and who gives up', async () => {
    const queue = made(1_000);
    const giving = new AbortController();
    const given = queue.wait(60_000, giving.signal);
    giving.abort();
    await given;
    const waiting = queue.wait(60_000, new AbortController().signal);
    queue.take(record(1, 1));
    await waiting;
    expect(drain(queue)).toEqual([1]);
  });
});
