import type { RetryKey } from '#domain';
import { TestPartition, freshName, storeGood } from './batches.js';
import type { LogStoreUnderTest } from './log-store-under-test.js';
import { inBusOrder, readNewest } from './read-all.js';

function retryKey(batchKey: string, digest = 'a', slice = 0, sliceCount = 1): RetryKey {
  return { batchKey, digest: digest.repeat(32), slice, sliceCount };
}

async function messagesOf(store: LogStoreUnderTest, tenant: string): Promise<string[]> {
  return inBusOrder(await readNewest(store.reader, tenant)).map(({ message }) => message);
}

/** The fence and the retry keys: every record is stored once, whoever hands it over how often. */
export function exactlyOnceSuite(store: () => LogStoreUnderTest): void {
  it('stores a batch, says how many rows, and moves the position', async () => {
    const { writer } = store();
    const partition = new TestPartition();
    expect(await writer.readPositions(partition.source, [0])).toEqual(new Map());
    const outcome = await storeGood(writer, partition.batch({ logs: [{}, {}] }, { logs: [{}] }));
    expect(outcome).toEqual({ kind: 'stored', records: 3, duplicates: [false, false], errorTraces: false });
    expect(await writer.readPositions(partition.source, [0, 1])).toEqual(new Map([[0, { topicId: 'id-1', next: 2n }]]));
  });

  it('moves the position over a batch without slices', async () => {
    const { writer } = store();
    const partition = new TestPartition();
    const empty = { ...partition.batch(), next: 17n };
    expect(await storeGood(writer, empty)).toMatchObject({ kind: 'stored', records: 0, duplicates: [] });
    expect((await writer.readPositions(partition.source, [0])).get(0)?.next).toBe(17n);
  });

  it('takes the first batch as the beginning and offsets beyond 2^53', async () => {
    const { writer } = store();
    const partition = new TestPartition();
    partition.next = 2n ** 62n;
    await storeGood(writer, partition.batchOf({ message: 'far' }));
    expect((await writer.readPositions(partition.source, [0])).get(0)?.next).toBe(2n ** 62n + 1n);
    expect(await messagesOf(store(), partition.tenant)).toEqual(['far']);
  });

  it('fences a batch that is delivered again, is ahead or lies behind, and writes nothing of it', async () => {
    const { writer } = store();
    const partition = new TestPartition();
    const first = partition.batchOf({ message: 'first' });
    await storeGood(writer, first);
    const fenced = { kind: 'fenced', position: 1n };
    expect(await storeGood(writer, first)).toEqual(fenced);
    expect(await storeGood(writer, { ...first, from: 5n, next: 6n })).toEqual(fenced);
    expect(await storeGood(store().otherWriter, first)).toEqual(fenced);
    expect(await messagesOf(store(), partition.tenant)).toEqual(['first']);
  });

  it('fences with no position where the topic is another one of the same name', async () => {
    const { writer } = store();
    const partition = new TestPartition();
    await storeGood(writer, partition.batchOf({ message: 'old topic' }));
    const again = new TestPartition(partition.tenant, 0, { ...partition.source, topicId: 'id-2' });
    again.next = 1n;
    expect(await storeGood(writer, again.batchOf({ message: 'new topic' }))).toEqual({ kind: 'fenced', position: null });
    expect(await messagesOf(store(), partition.tenant)).toEqual(['old topic']);
  });

  it.each([0n, 1n])('lets one of two writers win that race on a partition from offset %p', async (from) => {
    const { writer, otherWriter } = store();
    for (let round = 0; round < 10; round++) {
      const partition = new TestPartition();
      if (from > 0n) await storeGood(writer, partition.batchOf({ message: 'before' }));
      const batch = partition.batchOf({ message: 'raced' });
      const outcomes = await Promise.all([storeGood(writer, batch), storeGood(otherWriter, batch), storeGood(writer, batch)]);
      expect(outcomes.map(({ kind }) => kind).sort()).toEqual(['fenced', 'fenced', 'stored']);
      expect(outcomes).toContainEqual({ kind: 'fenced', position: from + 1n });
      expect((await messagesOf(store(), partition.tenant)).filter((message) => message === 'raced')).toHaveLength(1);
    }
  });

  it('keeps partitions and topics apart', async () => {
    const { writer } = store();
    const tenant = freshName('tenant');
    const first = new TestPartition(tenant, 0);
    const second = new TestPartition(tenant, 1, first.source);
    const other = new TestPartition(tenant, 0);
    await Promise.all([first, second, other].map((each, i) => storeGood(writer, each.batchOf({ message: `m${i}` }))));
    expect((await messagesOf(store(), tenant)).sort()).toEqual(['m0', 'm1', 'm2']);
  });

  it('stores a keyed slice once, in a later batch, in another partition and by another writer too', async () => {
    const { writer, otherWriter } = store();
    const partition = new TestPartition();
    const keyed = { logs: [{ message: 'once' }], retryKey: retryKey('b1') };
    expect(await storeGood(writer, partition.batch(keyed))).toMatchObject({ records: 1, duplicates: [false] });
    const again = await storeGood(writer, partition.batch(keyed, { logs: [{ message: 'neighbour' }] }));
    expect(again).toMatchObject({ kind: 'stored', records: 1, duplicates: [true, false] });
    const elsewhere = new TestPartition(partition.tenant, 3, partition.source);
    expect(await storeGood(otherWriter, elsewhere.batch(keyed))).toMatchObject({ records: 0, duplicates: [true] });
    expect(await messagesOf(store(), partition.tenant)).toEqual(['once', 'neighbour']);
  });

  it('stores a key that stands twice in a batch once', async () => {
    const partition = new TestPartition();
    const keyed = { logs: [{ message: 'once' }], retryKey: retryKey('b1') };
    const outcome = await storeGood(store().writer, partition.batch(keyed, keyed, keyed));
    expect(outcome).toMatchObject({ records: 1, duplicates: [false, true, true] });
    expect(await messagesOf(store(), partition.tenant)).toEqual(['once']);
  });

  it('stores a key once that two writers bring at the same time', async () => {
    const { writer, otherWriter } = store();
    for (let round = 0; round < 10; round++) {
      const tenant = freshName('tenant');
      const keys = Array.from({ length: 20 }, (_, i) => ({ logs: [{ message: `m${i}` }], retryKey: retryKey(`k${i}`) }));
      const outcomes = await Promise.all([
        storeGood(writer, new TestPartition(tenant).batch(...keys)),
        storeGood(otherWriter, new TestPartition(tenant).batch(...[...keys].reverse())),
      ]);
      expect(outcomes.reduce((sum, outcome) => sum + (outcome.kind === 'stored' ? outcome.records : 0), 0)).toBe(20);
      expect(new Set(await messagesOf(store(), tenant)).size).toBe(20);
    }
  });

  it('tells keys apart by digest, slice, slice count and tenant', async () => {
    const { writer } = store();
    const partition = new TestPartition();
    const logs = [{ message: 'm' }];
    const keys = [
      retryKey('b1'),
      retryKey('b1', 'b'),
      retryKey('b1', 'a', 0, 2),
      retryKey('b1', 'a', 1, 2),
      retryKey('b2'),
      retryKey('B1'),
    ];
    const batch = partition.batch(...keys.map((key) => ({ logs, retryKey: key })), {
      logs,
      retryKey: retryKey('b1'),
      tenant: freshName('other'),
    });
    expect(await storeGood(writer, batch)).toMatchObject({ records: 7, duplicates: Array(7).fill(false) });
  });

  it('takes any key that a sender may choose', async () => {
    const { writer } = store();
    const partition = new TestPartition();
    const keys = ['', ' ', "'; --", 'ä\u0001"\\', '\ud83d\ude00', 'a\0b', 'long'.repeat(2_000), 'long'.repeat(2_001)];
    const slices = keys.map((key) => ({ logs: [{ message: 'm' }], retryKey: retryKey(key) }));
    const wide = { logs: [{ message: 'm' }], retryKey: retryKey('wide', 'a', 2 ** 40, 2 ** 41) };
    const fresh = Array(keys.length + 1).fill(false);
    expect(await storeGood(writer, partition.batch(...slices, wide))).toMatchObject({ duplicates: fresh });
    expect(await storeGood(writer, partition.batch(...slices, wide))).toMatchObject({ duplicates: fresh.map(() => true) });
  });

  it('forgets the keys of a batch that was not stored', async () => {
    const { writer } = store();
    const partition = new TestPartition();
    const keyed = { logs: [{ message: 'once' }], retryKey: retryKey('b1') };
    const batch = partition.batch(keyed, { logs: [{ service: '' }] });
    const refuse = async (): Promise<void> => Promise.reject(new Error('the dead letters are away'));
    await expect(writer.store(batch, refuse)).rejects.toThrow('the dead letters are away');
    expect(await writer.readPositions(partition.source, [0])).toEqual(new Map());
    expect(await messagesOf(store(), partition.tenant)).toEqual([]);
    const outcome = await writer.store(batch, async () => undefined);
    expect(outcome).toMatchObject({ kind: 'stored', records: 1, duplicates: [false, false] });
  });
}
