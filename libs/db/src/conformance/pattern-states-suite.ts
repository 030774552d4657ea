import { freshName } from './batches.js';
import { at, FUTURE, pattern, type PatternBed } from './pattern-store-under-test.js';
import { waitUntil } from './wait-until.js';

/** States of patterns, regressions, and the events that tell of them. */
export function describePatternStates(openBed: () => PatternBed): void {
  let bed: PatternBed;
  beforeEach(() => {
    bed = openBed();
    bed.renew();
  });

  it('opens a resolved pattern again for a trace that failed after the resolution, once', async () => {
    const lock = pattern('stock is locked');
    await bed.put(bed.dagOf('a', lock, 0));
    const resolved = await bed.store.states.setState(bed.tenant, lock.id, 'resolved');
    expect(resolved).toMatchObject({ state: 'resolved', resolvedAt: expect.anything() as unknown });
    const back = FUTURE;
    await bed.put(bed.dagOf('b', lock, back), bed.dagOf('c', lock, back + 1));
    await bed.put(bed.dagOf('d', lock, back + 2));
    expect(await bed.list()).toMatchObject([
      { state: 'open', regressions: 1, regressedAt: at(back), resolvedAt: resolved?.resolvedAt, traceCount: 4 },
    ]);
    expect(await bed.eventsOf()).toEqual([`new ${lock.id}`, `regression ${lock.id}`]);
  });

  it('takes traces from before the resolution for no regression: late ones, rebuilt ones, retries', async () => {
    const lock = pattern('stock is locked');
    await bed.put(bed.dagOf('a', lock, FUTURE), bed.dagOf('b', pattern('other'), 5));
    await bed.store.states.setState(bed.tenant, lock.id, 'resolved');
    await bed.put(bed.dagOf('late', lock, 10));
    await bed.put(bed.dagOf('b', lock, 5, 2n));
    // Counted before the resolution, although its clock was ahead: still no new occurrence.
    await bed.put(bed.dagOf('a', lock, FUTURE - 1, 2n));
    expect(await bed.store.reader.byId(bed.tenant, lock.id)).toMatchObject({ state: 'resolved', regressions: 0, traceCount: 3 });
    expect(await bed.eventsOf()).not.toContain(`regression ${lock.id}`);
  });

  it('leaves an ignored pattern ignored, and counts on', async () => {
    const lock = pattern('stock is locked');
    await bed.put(bed.dagOf('a', lock, 0));
    await bed.store.states.setState(bed.tenant, lock.id, 'ignored');
    await bed.put(bed.dagOf('b', lock, FUTURE));
    expect(await bed.list()).toMatchObject([{ state: 'ignored', traceCount: 2, regressions: 0 }]);
  });

  it('sets a state twice as once, and knows what it does not have', async () => {
    const lock = pattern('stock is locked');
    await bed.put(bed.dagOf('a', lock, 0));
    const first = await bed.store.states.setState(bed.tenant, lock.id, 'resolved');
    expect(await bed.store.states.setState(bed.tenant, lock.id, 'resolved')).toEqual(first);
    expect(await bed.store.states.setState(bed.tenant, lock.id, 'open')).toMatchObject({ state: 'open', regressions: 0 });
    expect(await bed.store.states.setState(bed.tenant, 'nothing', 'open')).toBeNull();
    expect(await bed.store.states.setState(freshName('tenant'), lock.id, 'open')).toBeNull();
    expect(await bed.store.reader.byId(bed.tenant, 'nothing')).toBeNull();
    expect(await bed.store.reader.byId(freshName('tenant'), lock.id)).toBeNull();
  });

  it('tells in order of new patterns and regressions, wakes whoever watches, and forgets old events', async () => {
    const start = await bed.store.events.newestPosition();
    let wakes = 0;
    const stop = bed.store.events.watch(() => wakes++);
    try {
      await waitUntil('the watch has begun', () => Promise.resolve(wakes > 0));
      const before = wakes;
      const kinds = Array.from({ length: 12 }, (_, i) => pattern(`failure ${'abcdefghijkl'.charAt(i)}`));
      const read: bigint[] = [];
      const writing = Promise.all(kinds.map((kind, i) => bed.writer(i).put([bed.dagOf(`t${i}`, kind)])));
      for (let position = start; read.length < kinds.length;) {
        for (const event of await bed.store.events.after(position, 5)) {
          position = event.position;
          if (event.tenant === bed.tenant) read.push(event.position);
        }
      }
      await writing;
      expect(read).toEqual([...read].sort((a, b) => Number(a - b)));
      expect(new Set(await bed.eventsOf())).toEqual(new Set(kinds.map(({ id }) => `new ${id}`)));
      await waitUntil('the watch has woken', () => Promise.resolve(wakes > before));
    } finally {
      await stop();
    }
    expect(await bed.store.events.sweep(at(FUTURE))).toBeGreaterThanOrEqual(12);
    expect(await bed.eventsOf()).toEqual([]);
  });
}
