import fc from 'fast-check';
import type { LogWriter } from '../api/log-writer.js';
import { TestPartition, freshName, type SliceOf } from './batches.js';
import { KeptPartition } from './kept-partition.js';
import type { LogStoreUnderTest } from './log-store-under-test.js';
import { readNewest, readSpans } from './read-all.js';

const DAY_MS = 86_400_000;
const SPANS_TRACE = 'spans';

/** A message as it is drawn; the texts of its records and the names of its spans say where they stand. */
interface Draft {
  readonly records: readonly {
    readonly traceId: string;
    readonly timestamp: string;
    readonly isBad: boolean;
    readonly isSpan: boolean;
  }[];
  readonly batchKey: string | null;
  readonly ageMs: number;
}

type Step =
  | { readonly kind: 'deliver'; readonly partition: number; readonly count: number; readonly other: boolean }
  | { readonly kind: 'wipe'; readonly partitions: readonly number[]; readonly back: number }
  | { readonly kind: 'put back'; readonly partition: number; readonly back: number }
  | { readonly kind: 'forget keys' };

const record = fc.record({
  traceId: fc.constantFrom('', 't1', 't2'),
  timestamp: fc.constantFrom('', '2001-02-03T04:05:06Z', '2040-01-01T00:00:00.123456789Z'),
  isBad: fc.oneof({ weight: 9, arbitrary: fc.constant(false) }, fc.constant(true)),
  isSpan: fc.boolean(),
});
const draft: fc.Arbitrary<Draft> = fc.record({
  records: fc.array(record, { maxLength: 3 }),
  batchKey: fc.option(fc.constantFrom('k1', 'k2', 'k3'), { freq: 2 }),
  // The last is no believable time of receipt: the time of storing is taken, another one with each delivery.
  ageMs: fc.constantFrom(0, 1, 2 * DAY_MS, 500 * DAY_MS),
});
const partition = fc.nat({ max: 1 });
/** How far back, as a share of the way that was gone. */
const back = fc.double({ min: 0, max: 1, noNaN: true });
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({ kind: fc.constant('deliver'), partition, count: fc.integer({ min: 1, max: 5 }), other: fc.boolean() }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('wipe'), partitions: fc.constantFrom([0], [1], [0, 1]), back }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('put back'), partition, back }) },
  { weight: 1, arbitrary: fc.constant({ kind: 'forget keys' }) },
);

/** What a store that forgets nothing would have decided of each message when it came for the first time. */
class FirstDecisions {
  readonly stored = new Set<string>();
  private readonly decided = new Set<string>();
  private readonly keys = new Set<string>();

  take(place: string, batchKey: string | null): void {
    if (!this.decided.has(place) && (batchKey === null || !this.keys.has(batchKey))) this.stored.add(place);
    this.decided.add(place);
    if (batchKey !== null) this.keys.add(batchKey);
  }

  forgetKeys(): void {
    this.keys.clear();
  }
}

function sliceOf({ records, batchKey, ageMs }: Draft, place: string): SliceOf {
  const of = (spans: boolean) =>
    records.flatMap(({ isBad, isSpan, ...rest }, i) =>
      isSpan === spans ? [{ ...rest, text: `${place}/${i}`, service: isBad ? '' : 'shop' }] : [],
    );
  return {
    logs: of(false).map(({ text, ...log }) => ({ ...log, message: text })),
    spans: of(true).map(({ text, timestamp, service }) => ({
      traceId: SPANS_TRACE,
      name: text,
      startTimestamp: timestamp,
      service,
    })),
    receivedAt: Date.now() - ageMs,
    ...(batchKey !== null && { retryKey: { batchKey, digest: 'a'.repeat(32), slice: 0, sliceCount: 1 } }),
  };
}

/** Whatever is wiped or put back, and whenever: what is stored in the end is what would be stored without it. */
export function replayPropertiesSuite(store: () => LogStoreUnderTest): void {
  it('stores the same records, however often positions are lost', async () => {
    const topic = fc.array(draft, { minLength: 1, maxLength: 12 });
    await fc.assert(
      fc.asyncProperty(topic, topic, fc.array(step, { maxLength: 30 }), async (first, second, steps) => {
        const run = new Run(store(), [first, second]);
        for (const each of steps) await run.take(each);
        await run.deliverAll();
        await run.expectTheSame();
      }),
      { numRuns: 60 },
    );
  }, 300_000);

  it('stores the same records where several partitions are replayed at the same time beside one that is not', async () => {
    const topic = fc.array(draft, { minLength: 4, maxLength: 12 });
    await fc.assert(
      fc.asyncProperty(topic, topic, topic, back, async (first, second, third, share) => {
        // Keys belong to a partition here: which of two comes first is not known.
        const own = [first, second, third].map((drafts, i) =>
          drafts.map((each) => ({ ...each, batchKey: each.batchKey && `${each.batchKey} of ${i}` })),
        );
        const run = new Run(store(), own);
        await run.deliverAll(4);
        await run.take({ kind: 'wipe', partitions: [0, 1], back: share });
        await run.deliverTogether();
        await run.expectTheSame();
      }),
      { numRuns: 15 },
    );
  }, 300_000);
}

class Run {
  private readonly tenant = freshName('tenant');
  private readonly partitions: readonly KeptPartition[];
  private readonly model = new FirstDecisions();

  constructor(
    private readonly store: LogStoreUnderTest,
    private readonly drafts: readonly (readonly Draft[])[],
  ) {
    const { source } = new TestPartition(this.tenant);
    this.partitions = drafts.map((messages, number) => {
      const slices = messages.map((each, offset) => sliceOf(each, `${number}/${offset}`));
      return new KeptPartition(new TestPartition(this.tenant, number, source)).write(...slices);
    });
  }

  async take(next: Step): Promise<void> {
    const { mishaps, writer, otherWriter } = this.store;
    switch (next.kind) {
      case 'deliver':
        return this.deliver(next.partition, next.count, next.other ? otherWriter : writer);
      case 'wipe':
        for (const number of next.partitions) {
          const bus = this.partition(number);
          await mishaps.wipePositions(bus.at.source, [number]);
          bus.position = shareOf(bus.position, next.back);
        }
        return;
      case 'put back': {
        const bus = this.partition(next.partition);
        const target = shareOf(bus.position, next.back);
        if (await mishaps.putBack(bus.at.source, next.partition, target)) bus.position = target;
        return;
      }
      case 'forget keys':
        this.model.forgetKeys();
        return mishaps.forgetRetryKeys(this.tenant);
    }
  }

  /** All partitions to their ends, one after the other. */
  async deliverAll(count = 3): Promise<void> {
    for (const [number, bus] of this.partitions.entries()) {
      while (!bus.atEnd) await this.deliver(number, count, this.store.writer);
    }
  }

  async deliverTogether(): Promise<void> {
    await Promise.all(
      this.partitions.map(async (bus, number) => {
        if (bus.atEnd) bus.write(sliceOf({ records: [], batchKey: null, ageMs: 0 }, `${number}/end`));
        while (!bus.atEnd) await this.deliver(number, 2, this.store.writer);
      }),
    );
  }

  async expectTheSame(): Promise<void> {
    const stored = await readNewest(this.store.reader, this.tenant);
    const expected = this.drafts.flatMap((messages, number) =>
      messages.flatMap(({ records }, offset) => {
        const place = `${number}/${offset}`;
        if (!this.model.stored.has(place)) return [];
        return records.flatMap(({ isBad }, i) => (isBad ? [] : [`${place}/${i}`]));
      }),
    );
    const spans = await readSpans(this.store.spans, this.tenant, SPANS_TRACE);
    expect([...stored.map(({ message }) => message), ...spans.map(({ name }) => name)].sort()).toEqual(expected.sort());
    expect(new Set([...stored, ...spans].map(({ id }) => id)).size).toBe(expected.length);
  }

  private async deliver(number: number, count: number, writer: LogWriter): Promise<void> {
    const bus = this.partition(number);
    const from = Number(bus.position);
    expect(await bus.deliver(writer, count)).toMatchObject({ kind: 'stored' });
    for (let offset = from; offset < Number(bus.position); offset++) {
      this.model.take(`${number}/${offset}`, this.drafts[number]?.[offset]?.batchKey ?? null);
    }
  }

  private partition(number: number): KeptPartition {
    const found = this.partitions[number];
    if (found === undefined) throw new RangeError(`there is no partition ${number}`);
    return found;
  }
}

function shareOf(position: bigint, share: number): bigint {
  return BigInt(Math.floor(Number(position) * share));
}
