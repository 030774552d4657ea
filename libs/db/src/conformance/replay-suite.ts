import type { RetryKey } from '#domain';
import { TestPartition, freshName, storeGood, type SliceOf } from './batches.js';
import { KeptPartition } from './kept-partition.js';
import type { LogStoreUnderTest } from './log-store-under-test.js';
import { readNewest } from './read-all.js';

const ERROR = 3;

function keyed(message: string, batchKey: string, receivedAt = Date.now()): SliceOf {
  const retryKey: RetryKey = { batchKey, digest: 'a'.repeat(32), slice: 0, sliceCount: 1 };
  return { logs: [{ message, traceId: 't' }], retryKey, receivedAt };
}

/** A position was wiped or put back: what is handed over again is stored where it is missing, and nowhere twice. */
export function replaySuite(store: () => LogStoreUnderTest): void {
  async function messages(tenant: string): Promise<string[]> {
    return (await readNewest(store().reader, tenant)).map(({ message }) => message).sort();
  }
  async function wipe(...partitions: readonly KeptPartition[]): Promise<void> {
    for (const each of partitions) {
      await store().mishaps.wipePositions(each.at.source, [each.at.partition]);
      each.position = 0n;
    }
  }
  function kept(...slices: readonly SliceOf[]): KeptPartition {
    return new KeptPartition(new TestPartition()).write(...slices);
  }

  it('stores nothing twice where the position is gone and all is handed over again, in batches cut otherwise', async () => {
    const { writer, otherWriter } = store();
    const bus = kept(
      ...Array.from({ length: 9 }, (_, i) => ({ logs: [{ message: `m${i}` }, { message: `n${i}`, traceId: 't' }] })),
    );
    while (!bus.atEnd) await bus.deliver(writer, 2);
    const before = await messages(bus.at.tenant);
    for (const each of [writer, otherWriter]) {
      await wipe(bus);
      expect(await bus.deliver(each, 4)).toMatchObject({ kind: 'stored', records: 0, duplicates: Array(4).fill(true) });
      expect(await bus.deliver(each, 5)).toMatchObject({ kind: 'stored', records: 0, duplicates: Array(5).fill(true) });
      expect(await messages(bus.at.tenant)).toEqual(before);
    }
  });

  it('goes on as usual behind the replay, in the batch that crosses its end too', async () => {
    const { writer } = store();
    const bus = kept({ logs: [{ message: 'a' }] }, { logs: [{ message: 'b' }] });
    await bus.deliver(writer);
    await wipe(bus);
    bus.write({ logs: [{ message: 'c' }] });
    expect(await bus.deliver(writer)).toMatchObject({ records: 1, duplicates: [true, true, false] });
    bus.write({ logs: [{ message: 'd' }] });
    expect(await bus.deliver(writer)).toMatchObject({ records: 1, duplicates: [false] });
    expect(await messages(bus.at.tenant)).toEqual(['a', 'b', 'c', 'd']);
  });

  it('stores nothing twice where the position was put back, and again in the middle of that', async () => {
    const { writer, mishaps } = store();
    const bus = kept(...Array.from({ length: 6 }, (_, i) => ({ logs: [{ message: `m${i}` }] })));
    await bus.deliver(writer);
    const before = await messages(bus.at.tenant);
    for (let round = 0; round < 3; round++) {
      expect(await mishaps.putBack(bus.at.source, 0, BigInt(round))).toBe(true);
      bus.position = BigInt(round);
      expect(await bus.deliver(writer, 2)).toMatchObject({ kind: 'stored', records: 0 });
    }
    while (!bus.atEnd) await bus.deliver(writer, 1);
    expect(await messages(bus.at.tenant)).toEqual(before);
  });

  it('fences a consumer that does not know that the position was put back', async () => {
    const { writer, mishaps } = store();
    const bus = kept({ logs: [{ message: 'a' }] }, { logs: [{ message: 'b' }] }, { logs: [{ message: 'c' }] });
    await bus.deliver(writer, 2);
    await mishaps.putBack(bus.at.source, 0, 0n);
    expect(await bus.deliver(writer)).toEqual({ kind: 'fenced', position: 0n });
    expect(await bus.deliver(writer)).toMatchObject({ records: 1, duplicates: [true, true, false] });
  });

  it('goes on where the position is gone under a consumer at work', async () => {
    const { writer, mishaps } = store();
    const bus = kept({ logs: [{ message: 'a' }] }, { logs: [{ message: 'b' }] });
    await bus.deliver(writer, 1);
    await mishaps.wipePositions(bus.at.source, [0]);
    expect(await bus.deliver(writer, 1)).toMatchObject({ kind: 'stored', records: 1, duplicates: [false] });
    expect(await messages(bus.at.tenant)).toEqual(['a', 'b']);
  });

  it('brings back records that are gone, with a retry key or without, known or forgotten', async () => {
    const { writer, mishaps } = store();
    const bus = kept(keyed('known', 'k1'), { logs: [{ message: 'plain' }] }, keyed('forgotten', 'k2'), keyed('there', 'k3'));
    await bus.deliver(writer);
    await mishaps.deleteRecords(bus.at.tenant, ['known', 'plain']);
    await wipe(bus);
    expect(await bus.deliver(writer)).toMatchObject({ records: 2, duplicates: [false, false, true, true] });
    await mishaps.deleteRecords(bus.at.tenant, ['forgotten']);
    await mishaps.forgetRetryKeys(bus.at.tenant);
    await wipe(bus);
    expect(await bus.deliver(writer)).toMatchObject({ records: 1, duplicates: [true, true, false, true] });
    expect(await messages(bus.at.tenant)).toEqual(['forgotten', 'known', 'plain', 'there']);
  });

  it('brings back all records where none is left and the position is put back to the beginning', async () => {
    const { writer, mishaps } = store();
    const bus = kept(keyed('first', 'k1'), { logs: [{ message: 'plain' }] }, keyed('last', 'k2'));
    await bus.deliver(writer);
    await mishaps.deleteRecords(bus.at.tenant, ['first', 'plain', 'last']);
    await mishaps.putBack(bus.at.source, 0, 0n);
    bus.position = 0n;
    expect(await bus.deliver(writer)).toMatchObject({ records: 3, duplicates: [false, false, false] });
    bus.write(keyed('retry', 'k2', Date.now() + 5));
    expect(await bus.deliver(writer)).toMatchObject({ records: 0, duplicates: [true] });
    expect(await messages(bus.at.tenant)).toEqual(['first', 'last', 'plain']);
  });

  it('leaves a retry out again whose key is forgotten, though what it repeats is not handed over', async () => {
    const { writer, mishaps } = store();
    const first = kept(keyed('once', 'k', Date.now() - 5));
    const second = new KeptPartition(new TestPartition(first.at.tenant, 1, first.at.source)).write(keyed('retry', 'k'));
    await first.deliver(writer);
    expect(await second.deliver(writer)).toMatchObject({ records: 0, duplicates: [true] });
    await mishaps.forgetRetryKeys(first.at.tenant);
    await wipe(first, second);
    expect(await second.deliver(writer)).toMatchObject({ records: 0, duplicates: [true] });
    expect(await messages(first.at.tenant)).toEqual(['once']);
  });

  it('knows the keys of what it left out: a new retry of it is recognized', async () => {
    const { writer, mishaps } = store();
    const bus = kept(keyed('once', 'k'));
    await bus.deliver(writer);
    await mishaps.forgetRetryKeys(bus.at.tenant);
    await wipe(bus);
    bus.write(keyed('retry', 'k', Date.now() + 5));
    expect(await bus.deliver(writer)).toMatchObject({ records: 0, duplicates: [true, true] });
  });

  it('does not take a new message for one of a partition of the same number in another topic', async () => {
    const { writer } = store();
    const bus = kept({ logs: [{ message: 'old' }] });
    await bus.deliver(writer);
    await wipe(bus);
    const again = new KeptPartition(new TestPartition(bus.at.tenant, 0, { ...bus.at.source, topicId: 'id-2' }));
    again.write({ logs: [{ message: 'new' }] });
    expect(await again.deliver(writer)).toMatchObject({ records: 1, duplicates: [false] });
    expect(await messages(bus.at.tenant)).toEqual(['new', 'old']);
  });

  it('raises no trace by what it leaves out', async () => {
    const { writer, queue, passTime } = store();
    const bus = kept({ logs: [{ traceId: 't', level: ERROR }] });
    await bus.deliver(writer);
    await passTime(1_000_000);
    for (const trace of await queue.claim('builder', 10_000, 60_000)) await queue.built('builder', [trace], 0);
    await wipe(bus);
    expect(await bus.deliver(writer)).toMatchObject({ records: 0, errorTraces: false });
    await passTime(1_000_000);
    expect((await queue.claim('builder', 10_000, 60_000)).filter(({ tenant }) => tenant === bus.at.tenant)).toEqual([]);
  });

  it('begins the replay anew where its first batch could not be kept', async () => {
    const { writer } = store();
    const bus = kept({ logs: [{ message: 'a' }] }, { logs: [{ message: 'b' }] });
    await bus.deliver(writer);
    await wipe(bus);
    bus.write({ logs: [{ service: '' }] });
    const refuse = async (): Promise<void> => Promise.reject(new Error('the dead letters are away'));
    await expect(writer.store(bus.batch(0n, 3), refuse)).rejects.toThrow('the dead letters are away');
    expect(await writer.readPositions(bus.at.source, [0])).toEqual(new Map());
    expect(await bus.deliver(writer)).toMatchObject({ records: 0, duplicates: [true, true, false] });
    expect(await messages(bus.at.tenant)).toEqual(['a', 'b']);
  });

  it('sends a bus that keeps nothing behind what is stored, and stores what it brings', async () => {
    const { writer, mishaps } = store();
    const source = { clusterId: 'test', topic: freshName('topic'), topicId: '', transient: true };
    const tenant = freshName('tenant');
    await storeGood(
      writer,
      new TestPartition(tenant, 0, source).batch({ logs: [{ message: 'a' }] }, { logs: [{ message: 'b' }] }),
    );
    for (const lose of [() => mishaps.wipePositions(source, [0]), () => mishaps.putBack(source, 0, 0n)]) {
      await lose();
      const started = new TestPartition(tenant, 0, source);
      const outcome = await storeGood(writer, started.batchOf({ message: 'fenced' }));
      if (outcome.kind !== 'fenced' || outcome.position === null) throw new Error(`it was ${outcome.kind}`);
      expect(outcome.position).toBeGreaterThanOrEqual(2n);
      started.next = outcome.position;
      expect(await storeGood(writer, started.batchOf({ message: `after ${outcome.position}` }))).toMatchObject({ records: 1 });
    }
    expect(await messages(tenant)).toEqual(['a', 'after 2', 'after 3', 'b']);
    const ids = (await readNewest(store().reader, tenant)).map(({ id }) => id);
    expect(new Set(ids).size).toBe(4);
  });
}
