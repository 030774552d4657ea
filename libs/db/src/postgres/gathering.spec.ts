import fc from 'fast-check';
import { Gathering } from './gathering.js';

interface Gate {
  readonly items: readonly number[];
  open(): void;
  fail(error: Error): void;
}

/** A gathering whose runs end when the test says so. */
function gated(runs: number, weight: number) {
  const gates: Gate[] = [];
  const gathering = new Gathering(
    (items: readonly number[]) =>
      new Promise<readonly string[]>((resolve, reject) =>
        gates.push({ items, open: () => resolve(items.map(String)), fail: reject }),
      ),
    { runs, weight },
  );
  return { gathering, gates };
}

describe('Gathering', () => {
  it('starts a lone item at once, and shares the next run among what came meanwhile', async () => {
    const { gathering, gates } = gated(1, 100);
    const results = [1, 2, 3].map((item) => gathering.add(item, 1));
    expect(gates.map(({ items }) => items)).toEqual([[1]]);
    gates[0]?.open();
    expect(await results[0]).toBe('1');
    expect(gates.map(({ items }) => items)).toEqual([[1], [2, 3]]);
    gates[1]?.open();
    expect(await Promise.all(results)).toEqual(['1', '2', '3']);
  });

  it('fails only the items of the run that failed', async () => {
    const { gathering, gates } = gated(1, 100);
    const first = gathering.add(1, 1);
    const second = gathering.add(2, 1);
    gates[0]?.fail(new Error('broken'));
    await expect(first).rejects.toThrow('broken');
    gates[1]?.open();
    expect(await second).toBe('2');
  });

  it('refuses work that forgets an item', async () => {
    const gathering = new Gathering(() => Promise.resolve([]), { runs: 1, weight: 1 });
    await expect(gathering.add(1, 1)).rejects.toThrow(RangeError);
  });

  it('gives each item its own result, in order, within the bounds of runs and weight', async () => {
    const weights = fc.array(fc.integer({ min: 0, max: 30 }), { maxLength: 40 });
    await fc.assert(
      fc.asyncProperty(weights, fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 50 }), async (items, runs, weight) => {
        let running = 0;
        const seen: number[] = [];
        const gathering = new Gathering(
          async (batch: readonly number[]) => {
            expect(++running).toBeLessThanOrEqual(runs);
            const total = batch.reduce((sum, i) => sum + (items[i] ?? 0), 0);
            expect(batch.length === 1 || total <= weight).toBe(true);
            seen.push(...batch);
            await new Promise((resolve) => setImmediate(resolve));
            running--;
            return batch;
          },
          { runs, weight },
        );
        expect(await Promise.all(items.map((size, i) => gathering.add(i, size)))).toEqual(items.map((_, i) => i));
        expect(seen).toEqual(items.map((_, i) => i));
      }),
    );
  });
});
