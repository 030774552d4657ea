import { describeLogBus, FencedStore, sliceOf, waitUntil } from '../conformance/index.js';
import { InProcessBus } from './in-process-bus.js';

describeLogBus('the in-process bus', { keepsRecords: false }, async ({ partitions, queueBytes, tenantBytes }) => ({
  startProcess: async (store) => {
    const bus = new InProcessBus({ partitions, queueBytes, tenantBytes });
    await bus.start(store.handle, store.readPositions);
    return { publisher: bus, source: bus, stop: () => bus.stop() };
  },
  close: async () => undefined,
}));

describe('the in-process bus', () => {
  let bus: InProcessBus;
  let store: FencedStore;

  beforeEach(() => {
    bus = new InProcessBus({ partitions: 2, publishTimeoutMs: 200 });
    store = new FencedStore();
  });

  afterEach(() => bus.stop(0));

  it('is unavailable, and says why, until the stored positions were read', async () => {
    let isAway = true;
    const started = bus.start(store.handle, async (source, partitions) => {
      if (isAway) throw new Error('no connection');
      return store.readPositions(source, partitions);
    });
    expect(await bus.publish([sliceOf('early')])).toMatchObject({ kind: 'unavailable' });
    await waitUntil('the reason is named', () => bus.problems().some((sentence) => sentence.includes('no connection')));
    isAway = false;
    await started;
    expect(bus.problems()).toEqual([]);
    expect(await bus.publish([sliceOf('now')])).toEqual({ kind: 'durable', duplicate: false });
  });

  it('answers unavailable within its bound while the store hangs, and gives the room back only when the store lets go', async () => {
    let letGo = (): void => undefined;
    const hang = new Promise<void>((resolve) => (letGo = resolve));
    store.before = () => hang;
    await bus.start(store.handle, store.readPositions);
    const hanging = [bus.publish([sliceOf('under way')]), bus.publish([sliceOf('waiting')])];
    expect((await Promise.all(hanging)).map(({ kind }) => kind)).toEqual(['unavailable', 'unavailable']);
    letGo();
    await waitUntil('the bus works again', async () => (await bus.publish([sliceOf('after')])).kind === 'durable');
    expect(store.texts(0).at(-1)).toBe('after');
  });

  it('takes the position over when a batch that seemed to fail was stored after all', async () => {
    await bus.start(store.handle, store.readPositions);
    store.before = () => {
      store.before = () => undefined;
      store.move(0, 1n);
      throw new Error('the answer to the commit got lost');
    };
    expect(await bus.publish([sliceOf('unknown')])).toMatchObject({ kind: 'unavailable' });
    expect(await bus.publish([sliceOf('next')])).toEqual({ kind: 'durable', duplicate: false });
    expect(store.slices(0).map(({ offset }) => offset)).toEqual([1n]);
  });

  it('gives up a batch that the store fences again and again', async () => {
    let position = 0n;
    await bus.start(async () => ({ kind: 'fenced', position: ++position }), store.readPositions);
    expect(await bus.publish([sliceOf('x')])).toMatchObject({ kind: 'unavailable' });
  });

  it('answers what was published before a stop', async () => {
    await bus.start(store.handle, store.readPositions);
    const outcomes = Array.from({ length: 10 }, (_, i) => bus.publish([sliceOf(`${i}`, { partition: i % 2 })]));
    await bus.stop();
    expect((await Promise.all(outcomes)).every(({ kind }) => kind === 'durable')).toBe(true);
    expect(store.count()).toBe(10);
  });
});
