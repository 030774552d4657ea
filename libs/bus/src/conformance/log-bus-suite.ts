import fc from 'fast-check';
import type { PublishOutcome } from '#bus';
import { type BusNature, type BusProcess, type BusSettings, type BusUnderTest, sliceOf } from './bus-under-test.js';
import { FencedStore } from './fenced-store.js';
import { waitUntil } from './wait-until.js';

const SETTINGS: BusSettings = { partitions: 4, queueBytes: 64 * 1024 * 1024, tenantBytes: 32 * 1024 * 1024 };
const DURABLE: PublishOutcome = { kind: 'durable', duplicate: false };
const BOUND_MS = 120_000;

/** The contract of LogPublisher and LogSource; every bus passes it, on the real thing. */
export function describeLogBus(name: string, nature: BusNature, makeBus: (settings: BusSettings) => Promise<BusUnderTest>): void {
  describe(`${name} keeps the contract of the log bus:`, () => {
    const cleanUps: (() => Promise<void>)[] = [];
    let store: FencedStore;

    beforeEach(() => {
      store = new FencedStore();
    });

    afterEach(async () => {
      for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
    }, BOUND_MS);

    async function openBus(settings: Partial<BusSettings> = {}): Promise<BusUnderTest> {
      const bus = await makeBus({ ...SETTINGS, ...settings });
      cleanUps.push(() => bus.close());
      return bus;
    }

    async function start(bus: BusUnderTest): Promise<BusProcess> {
      const process = await bus.startProcess(store);
      cleanUps.push(() => process.stop());
      return process;
    }

    const texts = (partition: number): string[] => store.texts(partition);

    it(
      'hands on every slice once, each partition in the order of the calls',
      async () => {
        const { publisher } = await start(await openBus());
        let round = 0;
        const calls = fc.array(fc.uniqueArray(fc.integer({ min: 0, max: 3 }), { minLength: 1 }), { minLength: 1, maxLength: 40 });
        await fc.assert(
          fc.asyncProperty(calls, async (partitionsOfCalls) => {
            const prefix = `round-${round++}-`;
            const ours = (partition: number): string[] => texts(partition).filter((text) => text.startsWith(prefix));
            const outcomes = partitionsOfCalls.map((partitions, call) =>
              publisher.publish(partitions.map((partition) => sliceOf(`${prefix}${call}`, { partition }))),
            );
            for (const outcome of await Promise.all(outcomes)) expect(outcome).toEqual(DURABLE);
            for (let partition = 0; partition < 4; partition++) {
              const expected = partitionsOfCalls.flatMap((partitions, call) =>
                partitions.includes(partition) ? [`${prefix}${call}`] : [],
              );
              await waitUntil(`partition ${partition} is stored`, () => ours(partition).length >= expected.length);
              expect(ours(partition)).toEqual(expected);
            }
          }),
          { numRuns: 8 },
        );
      },
      BOUND_MS,
    );

    it(
      'carries tenant, time of receipt, retry key and every byte of the value',
      async () => {
        const { publisher } = await start(await openBus());
        const value = Buffer.from(Array.from({ length: 70_000 }, (_, i) => (i * i) % 251));
        const retryKey = { batchKey: 'key \u00e9 1', digest: '0123456789abcdef0123456789abcdef', slice: 2, sliceCount: 7 };
        await publisher.publish([
          { partition: 1, tenant: 'team-a', value, receivedAt: 1_790_000_000_123, retryKey, messageKey: Buffer.from('t') },
        ]);
        await waitUntil('the slice is stored', () => store.count() === 1);
        const [slice] = store.slices(1);
        expect(slice).toMatchObject({ tenant: 'team-a', receivedAt: 1_790_000_000_123, retryKey });
        expect(slice?.value.equals(value)).toBe(true);
      },
      BOUND_MS,
    );

    it(
      'says duplicate when a keyed call is sent again after it became durable',
      async () => {
        const { publisher } = await start(await openBus());
        const slices = [
          sliceOf('a', { batchKey: 'b1' }),
          {
            ...sliceOf('b', { batchKey: 'b1', partition: 1 }),
            retryKey: { batchKey: 'b1', digest: 'ab'.repeat(16), slice: 1, sliceCount: 2 },
          },
        ];
        expect(await publisher.publish(slices)).toEqual(DURABLE);
        expect(await publisher.publish(slices)).toEqual({ kind: 'durable', duplicate: true });
        expect(await publisher.publish([sliceOf('a', { batchKey: 'b2' })])).toEqual(DURABLE);
        expect(await publisher.publish([sliceOf('a', { batchKey: 'b1', tenant: 'other' })])).toEqual(DURABLE);
      },
      BOUND_MS,
    );

    it(
      'never goes past a batch that the store could not take',
      async () => {
        const { publisher } = await start(await openBus());
        let refusals = 0;
        store.before = () => {
          if (refusals++ < 2) throw new Error('the store is away');
        };
        if (nature.keepsRecords) {
          expect(await publisher.publish([sliceOf('first')])).toEqual(DURABLE);
          expect(await publisher.publish([sliceOf('second')])).toEqual(DURABLE);
        } else {
          expect(await publisher.publish([sliceOf('lost')])).toMatchObject({ kind: 'unavailable' });
          expect(await publisher.publish([sliceOf('lost')])).toMatchObject({ kind: 'unavailable' });
          expect(await publisher.publish([sliceOf('first')])).toEqual(DURABLE);
          expect(await publisher.publish([sliceOf('second')])).toEqual(DURABLE);
        }
        await waitUntil('both are stored', () => store.count() === 2);
        expect(texts(0)).toEqual(['first', 'second']);
      },
      BOUND_MS,
    );

    it(
      'goes on from the stored position when it is fenced',
      async () => {
        const { publisher } = await start(await openBus());
        expect(await publisher.publish([sliceOf('before')])).toEqual(DURABLE);
        await waitUntil('the first is stored', () => store.count() === 1);
        const from = store.position(0) ?? -1n;
        let fenced = false;
        store.before = (batch) => {
          if (fenced) return;
          fenced = true;
          store.move(0, batch.from + 1n, batch.source.topicId);
        };
        const outcomes = await Promise.all(['a', 'b', 'c'].map((text) => publisher.publish([sliceOf(text)])));
        expect(outcomes).toEqual([DURABLE, DURABLE, DURABLE]);
        await waitUntil('the rest is stored', () => texts(0).at(-1) === 'c');
        expect(store.batches.at(1)?.from).toBe(from + 1n);
        // On a bus that keeps records the first of them counts as stored by the process that moved the position.
        expect(texts(0)).toEqual(nature.keepsRecords ? ['before', 'b', 'c'] : ['before', 'a', 'b', 'c']);
      },
      BOUND_MS,
    );

    it(
      'goes on from the stored position after a restart and hands nothing on twice',
      async () => {
        const bus = await openBus();
        const first = await start(bus);
        expect(await first.publisher.publish([sliceOf('a'), sliceOf('a1', { partition: 1 })])).toEqual(DURABLE);
        await waitUntil('both are stored', () => store.count() === 2);
        await first.stop();
        const position = store.position(0);
        const second = await start(bus);
        expect(await second.publisher.publish([sliceOf('b')])).toEqual(DURABLE);
        await waitUntil('the third is stored', () => store.count() === 3);
        expect(texts(0)).toEqual(['a', 'b']);
        expect(store.batches.filter(({ partition }) => partition === 0).at(-1)?.from).toBe(position);
      },
      BOUND_MS,
    );

    it(
      'loses no acknowledged slice when a process stops while the store is away',
      async () => {
        const bus = await openBus();
        const first = await start(bus);
        store.before = () => {
          throw new Error('the store is away');
        };
        const acknowledged: string[] = [];
        await Promise.all(
          Array.from({ length: 20 }, async (_, i) => {
            const outcome = await first.publisher.publish([sliceOf(`slice-${i}`, { partition: i % 4 })]);
            if (outcome.kind === 'durable') acknowledged.push(`slice-${i}`);
          }),
        );
        await first.stop();
        expect(store.count()).toBe(0);
        store.before = () => undefined;
        await start(bus);
        expect(acknowledged).toHaveLength(nature.keepsRecords ? 20 : 0);
        await waitUntil('what was acknowledged is stored', () => store.count() >= acknowledged.length);
        expect([0, 1, 2, 3].flatMap(texts).sort()).toEqual(acknowledged.sort());
      },
      BOUND_MS,
    );

    it(
      'reads several partitions in parallel',
      async () => {
        const { publisher } = await start(await openBus());
        let released = (): void => undefined;
        const secondIsStored = new Promise<void>((resolve) => (released = resolve));
        store.before = async ({ partition }) => {
          if (partition === 0) await secondIsStored;
          else released();
        };
        const blocked = publisher.publish([sliceOf('waits', { partition: 0 })]);
        expect(await publisher.publish([sliceOf('goes', { partition: 1 })])).toEqual(DURABLE);
        expect(await blocked).toEqual(DURABLE);
        await waitUntil('both are stored', () => store.count() === 2);
      },
      BOUND_MS,
    );

    it(
      'has one batch of a partition under way at a time',
      async () => {
        const { publisher } = await start(await openBus());
        const underWay = new Set<number>();
        let overlaps = 0;
        store.before = async ({ partition }) => {
          if (underWay.has(partition)) overlaps++;
          underWay.add(partition);
          await new Promise((resolve) => setImmediate(resolve));
          underWay.delete(partition);
        };
        const calls = Array.from({ length: 60 }, (_, i) => i);
        for (let at = 0; at < calls.length; at += 10) {
          await Promise.all(calls.slice(at, at + 10).map((i) => publisher.publish([sliceOf(String(i), { partition: i % 2 })])));
        }
        await waitUntil('all are stored', () => store.count() === 60);
        expect(overlaps).toBe(0);
      },
      BOUND_MS,
    );

    it(
      'refuses what exceeds its queue, tenant by tenant, and takes the rest',
      async () => {
        const { publisher } = await start(await openBus({ queueBytes: 1024 * 1024, tenantBytes: 512 * 1024 }));
        const value = 'x'.repeat(64 * 1024);
        const loud = Array.from({ length: 40 }, () => publisher.publish([sliceOf(value, { tenant: 'loud' })]));
        const quiet = publisher.publish([sliceOf(value, { tenant: 'quiet' })]);
        const outcomes = await Promise.all(loud);
        expect(await quiet).toEqual(DURABLE);
        const refused = outcomes.filter(({ kind }) => kind === 'overloaded');
        expect(refused.length).toBeGreaterThanOrEqual(30);
        for (const outcome of refused) expect(outcome).toEqual({ kind: 'overloaded', retryAfterMs: expect.any(Number) });
        const taken = outcomes.filter(({ kind }) => kind === 'durable').length;
        expect(taken + refused.length).toBe(40);
        await waitUntil('what was taken is stored', () => store.count() === taken + 1);
        expect(await publisher.publish([sliceOf(value, { tenant: 'loud' })])).toEqual(DURABLE);
      },
      BOUND_MS,
    );

    it(
      'answers unavailable once it was stopped',
      async () => {
        const process = await start(await openBus());
        await process.stop();
        expect(await process.publisher.publish([sliceOf('late')])).toMatchObject({ kind: 'unavailable' });
      },
      BOUND_MS,
    );

    it(
      'throws for what no retry can cure',
      async () => {
        const { publisher } = await start(await openBus());
        expect(() => publisher.publish([sliceOf('x', { partition: -1 })])).toThrow(RangeError);
        expect(() => publisher.publish([{ ...sliceOf('x'), value: Buffer.alloc(5 * 1024 * 1024) }])).toThrow(RangeError);
        expect(() => publisher.publish([sliceOf('x'), sliceOf('y', { tenant: 'other' })])).toThrow(RangeError);
      },
      BOUND_MS,
    );

    it(
      'has no problems and knows its partitions while all is well',
      async () => {
        const { publisher, source } = await start(await openBus());
        await publisher.publish([sliceOf('x')]);
        await waitUntil('it is stored', () => store.count() === 1);
        expect(publisher.partitionCount()).toBe(4);
        expect(source.problems()).toEqual([]);
        await waitUntil('nothing is behind', () => source.lag().find(({ partition }) => partition === 0)?.offsets === 0n);
      },
      BOUND_MS,
    );
  });
}
