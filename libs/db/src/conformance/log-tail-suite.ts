import fc from 'fast-check';
import { RE2JS } from 're2js';
import { matcherOf, printFilter, type CompileRegex } from '#domain';
import { arbitraryFilter } from './arbitrary-filter.js';
import { SECONDS, arbitraryLog } from './arbitrary-records.js';
import { TestPartition, freshName, storeGood, storeSome, type SliceOf } from './batches.js';
import { KeptPartition } from './kept-partition.js';
import type { LogTailUnderTest } from './log-tail.js';
import { readNewest } from './read-all.js';
import { TailReader } from './tail-reader.js';

const DAY_MS = 86_400_000;
const compile: CompileRegex = (re2) => {
  const expression = RE2JS.compile(re2);
  return (text) => expression.matcher(text).find();
};

const slice: fc.Arbitrary<SliceOf & { readonly foreign: boolean }> = fc
  .record({
    // A bad record is never stored.
    services: fc.array(fc.constantFrom('shop', 'shop', 'shop', ''), { maxLength: 4 }),
    size: fc.constantFrom(1, 40, 3_000),
    spans: fc.nat({ max: 2 }),
    batchKey: fc.option(fc.constantFrom('k1', 'k2'), { freq: 3 }),
    ageMs: fc.constantFrom(0, 0, 0, 1, 90_000, 2 * DAY_MS, 500 * DAY_MS),
    foreign: fc.boolean(),
  })
  .map(({ services, size, spans, batchKey, ageMs, foreign }) => ({
    foreign,
    spans: Array.from({ length: spans }, (_, i) => ({ spanId: `s${i}` })),
    logs: services.map((service) => ({ service, message: 'x'.repeat(size) })),
    receivedAt: Date.now() - ageMs,
    ...(batchKey !== null && { retryKey: { batchKey, digest: 'b'.repeat(32), slice: 0, sliceCount: 1 } }),
  }));

/** What happens at the same time: a batch to each of some partitions, and tails that read some pages or begin. */
const step = fc.record({
  batches: fc.array(fc.option(fc.array(slice, { maxLength: 4 }), { freq: 4 }), { minLength: 3, maxLength: 3 }),
  starts: fc.constantFrom(0, 0, 1),
  pages: fc.constantFrom(0, 1, 3, Infinity),
});
const bounds = fc.record({ limit: fc.constantFrom(1, 2, 7, 100), maxBytes: fc.constantFrom(1, 5_000, 1_000_000) });

/** Which records are read, and when. */
export function logTailSuite(store: () => LogTailUnderTest): void {
  it('gives every record once that is stored behind a head, and no other, whatever is stored meanwhile', async () => {
    const { writer, reader, tail } = store();
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 8 }), bounds, async (steps, pageBounds) => {
        const tenant = freshName('tenant');
        const { source } = new TestPartition(tenant);
        const partitions = [0, 1, 2].map((number) => new TestPartition(tenant, number, source));
        const readers: { readonly tail: TailReader; readonly before: ReadonlySet<string> }[] = [];
        const start = async (): Promise<void> => {
          // The head first: what comes between the two is read by the tail and was there before, which is no fault.
          const records = { kind: 'tenants', tenants: [tenant] } as const;
          const position = await tail.head();
          const before = (await readNewest(reader, tenant)).filter(({ id }) => position.isAbove(Buffer.from(id, 'hex'), 0));
          const started = await TailReader.start(tail, records, pageBounds, position);
          readers.push({ tail: started, before: new Set(before.map(({ id }) => id)) });
        };
        await start();
        for (const { batches, starts, pages } of steps) {
          const deliveries = batches.flatMap((slices, i) => {
            const partition = partitions[i];
            if (slices === null || partition === undefined) return [];
            const own = slices.map(({ foreign, ...rest }) => ({ ...rest, ...(foreign && { tenant: `${tenant}-other` }) }));
            return [storeSome(writer, partition.batch(...own))];
          });
          const reads = readers.map(async ({ tail: each }) => each.catchUp(pages));
          await Promise.all([...deliveries, ...reads]);
          if (starts > 0) await start();
        }
        const all = (await readNewest(reader, tenant)).map(({ id }) => id).sort();
        for (const { tail: each, before } of readers) {
          await each.catchUp();
          expect([...each.ids].sort()).toEqual(all.filter((id) => !before.has(id)));
          expect([...each.tenants].filter((name) => name !== tenant)).toEqual([]);
        }
      }),
      { numRuns: 60 },
    );
  }, 300_000);

  it('goes on behind any record that it gave, as another process would', async () => {
    const { writer, reader, tail } = store();
    const [first, second] = [new TestPartition(), new TestPartition()];
    const records = { kind: 'tenants', tenants: [first.tenant, second.tenant] } as const;
    const start = await tail.head();
    for (const partition of [first, second, first]) {
      await storeGood(writer, partition.batch({ logs: [{ message: 'a' }, { message: 'b' }] }, { logs: [{ message: 'c' }] }));
    }
    const whole = await TailReader.start(tail, records, { limit: 100, maxBytes: 1_000_000 }, start);
    await whole.catchUp();
    expect(whole.ids).toHaveLength(9);
    const stepwise = await TailReader.start(tail, records, { limit: 1, maxBytes: 1 }, start);
    for (let done = false; !done;) {
      done = await stepwise.catchUp(1);
      const rest = await TailReader.start(tail, records, { limit: 100, maxBytes: 1_000_000 }, stepwise.position);
      await rest.catchUp();
      expect([...stepwise.ids, ...rest.ids]).toEqual(whole.ids);
    }
    const stored = [...(await readNewest(reader, first.tenant)), ...(await readNewest(reader, second.tenant))];
    expect([...whole.ids].sort()).toEqual(stored.map(({ id }) => id).sort());
  });

  it('gives the very records of which the matcher is true, whatever the filter', async () => {
    const { writer, reader, tail } = store();
    await fc.assert(
      fc.asyncProperty(
        fc.array(arbitraryLog, { minLength: 1, maxLength: 20 }),
        fc.array(arbitraryFilter(SECONDS), { minLength: 6, maxLength: 6 }),
        fc.constantFrom(1, 3, 100),
        async (logs, filters, limit) => {
          const partition = new TestPartition();
          const { tenant } = partition;
          const start = await tail.head();
          await storeGood(writer, partition.batchOf(...logs));
          await storeGood(writer, new TestPartition().batchOf(...logs));
          const all = await readNewest(reader, tenant);
          for (const filter of filters) {
            const expected = all.filter(matcherOf(filter, compile)).map(({ id }) => id);
            const records = { kind: 'filter', tenant, filter } as const;
            const each = await TailReader.start(tail, records, { limit, maxBytes: 1_000_000 }, start);
            await each.catchUp();
            if ([...each.ids].sort().join() !== expected.sort().join())
              throw new Error(`${printFilter(filter)}: ${each.ids.length} of ${expected.length}`);
          }
        },
      ),
      { numRuns: 40 },
    );
  }, 240_000);

  it('gives nothing again where positions are wiped or put back, and what is new behind them', async () => {
    const { writer, tail, mishaps } = store();
    const bus = new KeptPartition(new TestPartition());
    const { tenant, source } = bus.at;
    const reader = await TailReader.start(tail, { kind: 'tenants', tenants: [tenant] });
    const write = (message: string): void => void bus.write({ logs: [{ message }] });
    for (let i = 0; i < 6; i++) write(`m${i}`);
    while (!bus.atEnd) await bus.deliver(writer, 2);
    await reader.catchUp();
    expect(reader.ids).toHaveLength(6);
    await mishaps.wipePositions(source, [0]);
    bus.position = 1n;
    await reader.catchUp();
    write('m6');
    while (!bus.atEnd) {
      await bus.deliver(writer, 2);
      await reader.catchUp();
    }
    expect(new Set(reader.ids).size).toBe(7);
    expect(await mishaps.putBack(source, 0, 2n)).toBe(true);
    bus.position = 2n;
    const late = await TailReader.start(tail, { kind: 'tenants', tenants: [tenant] });
    write('m7');
    while (!bus.atEnd) {
      await bus.deliver(writer, 3);
      await reader.catchUp();
    }
    await late.catchUp();
    expect([reader.ids.length, new Set(reader.ids).size]).toEqual([8, 8]);
    expect(late.ids).toEqual(reader.ids.slice(-1));
  });
}
